/** All that honest devices ever sealed, as an observer of every link would have recorded it. */
import {
  decodeEpochStart,
  type ConversationId,
  type DeviceId,
  type EnvelopeTarget,
  type Feed,
} from '@triode/core'
import { keepersIn } from './readers.ts'
import type { SentEpoch } from './sentEntry.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

export interface Sent {
  readonly author: SimulatedDevice
  readonly feed: Feed
  readonly seq: number
  readonly epoch: number
  /** Ciphertext and tag. */
  readonly body: Uint8Array
  /** Virtual milliseconds. */
  readonly at: number
  readonly sealedTo: ReadonlyMap<DeviceId, EnvelopeTarget>
  /** Devices that its author knew to be out. */
  readonly out: readonly DeviceId[]
  /** Devices that its author knew to be keepers' of other members. */
  readonly keepers: readonly DeviceId[]
}

export class Traffic {
  readonly sent: Sent[] = []
  private readonly epochs = new Map<string, SentEpoch>()

  /** Records the entry that `author` has just written. */
  note(
    author: SimulatedDevice,
    conversation: ConversationId,
    sealedTo: ReadonlyMap<DeviceId, EnvelopeTarget>,
    at: number,
  ): void {
    const feeds = author.participant.feeds(conversation)
    const feed = author.participant.ownFeed(conversation)
    if (feed === undefined || author.hostile) return
    const { seq } = feed.head
    const item = feeds.log(feed.id).item(seq)
    if (item?.kind !== 'data') return
    const out = [...author.state.devices.values()].filter(({ active }) => !active).map(({ id }) => id)
    const keepers = keepersIn(author.state, author.member)
    const { epoch } = feed
    this.sent.push({ author, feed, seq, epoch, body: item.body, at, sealedTo, out, keepers })
    if (!this.epochs.has(nameOf(feed))) this.noteEpoch(author, conversation, feed)
  }

  epochOf({ feed }: Pick<Sent, 'feed'>): SentEpoch | undefined {
    return this.epochs.get(nameOf(feed))
  }

  private noteEpoch(author: SimulatedDevice, conversation: ConversationId, feed: Feed): void {
    const feeds = author.participant.feeds(conversation)
    for (let seq = feed.head.seq; seq > 0; seq--) {
      const item = feeds.log(feed.id).item(seq)
      if (item?.kind !== 'epoch') continue
      const start = decodeEpochStart(item.body)
      const envelopes = feeds.epochs(feed.id).envelopes(start.epoch)
      this.epochs.set(nameOf(feed), { start, seq, envelopes })
      return
    }
  }
}

function nameOf({ id, epoch }: Feed): string {
  return `${id}/${epoch}`
}
