/** The membership log of one circle on one device: its entries in the store, and what they amount to (spec §5). */
import { u64 } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import { CallerFault, IntegrityFault, PeerFault } from '../fault.ts'
import type { CircleId, DeviceId, EntryHash } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import type { RecordSeries, Store } from '../ports/store.ts'
import {
  consentStatement,
  decodeEntry,
  signEntry,
  verifyEntry,
  type Entry,
  type SignedEntry,
} from './entry.ts'
import { Facts, subjectOf } from './facts.ts'
import { Fold } from './fold.ts'
import { EntryGraph, isBefore, type Node } from './graph.ts'
import { ConversationIds, deviceIdOf } from './ids.ts'
import { Judge, type Verdict } from './judge.ts'
import { burstOf, locatorOf, missingFrom, pageOf } from './locator.ts'
import { admittedKey, type Payload } from './payload.ts'
import { PendingEntries } from './pending.ts'
import { latest } from './heldRole.ts'
import { ruleFault } from './ruleWords.ts'
import {
  LOG_MAX_ENTRIES_PER_DEVICE,
  LOG_MAX_ENTRIES_WHILE_WAITING,
  LOG_MAX_PARENTS,
  NONCE_BYTES,
} from './spec.ts'
import type { CircleState } from './state.ts'

export type AddResult = 'added' | 'known' | 'pending'

export interface LogContext {
  readonly suite: Suite
  readonly store: Store
}

export interface CreateCircle {
  readonly key: SigningKey
  readonly random: Random
  readonly name: string
  readonly nickname: string | undefined
  readonly at: number
}

/** Name in the store of a circle's log; to erase it is to forget the circle. */
export function logStoreName(circle: CircleId): string {
  return `circle/${circle}/log`
}

export class MembershipLog {
  readonly circle: CircleId
  private readonly suite: Suite
  private readonly store: Store
  private readonly records: RecordSeries
  private readonly conversations: ConversationIds
  private graph = new EntryGraph()
  private facts = new Facts()
  private judge = new Judge(this.graph, this.facts)
  private fold: Fold | undefined
  private pending = new PendingEntries()
  private current: CircleState | undefined

  private constructor({ suite, store }: LogContext, circle: CircleId) {
    this.suite = suite
    this.store = store
    this.circle = circle
    this.records = store.series(logStoreName(circle))
    this.conversations = new ConversationIds(suite, circle)
  }

  /** Founds a circle: its first entry makes the author its owner. Durable on return. */
  static create(context: LogContext, { key, random, name, nickname, at }: CreateCircle): MembershipLog {
    const payload: Payload = {
      type: 'create',
      name,
      suite: context.suite.name,
      nonce: random.bytes(NONCE_BYTES),
      publicKey: key.publicKey,
      nickname,
    }
    const bytes = sign(context.suite, key, { circle: undefined, sequence: 0, parents: [], at, payload })
    const log = new MembershipLog(context, decodeEntry(context.suite, bytes).entry.circle)
    log.add(bytes)
    return log
  }

  /**
   * Reads the log of `circle` from the store; empty when there is none, to be filled by add(). Signatures were checked when
   * entries were added, and the store vouches for its records.
   * @throws IntegrityFault 'log-damaged'
   */
  static open(context: LogContext, circle: CircleId): MembershipLog {
    const log = new MembershipLog(context, circle)
    log.load()
    return log
  }

  /** A transaction of the store around add() and append(): when it fails, nothing of it is left in memory either. */
  transaction<T>(work: () => T): T {
    try {
      return this.store.transaction(work)
    } catch (error) {
      this.reload()
      throw error
    }
  }

  /** Drops what is in memory and reads the store again: after a transaction around add() or append() has failed. */
  reload(): void {
    this.graph = new EntryGraph()
    this.facts = new Facts()
    this.judge = new Judge(this.graph, this.facts)
    this.fold = undefined
    this.pending = new PendingEntries()
    this.current = undefined
    this.load()
  }

  /** Number of entries. */
  get size(): number {
    return this.graph.size
  }

  /**
   * Takes in an entry, and after it those that waited for it. Durable on return, unless inside a transaction of the
   * caller's. 'pending': a parent is missing (see wanted()), the entry is held in memory for now. 'known': it is here or held
   * already; or it is one too many of a device that floods the log, and is ignored unless others build upon it.
   * @throws PeerFault 'malformed' | 'oversize' | 'version-unknown' | 'wrong-circle' | 'wrong-suite' | 'author-unknown' |
   *   'signature-invalid' | 'key-malformed'; Unavailable from the store
   */
  add(bytes: Uint8Array): AddResult {
    const signed = decodeEntry(this.suite, bytes)
    const { entry } = signed
    if (entry.circle !== this.circle) throw new PeerFault('wrong-circle')
    if (this.graph.get(entry.hash) !== undefined || this.pending.has(entry.hash)) return 'known'
    if (this.isTooMany(entry)) return 'known'
    const missing = this.graph.missing(entry)
    if (missing.length > 0) {
      this.pending.put(entry, bytes, missing, this.isVouchedFor(signed))
      return 'pending'
    }
    this.check(signed)
    this.store.transaction(() => {
      this.records.set(u64(this.graph.size), bytes)
    })
    this.insert(entry)
    this.addChildrenOf(entry.hash)
    return 'added'
  }

