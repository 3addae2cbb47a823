/** Sync of the membership log (spec §10.3). */
import { base32 } from '../base32.ts'
import { equalBytes } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { Frame } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { MAX_LIST, MAX_LOG_BATCH, MAX_LOG_ENTRY_BYTES, SYNC_VERSION } from './spec.ts'
import { untilFault } from './untilFault.ts'

export interface MembershipCalls {
  readonly sessions: () => Iterable<Session>
  /** Entries were added: who belongs to the circle may have changed. */
  readonly changed: () => void
  /** They were judged. */
  readonly entriesCame: () => void
}

interface Fresh {
  readonly session: Session
  /** What the session handed over. */
  readonly entries: Uint8Array[]
  /** What had waited here for those, from whoever it came: the session may lack it as well as the others. */
  readonly waited: Uint8Array[]
}

export class MembershipSync {
  private readonly host: SyncHost
  private readonly calls: MembershipCalls
  /** What was added since settle(), and who handed it over. */
  private fresh: Fresh | undefined

  constructor(host: SyncHost, calls: MembershipCalls) {
    this.host = host
    this.calls = calls
  }

  /** The first frames of a session. */
  greet(session: Session): void {
    session.send({ type: 'hello', version: SYNC_VERSION, cards: this.host.cards.digest() })
    this.sendLogHeads(session)
  }

  onHello(session: Session, frame: Extract<Frame, { type: 'hello' }>): void {
    if (frame.version !== SYNC_VERSION) {
      throw new PeerFault('version-unknown', {
        message: 'The far device speaks another version of the protocol.',
      })
    }
    session.greeted = true
  }

  private sendLogHeads(session: Session): void {
    const heads = this.host.log.heads()
    session.toldHeads = headsKey(heads)
    // A device may sign thousands of entries beside each other: what a frame can't name is sent once more, which is harmless.
    const named = heads.slice(-MAX_LIST)
    session.send({ type: 'log-heads', heads: named, locator: this.host.log.locator() })
  }

  /** Sends what the far device lacks, and, if that says nothing it has heard, where this log ends. */
  onLogHeads(session: Session, frame: Extract<Frame, { type: 'log-heads' }>): void {
    const { log } = this.host
    const mine = log.heads()
    if (mine.some((head) => !frame.heads.some((theirs) => equalBytes(theirs, head)))) {
      const entries = log.missingFor([...frame.heads, ...frame.locator], LOG_BURST_BYTES)
      this.sendEntries(session, entries)
      const bytes = entries.reduce((sum, entry) => sum + entry.length, 0)
      if (bytes >= LOG_BURST_BYTES - MAX_LOG_ENTRY_BYTES) this.sendLogHeads(session)
    }
    const lacking = frame.heads.some((head) => !log.has(head))
    if (lacking && session.toldHeads !== headsKey(mine)) this.sendLogHeads(session)
  }

  /** What came before a bad entry counts, once settle() was called. @throws PeerFault as SyncedLog.add() */
  onLogEntries(session: Session, frame: Extract<Frame, { type: 'log-entries' }>): void {
    const { log } = this.host
    const handed: Uint8Array[] = []
    const before = log.size()
    const fault = untilFault(frame.entries, (entry) => {
      const result = log.add(entry)
      if (result === 'added') handed.push(entry)
      if (result === 'pending') this.askForLog(session)
    })
    const added = log.from(before)
    if (added.length > 0) {
      if (this.fresh !== undefined && this.fresh.session !== session) this.settle()
      this.fresh ??= { session, entries: [], waited: [] }
      this.fresh.entries.push(...handed)
      this.fresh.waited.push(...without(added, handed))
    }
    if (fault !== undefined) throw fault
  }

  /**
   * Hands on what was added, and looks at what has become of the circle: once for many entries, since each look may judge the
   * whole log anew. @returns how many entries were added since the last time
   */
  settle(): number {
    const { fresh } = this
    this.fresh = undefined
    if (fresh === undefined) return 0
    const { session, entries, waited } = fresh
    for (const other of this.calls.sessions())
      this.sendEntries(other, other === session ? waited : [...entries, ...waited])
    this.calls.changed()
    this.calls.entriesCame()
    return entries.length + waited.length
  }

  /** The transaction was undone. */
  forget(): void {
    this.fresh = undefined
  }

  /** Lets the far device send again what is not here. */
  askForLog(session: Session): void {
    session.owe('own-log-heads', () => {
      this.sendLogHeads(session)
    })
  }

  private sendEntries(session: Session, entries: readonly Uint8Array[]): void {
    for (let at = 0; at < entries.length; at += MAX_LOG_BATCH) {
      session.send({ type: 'log-entries', entries: entries.slice(at, at + MAX_LOG_BATCH) })
    }
  }
}

/** Those of `all` that are not among `some`, which mostly are all of them. */
function without(all: readonly Uint8Array[], some: readonly Uint8Array[]): Uint8Array[] {
  if (all.length === some.length) return []
  const known = new Set(some.map((bytes) => bytes.toHex()))
  return all.filter((bytes) => !known.has(bytes.toHex()))
}

/** Log entries sent for one comparison of heads; then heads are compared again. */
const LOG_BURST_BYTES = 4_194_304

function headsKey(heads: readonly Uint8Array[]): string {
  return heads.map((head) => base32(head)).join()
}
