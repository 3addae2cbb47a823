/**
 * Where acknowledgements go (spec §10.5): back the way on which the entries came, or on which their author asked for them;
 * and where no way is known, to a few devices that may meet the author.
 */
import type { DeviceId, FeedId } from '../id.ts'
import type { Clock } from '../ports/clock.ts'
import { keyOfAcknowledgement, type Acknowledgement } from './frame.ts'
import type { Session } from './session.ts'
import { ACK_CARRIERS, ACK_RECHECK_MS, ACK_WAYS } from './tuning.ts'

export class AckRoutes {
  private readonly clock: Clock
  private readonly ways = new Map<FeedId, readonly DeviceId[]>()
  /** By this device's own acknowledgements: who was given one of them, and when. */
  private readonly carriers = new Map<string, Map<DeviceId, number>>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Entries of `feed` came from `device`: it is nearer to their author. */
  cameFrom(feed: FeedId, device: DeviceId): void {
    this.ways.set(feed, [device])
  }

  /** Its author's request came by `device`, as the first or another of several. @returns whether it is a way now */
  askedBy(feed: FeedId, device: DeviceId, first: boolean): boolean {
    const ways = first ? [] : (this.ways.get(feed) ?? [])
    if (ways.length >= ACK_WAYS || ways.includes(device)) return false
    this.ways.set(feed, [...ways, device])
    return true
  }

  leadsTo(feed: FeedId, device: DeviceId): boolean {
    return this.ways.get(feed)?.includes(device) === true
  }

  /** Whether one of this device's own should be given to somebody who may meet the author. */
  wantsCarrier(ack: Acknowledgement): boolean {
    return (this.carriers.get(keyOfAcknowledgement(ack))?.size ?? 0) < ACK_CARRIERS
  }

  /** Nobody has this own one, as far as is known. */
  isStranded(ack: Acknowledgement): boolean {
    return (this.carriers.get(keyOfAcknowledgement(ack))?.size ?? 0) === 0
  }

  /** A new one of this device's own replaces the one before. */
  signed(ack: Acknowledgement): void {
    this.carriers.delete(keyOfAcknowledgement(ack))
  }

  given(ack: Acknowledgement, device: DeviceId): void {
    const key = keyOfAcknowledgement(ack)
    const carriers = this.carriers.get(key) ?? new Map<DeviceId, number>()
    carriers.set(device, this.clock.elapsed())
    this.carriers.set(key, carriers)
  }

  /** What was given to it last may be lost. */
  ended(session: Session): void {
    const unsure = this.clock.elapsed() - ACK_RECHECK_MS
    for (const carriers of this.carriers.values()) {
      if ((carriers.get(session.device) ?? -Infinity) >= unsure) carriers.delete(session.device)
    }
  }
}
