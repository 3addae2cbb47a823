/** The circles of this device while it is unlocked: opened from their records, and erased when they are left or ask for it. */
import type { CircleId, CircleState, Store } from '@triode/core'
import type { Audit } from '../audit/audit.ts'
import type { DeviceEvent } from '../service.ts'
import type { CircleRecord, CircleRecords } from './circleRecord.ts'
import { CircleRuntime, type CircleRuntimeContext } from './circleRuntime.ts'
import { membershipEvents } from './membershipEvents.ts'
import { mustErase } from './standing.ts'

export interface RunningCirclesOptions {
  readonly store: Store
  readonly records: CircleRecords
  readonly audit: Audit
  /** With what a circle is opened. */
  readonly contextOf: (record: CircleRecord) => CircleRuntimeContext
  /** Erases what is known of a circle's files, in a transaction. @returns what is to be done after it */
  readonly forgetFiles: (circle: CircleId) => () => void
  /** It is about to be erased: nothing goes on with it any more. */
  readonly closing: (circle: CircleRuntime) => void
  readonly emit: (event: DeviceEvent) => void
  /** Something that is tried again at the next start. */
  readonly failed: (cause: unknown) => void
}

export class RunningCircles {
  private readonly options: RunningCirclesOptions
  private readonly circles = new Map<CircleId, CircleRuntime>()
  /** As faces were told of it. */
  private readonly states = new Map<CircleId, CircleState>()

  constructor(options: RunningCirclesOptions) {
    this.options = options
  }

  get(id: CircleId): CircleRuntime | undefined {
    return this.circles.get(id)
  }

  has(id: CircleId): boolean {
    return this.circles.has(id)
  }

  values(): Iterable<CircleRuntime> {
    return this.circles.values()
  }

  /** Opens those that the device has a record of, and erases those that it was leaving when it ended. */
  openStored(): void {
    const { records, audit } = this.options
    for (const record of records.all()) {
      const circle = this.start(record)
      // What was changed and not entered when the process ended.
      audit.tryCircle(circle.auditView())
    }
    for (const circle of [...this.values()]) if (records.isLeaving(circle.id)) this.finishLeaving(circle)
  }

  /** Opens a circle whose record has just been stored. */
  open(record: CircleRecord): CircleRuntime {
    const circle = this.start(record)
    this.options.audit.circle(circle.auditView())
    return circle
  }

  /** Forgets a circle and erases what is stored of it. */
  close(circle: CircleRuntime): void {
    const { store, records, audit, emit } = this.options
    this.circles.delete(circle.id)
    this.states.delete(circle.id)
    this.options.closing(circle)
    circle.stop()
    const removeChunks = store.transaction(() => {
      circle.erase()
      audit.left(circle.id)
      records.delete(circle.id)
      return this.options.forgetFiles(circle.id)
    })
    removeChunks()
    emit({ type: 'roster', circle: circle.id, left: true })
  }

  /** Tells faces what became of members and devices since they were told last, and does what the circle asks of a device that is out. */
  rosterChanged(circle: CircleRuntime): void {
    const before = this.states.get(circle.id)
    this.states.set(circle.id, circle.state)
    this.eraseIfAsked(circle)
    for (const event of before === undefined ? [] : membershipEvents(circle, before)) this.options.emit(event)
  }

  /** Stops all; what is stored of them stays. */
  stop(): void {
    for (const circle of this.values()) circle.stop()
  }

  /** None is known any more, once nothing uses them. */
  clear(): void {
    this.circles.clear()
  }

  private start(record: CircleRecord): CircleRuntime {
    const circle = new CircleRuntime(this.options.contextOf(record), record)
    this.circles.set(record.circle, circle)
    this.states.set(record.circle, circle.state)
    this.eraseIfAsked(circle)
    return circle
  }

  /** The device was locked or ended between telling the circle and erasing it. */
  private finishLeaving(circle: CircleRuntime): void {
    try {
      if (circle.state.members.get(circle.member)?.state === 'left') this.close(circle)
      else this.options.records.setLeaving(circle.id, false)
    } catch (cause) {
      this.options.failed(cause)
    }
  }

  /** Put out of a circle that wants nothing left: at once, and again at the next start, should that be cut short. */
  private eraseIfAsked(circle: CircleRuntime): void {
    if (!mustErase(circle)) return
    try {
      const removeChunks = this.options.store.transaction(() => {
        circle.eraseHistory()
        return this.options.forgetFiles(circle.id)
      })
      removeChunks()
    } catch (cause) {
      this.options.failed(cause)
    }
  }
}
