/** The end of all channels when a device is locked: what one of them waits for must not keep the keys in memory. */
import type { Channel } from '@triode/channels'
import type { Clock } from '@triode/core'
import { CHANNELS_STOP_MS } from './tuning.ts'

/**
 * Resolves when all have stopped, and after a while in any case; what is still going on then goes on by itself.
 * @param before a change of one of them that is under way
 * @throws what the first that fails throws
 */
export async function stopChannels(
  channels: readonly Channel[],
  clock: Clock,
  before: Promise<void>,
): Promise<void> {
  const { promise: patience, resolve } = Promise.withResolvers<undefined>()
  const cancel = clock.after(CHANNELS_STOP_MS, () => {
    resolve(undefined)
  })
  const stopping = before.then(() => Promise.all(channels.map((channel) => channel.stop())))
  try {
    await Promise.race([stopping, patience])
  } finally {
    cancel()
  }
}