  /**
   * Signs and adds an entry of one's own, on top of all that has an effect. A destructive act to which others must agree is
   * added too, and pending until they do: see CircleState.pending.
   * @throws CallerFault with the name of the broken rule in kebab-case as its code, such as 'role-may-do-this'; nothing changed then
   */
  append(key: SigningKey, payload: Payload, at: number): Entry {
    const author = deviceIdOf(this.suite, key.publicKey)
    const own = this.facts.tipsOf(author)
    const sequence = own.reduce((last, node) => Math.max(last, node.entry.sequence), -1) + 1
    const parents = this.parentsFor(own, payload).map((node) => node.entry.hash)
    const bytes = sign(this.suite, key, { circle: this.circle, sequence, parents, at, payload })
    const { entry } = decodeEntry(this.suite, bytes)
    const verdict = this.judge.verdict(this.graph.prepare(entry, subjectOf(this.suite, entry)))
    if (verdict !== true && verdict !== 'enoughAgree') throw ruleFault(verdict)
    this.add(bytes)
    return entry
  }

  /** What the log amounts to now. The same value until an entry is added. */
  state(): CircleState {
    this.current ??= this.folded().snapshot({
      heads: this.heads(),
      conversations: this.conversations,
      circle: this.circle,
      tally: (node) => this.judge.tally(node),
    })
    return this.current
  }

  /** Whether the entry has an effect, or the rule that it broke; undefined for an entry that is not here. */
  verdict(hash: EntryHash): Verdict | undefined {
    const node = this.graph.get(hash)
    return node && this.judge.verdict(node)
  }

  has(hash: EntryHash): boolean {
    return this.graph.get(hash) !== undefined
  }

  get(hash: EntryHash): Entry | undefined {
    return this.graph.get(hash)?.entry
  }

  /** The entry as it was received. */
  bytesOf(hash: EntryHash): Uint8Array | undefined {
    const node = this.graph.get(hash)
    return node && this.bytesAt(node)
  }

  /** Entries that no other follows, those without effect included. */
  heads(): EntryHash[] {
    return this.graph.heads.map((node) => node.entry.hash)
  }

  /** All entries, parents before children; or those from a place on, in the order in which this device stored them. */
  entries(from = 0): Entry[] {
    return this.graph.nodes.slice(from).map((node) => node.entry)
  }

  /** All entries as received, parents before children. */
  allBytes(): Uint8Array[] {
    return this.records.range().map((record) => record.value)
  }

  /** Whether `a` is in the causal past of `b`; false when either is not here. */
  isAncestor(a: EntryHash, b: EntryHash): boolean {
    const [before, after] = [this.graph.get(a), this.graph.get(b)]
    return before !== undefined && after !== undefined && isBefore(before, after)
  }

  /** Entries from which others can tell what is here (spec §5.7); at most LOCATOR_MAX_HASHES. */
  locator(): EntryHash[] {
    return locatorOf(this.graph)
  }

  /**
   * Entries that whoever made `locator` lacks, parents first, up to `limitBytes` but at least one.
   * @param after hash of the last entry of the page before, as this device sent it; none for the first page
   */
  missingFor(locator: readonly EntryHash[], limitBytes: number, after?: EntryHash): Uint8Array[] {
    return this.page(missingFrom(this.graph, locator, after), limitBytes)
  }

  /** As missingFor(), for sync: see burstOf(). */
  burstFor(known: readonly EntryHash[], limitBytes: number): Uint8Array[] {
    const missing = [...missingFrom(this.graph, known)]
    const mayGrow = (by: DeviceId): boolean => this.facts.byAuthor.get(by).length < LOG_MAX_ENTRIES_PER_DEVICE
    return burstOf(missing, mayGrow, (nodes, limit = limitBytes) => this.page(nodes, limit))
  }

  /** Entries as received, in the order in which they were added here, from the `index`-th on. */
  bytesFrom(index: number): Uint8Array[] {
    return this.graph.nodes.slice(index).map((node) => this.bytesAt(node))
  }

  private page(nodes: Iterable<Node>, limitBytes: number): Uint8Array[] {
    return pageOf(nodes, limitBytes, (node) => this.bytesAt(node))
  }

  /** Parents of pending entries that are not here: to be asked for by hash. */
  wanted(): EntryHash[] {
    return this.pending.wanted()
  }

  /** Equal on two devices exactly if they have the same entries. */
  digest(): Uint8Array {
    return this.suite.hash(new TextEncoder().encode(this.heads().sort().join('\n')))
  }

  // ---- inside

  private load(): void {
    for (const { value } of this.records.range()) {
      const { entry } = this.decodeStored(value)
      if (this.graph.missing(entry).length > 0) throw new IntegrityFault('log-damaged')
      this.insert(entry)
    }
  }

