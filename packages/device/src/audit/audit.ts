/** The audit log of this device while it is unlocked (spec §14): what enters it, and when it may wait. */
import {
  AUDIT_STORE,
  AuditLog,
  auditKeyId,
  AuditQuota,
  equalBytes,
  findAuditKey,
  openAuditKey,
  type AuditEntry,
  type CircleId,
  type Clock,
  type Fault,
  type Primitives,
  type Random,
  type SigningKey,
} from '@triode/core'
import type { Vault } from '@triode/vault'
import { AuditedCircles } from './auditRoster.ts'
import type { AuditView } from './auditView.ts'
import { peerEntry, type FaultAbout, type PeerEntry } from './auditPeers.ts'

/** Records that wait for room on the disk; what is beyond is lost, when nothing could be changed anyway. */
const MAX_WAITING = 64
const DAY_MS = 86_400_000
/** In the state's map: the salt of the key file before a change of passphrase (spec §14.1). */
const CHANGING = 'passphrase'

export interface AuditOptions {
  readonly vault: Vault
  readonly primitives: Primitives
  readonly random: Random
  readonly clock: Clock
  /** Whether the vault holds circles: a log that is absent then is gone, not new. */
  readonly hasCircles: boolean
}

interface Waiting {
  readonly entry: AuditEntry
  readonly at: number
  /** Where it was entered, unless the transaction around that was undone. */
  readonly seq?: number
}

/** Faults of peers that were counted instead of entered. */
interface Counted {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

export class Audit {
  readonly log: AuditLog
  private readonly options: AuditOptions
  private readonly quota: AuditQuota
  private readonly seen: AuditedCircles
  private begun = false
  private waiting: readonly Waiting[] = []
  /** What peers did today that has its record, so that its repetition needs none. */
  private known = new Set<string>()
  private knownOn = -1
  private counted: Counted | undefined

  constructor(options: AuditOptions) {
    this.options = options
    const { store } = options.vault
    this.log = new AuditLog({ store, sha256: options.primitives, random: options.random })
    this.quota = new AuditQuota(store)
    this.seen = new AuditedCircles(store)
  }

  /**
   * Enters what happened, and before it what waits. Durable on return, or with the enclosing transaction: when it can't be
   * entered, the act is to fail with it.
   * @throws Unavailable 'disk-full'; IntegrityFault 'audit-damaged'
   */
  record(entry: AuditEntry): void {
    this.write(() => {
      this.append(entry)
    })
  }

  /** Enters what can't be refused: now, or before the next record. */
  note(entry: AuditEntry): void {
    const at = this.options.clock.now()
    this.waiting = [...this.waiting, { entry, at }].slice(0, MAX_WAITING)
    this.attempt(() => {
      this.write(() => undefined)
    })
  }

  /**
   * Enters the change of passphrase that `change` makes. The key file is another file than the log's: before it is replaced its
   * salt is noted, so that a power cut between the two loses no record (see noteChangedPassphrase()).
   * @throws as record(), and what `change` throws
   */
  passphraseChanges(change: () => void): void {
    const { vault } = this.options
    const { store } = vault
    const state = store.map(AUDIT_STORE.state)
    store.transaction(() => {
      state.set(CHANGING, vault.keySalt)
    })
    store.transaction(() => {
      this.record({ event: 'passphrase-changed' })
      state.delete(CHANGING)
      change()
    })
  }

  /** At unlock: whether a change of passphrase that was cut short had replaced the key file. */
  noteChangedPassphrase(): void {
    const { store, openedSalt } = this.options.vault
    this.attempt(() => {
      const state = store.map(AUDIT_STORE.state)
      const before = state.get(CHANGING)
      if (before === undefined) return
      store.transaction(() => {
        if (openedSalt !== undefined && !equalBytes(before, openedSalt))
          this.record({ event: 'passphrase-changed' })
        state.delete(CHANGING)
      })
    })
  }

  /** Wrong passphrases, as far as the vault has counted them. */
  noteWrongTries(): void {
    const { vault } = this.options
    const tries = vault.wrongTries
    if (tries === undefined) return
    this.attempt(() => {
      this.record({ event: 'passphrase-refused', ...tries })
      vault.wrongTriesTold()
    })
  }

  /** A fault that somebody else is to blame for. Never throws: nobody gets in the way of refusing a peer. */
  fault(fault: Fault, about: FaultAbout): void {
    const entry = peerEntry(fault, about)
    if (entry === undefined) return
    this.attempt(() => {
      this.newDay()
      if (!this.enterPeer(entry)) this.count()
    })
  }

