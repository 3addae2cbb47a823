/** Who has all of what: devices tell those of whoever named it, its author and who sent it on, again with each tunnel until that stood long enough for it to have come. */
import type { BlobId, CircleId, Clock, ConversationId, DeviceId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { namedBy, type FileRecord } from './fileRecords.ts'
import { TOLD_AFTER_MS } from './tuning.ts'
import type { Transfers } from './transfer/transfers.ts'

export interface DeliveredOptions {
  readonly book: FileRecordBook
  readonly transfers: Transfers
  readonly clock: Clock
  readonly circle: (id: CircleId) => CircleRuntime | undefined
  readonly isUp: (circle: CircleId, device: DeviceId) => boolean
  readonly failed: (cause: unknown) => void
}

export class Delivered {
  private readonly options: DeliveredOptions
  /** How many tunnels each device had: by it is seen whether one is still the same. */
  private readonly tunnels = new Map<DeviceId, number>()
  private readonly timers = new Set<() => void>()

  constructor(options: DeliveredOptions) {
    this.options = options
  }

  /** There is a tunnel to it: it hears what it does not know yet. */
  attached(circle: CircleId, device: DeviceId): void {
    this.tunnels.set(device, (this.tunnels.get(device) ?? 0) + 1)
    const member = this.options.circle(circle)?.state.devices.get(device)?.member
    if (member === undefined) return
    for (const [id, record] of this.options.book.of(circle).all()) {
      const conversation = isUntold(record, device) ? namedBy(record, member) : undefined
      if (conversation !== undefined) this.tell(circle, device, id, conversation)
    }
  }

  /** All of it is here: devices of its author, and of who sent it on, hear of it. */
  complete(circle: CircleId, id: BlobId): void {
    const record = this.options.book.get(circle, id)
    const runtime = this.options.circle(circle)
    if (record === undefined || runtime === undefined) return
    for (const { by, conversation } of [
      { by: record.from, conversation: record.conversation },
      ...record.sentOn,
    ])
      for (const device of runtime.state.members.get(by)?.devices ?? [])
        if (device !== runtime.self && isUntold(record, device)) this.tell(circle, device, id, conversation)
    // Who is not there may hear of it by a keeper.
    runtime.participant.sync.keepers.signed()
  }

  /** `device` has all of it. @returns whether that is news */
  completeAt(circle: CircleId, device: DeviceId, id: BlobId): boolean {
    const record = this.options.book.get(circle, id)
    if (record === undefined || record.completeAt.includes(device)) return false
    this.options.book.change(circle, id, { completeAt: [...record.completeAt, device] })
    return true
  }

  stop(): void {
    for (const cancel of this.timers) cancel()
    this.timers.clear()
  }

  private tell(circle: CircleId, device: DeviceId, id: BlobId, conversation: ConversationId): void {
    const { transfers, clock } = this.options
    // Who named it where it reads no more hears nothing of those who still do.
    if (this.options.circle(circle)?.participant.shares(device, conversation) !== true) return
    if (!transfers.tellComplete(circle, device, conversation, id)) return
    const tunnel = this.tunnels.get(device)
    const cancel = clock.after(TOLD_AFTER_MS, () => {
      this.timers.delete(cancel)
      if (this.tunnels.get(device) === tunnel && this.options.isUp(circle, device))
        this.remember(circle, device, id)
    })
    this.timers.add(cancel)
  }

  private remember(circle: CircleId, device: DeviceId, id: BlobId): void {
    try {
      const record = this.options.book.get(circle, id)
      if (record === undefined || !isUntold(record, device)) return
      this.options.book.change(circle, id, { toldTo: [...record.toldTo, device] })
    } catch (cause) {
      this.options.failed(cause)
    }
  }
}

function isUntold(record: FileRecord, device: DeviceId): boolean {
  return record.whole && !record.toldTo.includes(device)
}
