/** Acknowledgements of feeds that this device has not heard of yet: a few of each sender, in memory. */
import type { DeviceId, FeedId } from '../id.ts'
import type { Acknowledgement } from './frame.ts'
import { MAX_PARKED_ACKS } from './tuning.ts'

interface Parked {
  readonly from: DeviceId
  /** Not verified. */
  readonly ack: Acknowledgement
}

export class ParkedAcks {
  private readonly bySender = new Map<DeviceId, Acknowledgement[]>()

  /** Of one sender the last ones stay. */
  add(from: DeviceId, ack: Acknowledgement): void {
    const kept = this.bySender.get(from) ?? []
    const others = kept.filter((one) => one.feed !== ack.feed || one.device !== ack.device)
    this.bySender.set(from, [...others, ack].slice(-MAX_PARKED_ACKS))
  }

  /** Those of `feed`, which are forgotten here. */
  take(feed: FeedId): Parked[] {
    const taken: Parked[] = []
    for (const [from, acks] of this.bySender) {
      const rest = acks.filter((ack) => ack.feed !== feed)
      if (rest.length === acks.length) continue
      taken.push(...acks.filter((ack) => ack.feed === feed).map((ack) => ({ from, ack })))
      if (rest.length > 0) this.bySender.set(from, rest)
      else this.bySender.delete(from)
    }
    return taken
  }
}
