/** What became of asking the router to let calls in. */
import type { Channel } from '@triode/api'

type Port = NonNullable<Channel['tcp']>['ports'][number]

export function portWords({ state, by, address, reason }: Port): string {
  if (state === 'open') return `lets calls in at ${address ?? ''} (${by ?? ''})`
  if (state === 'needless') return 'is not needed: this machine has a public address itself'
  if (state === 'asking') return 'is being asked'
  return reason ?? 'lets no calls in'
}