  private decodeStored(bytes: Uint8Array): SignedEntry {
    try {
      return decodeEntry(this.suite, bytes)
    } catch (cause) {
      throw new IntegrityFault('log-damaged', { cause })
    }
  }

  private bytesAt(node: Node): Uint8Array {
    const bytes = this.records.get(u64(node.index))
    if (bytes === undefined) throw new IntegrityFault('log-damaged')
    return bytes
  }

  /** @throws PeerFault */
  private check(signed: SignedEntry): void {
    const { entry } = signed
    const { payload } = entry
    verifyEntry(this.suite, signed, payload.type === 'create' ? payload.publicKey : this.keyOf(entry))
    if (payload.type === 'create' && payload.suite !== this.suite.name) throw new PeerFault('wrong-suite')
    if (payload.type === 'admit' || payload.type === 'device') {
      const statement = consentStatement(this.circle, payload.invitation, payload.type === 'device')
      if (!this.suite.signing.verifier(payload.publicKey).verify(statement, payload.consent)) {
        throw new PeerFault('signature-invalid')
      }
    }
  }

  /** Whether a known device signed it, parents or not. @throws PeerFault 'signature-invalid' */
  private isVouchedFor(signed: SignedEntry): boolean {
    const admission = this.facts.admissions.get(signed.entry.author)[0]
    const key = admission && admittedKey(admission.entry.payload)
    if (key === undefined) return false
    verifyEntry(this.suite, signed, key)
    return true
  }

  /**
   * One too many of its author, and no entry of anyone else builds upon it. While one waits, it may build upon this one by way
   * of others: a device that shows each of two others as many entries as it may have would keep them apart for ever.
   */
  private isTooMany(entry: Entry): boolean {
    const known = this.facts.byAuthor.get(entry.author).length
    if (known < LOG_MAX_ENTRIES_PER_DEVICE || this.pending.othersWant(entry)) return false
    return known >= LOG_MAX_ENTRIES_WHILE_WAITING || !this.pending.othersWait(entry.author)
  }

  /** The key of an author that was admitted in the entry's past, with effect or not. @throws PeerFault 'author-unknown' */
  private keyOf({ author, parents }: Entry): Uint8Array {
    const nodes = parents.flatMap((hash) => this.graph.get(hash) ?? [])
    const admission = this.facts.admissions
      .get(author)
      .find((node) => nodes.some((parent) => parent === node || isBefore(node, parent)))
    const key = admission && admittedKey(admission.entry.payload)
    if (key === undefined) throw new PeerFault('author-unknown')
    return key
  }

  private insert(entry: Entry): void {
    const node = this.graph.prepare(entry, subjectOf(this.suite, entry))
    this.graph.insert(node)
    this.facts.insert(node)
    this.current = undefined
    if (this.judge.add(node)) this.fold = undefined
    else if (this.fold !== undefined) this.foldIn(this.fold, node)
  }

  /** What waited for `parent`, and what waited for that. One that is bad is dropped: who sent it is not known any more. */
  private addChildrenOf(parent: EntryHash): void {
    for (const bytes of this.pending.takeChildrenOf(parent)) {
      try {
        this.add(bytes)
      } catch (fault) {
        if (!(fault instanceof PeerFault)) throw fault
      }
    }
  }

  private folded(): Fold {
    if (this.fold !== undefined) return this.fold
    const fold = new Fold(this.suite, this.facts, (node) => this.judge.verdict(node) === true)
    for (const node of this.graph.nodes) this.foldIn(fold, node)
    this.fold = fold
    return fold
  }

  private foldIn(fold: Fold, node: Node): void {
    const verdict = this.judge.verdict(node)
    if (verdict === true) fold.apply(node)
    else fold.refuse(node, verdict)
  }

  /**
   * On top of all that has an effect; the author's own last entry, the act that this one approves or withdraws, and the last ones of whom
   * this one is about, before others where they are too many. Other entries without effect are not built upon.
   */
  private parentsFor(own: readonly Node[], payload: Payload): Node[] {
    const about = 'member' in payload ? payload.member : undefined
    const device = payload.type === 'revoke-device' ? payload.device : undefined
    const act = 'act' in payload ? this.facts.acts.get(payload.act) : undefined
    const frontier = [...this.folded().frontier].reverse()
    const first = frontier.filter(
      (node) => node.entry.author === device || (about !== undefined && this.facts.memberOf(node) === about),
    )
    const wanted = new Set([...own, ...(act === undefined ? [] : [act]), ...first, ...frontier])
    return latest([...wanted]).slice(0, LOG_MAX_PARENTS)
  }
}

function sign(suite: Suite, key: SigningKey, draft: Parameters<typeof signEntry>[2]): Uint8Array {
  const bytes = signEntry(suite, key, draft)
  try {
    decodeEntry(suite, bytes)
  } catch (cause) {
    throw new CallerFault('entry-malformed', { message: 'The entry is not one that a log may hold.', cause })
  }
  return bytes
}
