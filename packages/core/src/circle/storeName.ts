/** Where a circle's records lie in the store. */
import type { CircleId } from '../id.ts'
import type { Store } from '../ports/store.ts'

const PARTS = [
  'log',
  'names',
  'cards',
  'sealing-keys',
  'secrets',
  'invitations',
  'spoken',
  'verified',
  'not-compared',
  'seen',
  'onion',
] as const
export type CirclePart = (typeof PARTS)[number]

export function circleStoreName(circle: CircleId, part: CirclePart): string {
  return `circle/${circle}/${part}`
}

/** Erases all that this folder keeps of a circle, keys first, as far as the store can. */
export function eraseCircle(store: Store, circle: CircleId): void {
  store.transaction(() => {
    for (const part of PARTS.toReversed()) store.erase(circleStoreName(circle, part))
  })
}
