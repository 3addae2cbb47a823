/** Changes of one participant: each a store transaction, and what it makes known, once that is durable. */
import type { Durability, Store } from '../ports/store.ts'
import type { ParticipantEvent } from './event.ts'

export interface TransactionCalls {
  /** First in every transaction. */
  readonly begin: () => void
  /** Last in the outermost one. */
  readonly flush: () => void
  /** The outermost one failed: the store has the truth. */
  readonly failed: (error: unknown) => void
  readonly onEvent: (event: ParticipantEvent) => void
}

export class Transactions {
  private readonly store: Store
  private readonly calls: TransactionCalls
  private depth = 0
  private events: ParticipantEvent[] = []
  /** What the open transaction makes known to other devices when it is durable. */
  private announcements: (() => void)[] = []

  constructor(store: Store, calls: TransactionCalls) {
    this.store = store
    this.calls = calls
  }

  /** Joins the open transaction, if there is one. */
  run<T>(work: () => T, durability?: Durability): T {
    this.depth++
    try {
      return this.store.transaction(() => {
        this.calls.begin()
        const value = work()
        if (this.depth === 1) this.calls.flush()
        return value
      }, durability)
    } catch (error) {
      if (this.depth === 1) this.fail(error)
      throw error
    } finally {
      this.depth--
      this.emitIfIdle()
    }
  }

  /** To be called when what the open transaction wrote is durable, before its events. */
  announce(announcement: () => void): void {
    this.announcements.push(announcement)
  }

  /** Told when the open transaction is durable. */
  tell(event: ParticipantEvent): void {
    this.events.push(event)
  }

  /** Told now if no transaction is open, and after it otherwise. */
  tellSoon(event: ParticipantEvent): void {
    this.events.push(event)
    this.emitIfIdle()
  }

  private fail(error: unknown): void {
    this.events = []
    this.announcements = []
    this.calls.failed(error)
  }

  private emitIfIdle(): void {
    if (this.depth > 0) return
    const { events, announcements } = this
    this.events = []
    this.announcements = []
    // What others wait for goes first: making events takes as long as sending.
    try {
      for (const announce of announcements) announce()
    } finally {
      for (const event of events) this.calls.onEvent(event)
    }
  }
}
