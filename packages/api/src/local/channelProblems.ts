/** What channels can't do of what was asked of them: the device starts all the same, so it has to be said. */
import { cleanLine } from './clean.ts'

export interface ChannelProblem {
  readonly channel: string
  /** One sentence. */
  readonly reason: string
  readonly remedy?: string
}

interface Channel {
  readonly name: string
  readonly code?: string
  readonly reason?: string
  readonly remedy?: string
}

/** What may be well, and can't be known so soon after the start (spec §8.9): for whoever asks the doctor. */
const TOO_SOON = 'not-called-yet'

/** Of channels that are not on, or not wholly, such as one whose address to listen on is taken; those that are off have none. */
export function channelProblems(channels: readonly Channel[]): ChannelProblem[] {
  return channels.flatMap(({ name, code, reason, remedy }) =>
    reason === undefined || code === TOO_SOON
      ? []
      : [{ channel: name, reason, ...(remedy !== undefined && { remedy }) }],
  )
}

/** For a person, on one line without its end. */
export function problemLine({ channel, reason, remedy }: ChannelProblem): string {
  return cleanLine(`channel ${channel}: ${remedy === undefined ? reason : `${reason} ${remedy}`}`)
}
