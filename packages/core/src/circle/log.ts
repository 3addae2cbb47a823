/** The membership log of one circle on one device: its entries in the store, and what they amount to (spec §5). */
import { u64 } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import { IntegrityFault, PeerFault } from '../fault.ts'
import type { CircleId, DeviceId, EntryHash } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { RecordSeries, Store } from '../ports/store.ts'
import {
  consentStatement,
  decodeEntry,
  hashOfEntry,
  signChecked,
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
import { logStoreName, type AddResult, type CreateCircle, type LogContext } from './logContext.ts'
import { createNamesKey, NamesKey, StoredNamesKey } from './names.ts'
import { anyKeyOf, keyOf, parentsFor } from './authoring.ts'
import type { Payload } from './payload.ts'
import { PendingEntries } from './pending.ts'
import { ruleFault } from './ruleWords.ts'
import { LOG_MAX_ENTRIES_PER_DEVICE, LOG_MAX_ENTRIES_WHILE_WAITING, NONCE_BYTES } from './spec.ts'
import type { CircleState } from './state.ts'

export class MembershipLog {
  readonly circle: CircleId
  private readonly suite: Suite
  private readonly store: Store
  private readonly records: RecordSeries
  private readonly conversations: ConversationIds
  private readonly storedNames: StoredNamesKey
  private namesKey: NamesKey | undefined
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
    this.storedNames = new StoredNamesKey(store, circle)
    this.readNamesKey()
  }

  /** Founds a circle: its first entry makes the author its owner. Draws the circle's names key. Durable on return. */
  static create(context: LogContext, { key, random, name, nickname, at }: CreateCircle): MembershipLog {
    const names = createNamesKey(context.suite, random)
    const payload: Payload = {
      type: 'create',
      name,
      suite: context.suite.name,
      nonce: random.bytes(NONCE_BYTES),
      publicKey: key.publicKey,
      nickname,
      namesId: names.id,
    }
    const bytes = signChecked(
      context.suite,
      key,
      { circle: undefined, sequence: 0, parents: [], at, payload },
      names,
    )
    const { circle } = decodeEntry(context.suite, bytes).entry
    return context.store.transaction(() => {
      new StoredNamesKey(context.store, circle).put(names.bytes)
      const log = new MembershipLog(context, circle)
      log.add(bytes)
      return log
    })
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
    this.readNamesKey()
    this.load()
  }

  /** The circle's names key; undefined where this device does not have it: then there are no names and no rooms here. */
  get names(): NamesKey | undefined {
    return this.namesKey
  }

  /** Whether the key that is here, if there is one, is the one that the first entry tells of. */
  get hasRightNames(): boolean {
    return this.namesKey === undefined || this.tellsOf(this.namesKey)
  }

  /**
   * Keeps the circle's names key, and reads and judges the log anew with it. Durable on return, unless inside a transaction of the
   * caller's.
   * @param key NAMES_KEY_BYTES, as somebody gave it
   * @throws PeerFault 'names-key-wrong' when it is not the one that the first entry tells of
   */
  learnNames(key: Uint8Array): void {
    if (!this.tellsOf(new NamesKey(this.suite, key))) {
      throw new PeerFault('names-key-wrong')
    }
    this.storedNames.put(key)
    const { pending } = this
    this.reload()
    this.pending = pending
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
    const hash = hashOfEntry(this.suite, bytes)
    if (this.graph.get(hash) !== undefined || this.pending.has(hash)) return 'known'
    const signed = decodeEntry(this.suite, bytes, this.namesKey)
    const { entry } = signed
    if (entry.circle !== this.circle) throw new PeerFault('wrong-circle')
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
   * @throws CallerFault with the name of the broken rule in kebab-case as its code, such as 'role-may-do-this'; or 'names-key-missing' for
   *   what has a name or seats; nothing changed then
   */
  append(key: SigningKey, payload: Payload, at: number): Entry {
    const author = deviceIdOf(this.suite, key.publicKey)
    const own = this.facts.tipsOf(author)
    const sequence = own.reduce((last, node) => Math.max(last, node.entry.sequence), -1) + 1
    const parents = parentsFor(this.facts, this.folded().frontier, own, payload).map(
      (node) => node.entry.hash,
    )
    const draft = { circle: this.circle, sequence, parents, at, payload }
    const bytes = signChecked(this.suite, key, draft, this.namesKey)
    const { entry } = decodeEntry(this.suite, bytes, this.namesKey)
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

  /** Whether the first entry, once it is here, tells of `names`. */
  private tellsOf(names: NamesKey): boolean {
    const first = this.graph.nodes[0]?.entry.payload
    return first?.type === 'create' && names.fits(first.namesId)
  }

  private readNamesKey(): void {
    const key = this.storedNames.get()
    this.namesKey = key && new NamesKey(this.suite, key)
  }

  private load(): void {
    for (const { value } of this.records.range()) {
      const { entry } = this.decodeStored(value)
      if (this.graph.missing(entry).length > 0) throw new IntegrityFault('log-damaged')
      this.insert(entry)
    }
  }

  private decodeStored(bytes: Uint8Array): SignedEntry {
    try {
      return decodeEntry(this.suite, bytes, this.namesKey)
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
    verifyEntry(
      this.suite,
      signed,
      payload.type === 'create' ? payload.publicKey : keyOf(this.graph, this.facts, entry),
    )
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
    const key = anyKeyOf(this.facts, signed.entry.author)
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
}