  /** Enters what has changed in a circle since the last time. Joins the enclosing transaction. @throws as record() */
  circle(view: AuditView): void {
    this.write(() => {
      const now = this.options.clock.now()
      this.seen.update(view, {
        append: (entry) => {
          this.append(entry)
        },
        mayAppend: () => this.quota.take('roster', now),
      })
    })
  }

  /** As circle(), where a change is no act of this device: what fails is entered the next time. */
  tryCircle(view: AuditView): void {
    this.attempt(() => {
      this.circle(view)
    })
  }

  /** To be called in the transaction that erases the circle. @throws as record() */
  left(circle: CircleId): void {
    this.write(() => {
      this.seen.forget(circle)
      this.append({ event: 'circle-left', circle })
    })
  }

  /** The last record before the keys go. */
  locked(reason: string): void {
    this.attempt(() => {
      this.enterCounted()
    })
    this.note({ event: 'vault-locked', reason })
  }

  /** What signs exports. @throws Unavailable 'disk-full' */
  key(): SigningKey {
    this.begin()
    return openAuditKey(this.keyContext())
  }

  // ---- inside

  /** One transaction: the beginning of the log if that is due, what waits, and `work`. */
  private write<T>(work: () => T): T {
    this.begin()
    const waiting = this.waiting.filter((one) => !this.isEntered(one))
    this.waiting = waiting
    return this.options.vault.store.transaction(() => {
      this.waiting = waiting.map(({ entry, at }) => ({ entry, at, seq: this.log.append(entry, at).seq }))
      return work()
    })
  }

  private isEntered({ entry, at, seq }: Waiting): boolean {
    if (seq === undefined || this.log.mustState().head.seq < seq) return false
    const there = this.log.read(seq)
    return there.at === Math.floor(at) && there.entry.event === entry.event
  }

  private append(entry: AuditEntry): void {
    this.log.append(entry, this.options.clock.now())
  }

  /**
   * At the first record after an unlock: makes log and key, or says that they are not what they were.
   * @throws Unavailable 'disk-full'
   */
  begin(): void {
    // A beginning may have been undone with the transaction around it.
    if (this.begun && this.log.state() !== undefined) return
    const { vault, clock, primitives, hasCircles } = this.options
    vault.store.transaction(() => {
      const now = clock.now()
      const condition = this.log.condition()
      const isNew = findAuditKey(this.keyContext()) === undefined
      const isGone = condition === 'absent' ? hasCircles : isNew && vault.restoredCount === 0
      if (condition !== 'sound' || isGone) this.log.begin(now, condition === 'broken' || isGone)
      const key = auditKeyId(primitives, openAuditKey(this.keyContext()).publicKey)
      if (!isNew || isGone) return
      if (vault.restoredCount === 0) this.append({ event: 'vault-made', key })
      else this.append({ event: 'vault-restored', key, count: vault.restoredCount })
    })
    this.begun = true
  }

  private keyContext() {
    const { vault, primitives, random } = this.options
    return { store: vault.store, primitives, random, incarnation: vault.incarnation }
  }

  private attempt(work: () => void): void {
    try {
      work()
    } catch {
      // Told by whatever else can't be written; entered the next time.
    }
  }

  // ---- what peers cause

  /** @returns whether it has its record */
  private enterPeer(entry: PeerEntry): boolean {
    const name = JSON.stringify(entry)
    if (this.known.has(name)) return false
    const entered = this.write(() => {
      const isLeft = this.quota.take('peer', this.options.clock.now())
      if (isLeft) this.append(entry)
      return isLeft
    })
    if (entered) this.known.add(name)
    return entered
  }

  private count(): void {
    const now = this.options.clock.now()
    const { count = 0, firstAt = now } = this.counted ?? {}
    this.counted = { count: count + 1, firstAt, lastAt: now }
  }

  /** At the first fault of another day, what was counted is entered. */
  private newDay(): void {
    const day = Math.floor(this.options.clock.now() / DAY_MS)
    if (day === this.knownOn) return
    this.knownOn = day
    this.known = new Set()
    this.enterCounted()
  }

  private enterCounted(): void {
    const { counted } = this
    if (counted === undefined) return
    this.record({ event: 'peer-faults-counted', ...counted })
    this.counted = undefined
  }
}
