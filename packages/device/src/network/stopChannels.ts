/** The end of all channels when a device is locked: what one of them waits for must not keep the keys in memory. */
import type { Channel } from '@triode/channels'
import type { Clock } from '@triode/core'
import { CHANNEL_SWITCH_MS, CHANNELS_STOP_MS, LAST_WORDS_MS } from '../tuning.ts'
import { within } from '../within.ts'

/**
 * Resolves when all have stopped, and after a while in any case; what is still going on then goes on by itself. A change that takes
 * long is not waited for: all are stopped beside it, and once more when it is over, for it may have been that one is turned on.
 * @param before a change of one of them that is under way
 * @throws what the first that fails throws
 */
export async function stopChannels(
  channels: readonly Channel[],
  clock: Clock,
  before: Promise<void>,
): Promise<void> {
  const stop = async (): Promise<void> => {
    await Promise.all(channels.map((channel) => channel.stop()))
  }
  await within(clock, CHANNELS_STOP_MS - LAST_WORDS_MS, async () => {
    if (await within(clock, CHANNEL_SWITCH_MS, () => before)) return stop()
    before.then(stop).catch(ignore)
    return stop()
  })
}

function ignore(): void {
  // Nobody waits for it any more.
}
