/** What a device gathers for a moment before it says it, it says before it goes: or authors who are away hear of it a meeting later. */
import type { CircleId, Clock } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { PeerTunnel } from './peerTunnel.ts'
import { LAST_WORDS_MS } from '../tuning.ts'
import { within } from '../within.ts'

/** Resolves once whoever is connected has heard it, at the latest after LAST_WORDS_MS; at once where there is nothing to say. */
export async function sayLastWords(
  circles: Iterable<Pick<CircleRuntime, 'id' | 'participant'>>,
  peers: (circle: CircleId) => readonly Pick<PeerTunnel, 'tunnel'>[],
  clock: Clock,
): Promise<void> {
  const told = [...circles].filter(({ participant }) => participant.sync.lastWords())
  const hearers = told.flatMap(({ id }) => peers(id))
  if (hearers.length === 0) return
  await within(clock, LAST_WORDS_MS, async () => {
    await Promise.all(hearers.map(hears))
  })
}

/** A ping may overtake what was written before it; another one does not. */
async function hears({ tunnel }: Pick<PeerTunnel, 'tunnel'>): Promise<void> {
  try {
    await tunnel.ping()
    await tunnel.ping()
  } catch {
    // It is gone.
  }
}
