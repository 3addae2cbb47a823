/**
 * What a member's devices tell each other in the `self` conversation (spec §11.9): what was read, drafts, preferences, names.
 * Collected for some seconds, for each change costs an entry; what a later entry replaces is erased from the feeds.
 */
import { fromBase32 } from '../base32.ts'
import { compareBytes } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { Fault, Unavailable } from '../fault.ts'
import type { ConversationId, DeviceId, FeedId, MessageId } from '../id.ts'
import type { Change } from '../message/change.ts'
import { isLongerThan } from '../message/content.ts'
import type { MessageDraft } from '../message/draft.ts'
import type { DraftBody, OwnStateBody, PreferencesBody, ReadMarksBody } from '../message/ownStateBody.ts'
import type { PreferenceChanges } from '../message/preferences.ts'
import { MAX_READ_MARKS, MAX_TEXT_BYTES } from '../message/spec.ts'
import type { RecordMap } from '../ports/store.ts'
import type { Erasures } from './erasures.ts'
import type { OpenConversation } from './openConversation.ts'
import type { ParticipantOptions } from './options.ts'
import { SaidEntries } from './saidEntries.ts'
import type { Transactions } from './transactions.ts'

/** Changes are collected for so long: a draft is told at most this often while someone types. */
export const OWN_STATE_DELAY_MS = 3_000

export interface OwnStateCalls {
  readonly conversation: (id: ConversationId) => OpenConversation
  readonly touch: (id: ConversationId) => OpenConversation
  /** Writes an entry to the `self` conversation. */
  readonly write: (self: ConversationId, body: OwnStateBody) => void
  /** Read marks changed: the authors are told. */
  readonly announce: (conversation: ConversationId, feeds: readonly FeedId[]) => void
  readonly fault: (fault: Fault) => void
}

type OwnStateChange = Extract<Change, { kind: 'own-state' }>

/** What is to be told, by what it is about. */
type Topic = `${'read' | 'draft' | 'preferences'}/${ConversationId}` | `name/${DeviceId}`

export class OwnState {
  private readonly options: ParticipantOptions
  private readonly transactions: Transactions
  private readonly erasures: Erasures
  private readonly calls: OwnStateCalls
  /** By topic: what changed here and was not told yet. */
  private readonly waiting: RecordMap
  /** By topic; of read marks also by author. */
  private readonly said: SaidEntries
  private cancelTimer: (() => void) | undefined
  private stopped = false

  constructor(
    options: ParticipantOptions,
    transactions: Transactions,
    erasures: Erasures,
    calls: OwnStateCalls,
  ) {
    this.options = options
    this.transactions = transactions
    this.erasures = erasures
    this.calls = calls
    this.waiting = options.store.map('own-state/waiting')
    this.said = new SaidEntries(options.store)
  }

  // ---- what changes here

  /** undefined removes it. @throws CallerFault 'text-too-long' | 'message-id-malformed' */
  setDraft(conversation: ConversationId, draft: MessageDraft | undefined): void {
    this.transactions.run(() => {
      this.calls.conversation(conversation).timeline.setDraft(draft)
      this.note(`draft/${conversation}`)
    })
  }

  changePreferences(conversation: ConversationId, changes: PreferenceChanges): void {
    this.transactions.run(() => {
      this.calls.conversation(conversation).timeline.changePreferences(changes)
      this.note(`preferences/${conversation}`)
    })
  }

  /** What this device's person has read of a conversation has changed. In the caller's transaction. */
  read(conversation: ConversationId): void {
    this.note(`read/${conversation}`)
  }

  /** Messages came. In the caller's transaction. */
  arrived(conversation: ConversationId, ids: readonly MessageId[]): void {
    if (this.calls.conversation(conversation).timeline.bringBack(ids))
      this.note(`preferences/${conversation}`)
  }

  /** Somebody looked at it: it need not be come back to any more. In the caller's transaction. */
  unmark(conversation: ConversationId): void {
    if (!this.calls.conversation(conversation).timeline.preferences().markedUnread) return
    this.changePreferences(conversation, { markedUnread: false })
  }

  /** What a member's devices are called, by its word. */
  deviceName(device: DeviceId): string | undefined {
    return this.said.last(`name/${device}`)?.name
  }

  /** @throws CallerFault 'name-invalid' | 'not-allowed' */
  nameDevice(device: DeviceId, name: string): void {
    const { own } = this.options.membership
    if (own !== undefined) this.calls.write(own, { kind: 'device-name', device, name })
  }

  /** Tells what was left untold; and everything, when this member has a device that may not know it. */
  resume(): void {
    const { membership, clock } = this.options
    if (membership.own === undefined || this.stopped) return
    this.noteForNew()
    if (this.topics().length > 0 || this.reached().length < this.others().length) this.tellAfter(clock)
  }

  /** The same, when somebody connects: that goes on also where the store fails. */
  tryResume(): void {
    this.guarded(() => {
      this.resume()
    })
  }

  stop(): void {
    this.stopped = true
    this.cancelTimer?.()
    this.cancelTimer = undefined
  }

  // ---- what another own device says

  /** In the transaction that stores the entry. */
  apply(change: OwnStateChange): void {
    const { body } = change
    if (!this.isNews(change)) return
    if (body.kind === 'read-marks') this.applyMarks(body)
    if (body.kind === 'draft' && change.device !== this.options.self) this.applyDraft(body)
    if (body.kind === 'preferences' && change.device !== this.options.self) this.applyPreferences(body)
    if (body.kind === 'device-name') this.transactions.tell({ type: 'own-devices' })
  }

  // ---- inside

  private note(topic: Topic): void {
    if (this.others().length === 0) return
    this.waiting.set(topic, encodeValue([]))
    this.tellAfter(this.options.clock)
  }

  /** Everything, for a device that can read it from now on. */
  private noteForNew(): void {
    const others = this.reached()
    const known = this.waiting.get(DEVICES)
    const list = encodeValue([...others].sort().map(fromBase32))
    if (others.length === 0 || (known !== undefined && compareBytes(known, list) === 0)) return
    this.transactions.run(() => {
      this.waiting.set(DEVICES, list)
      for (const conversation of this.options.membership.conversations()) this.noteAll(conversation)
    })
  }

  private noteAll(conversation: ConversationId): void {
    const { timeline, readMarks } = this.calls.conversation(conversation)
    if (timeline.draft() !== undefined) this.waiting.set(`draft/${conversation}`, encodeValue([]))
    if (timeline.hasPreferences()) this.waiting.set(`preferences/${conversation}`, encodeValue([]))
    if (!readMarks.all().next().done) this.waiting.set(`read/${conversation}`, encodeValue([]))
  }

  private tellAfter(clock: ParticipantOptions['clock']): void {
    if (this.stopped) return
    this.cancelTimer ??= clock.after(OWN_STATE_DELAY_MS, () => {
      this.cancelTimer = undefined
      this.guarded(() => {
        this.tell()
      })
    })
  }

  private guarded(work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.calls.fault(cause instanceof Fault ? cause : new Unavailable('store-failed', { cause }))
    }
  }

  private tell(): void {
    const { membership, self } = this.options
    const { own } = membership
    if (own === undefined || !membership.mayWrite(self, own)) return
    // Cards come a moment after the log, and after a link.
    this.noteForNew()
    this.transactions.run(() => {
      for (const topic of this.topics()) {
        this.waiting.delete(topic)
        const about = topic.slice(topic.indexOf('/') + 1) as ConversationId
        if (!membership.conversations().includes(about)) continue
        const body = this.bodyOf(topic, about)
        if (body !== undefined) this.calls.write(own, body)
      }
    })
  }

  private bodyOf(topic: Topic, about: ConversationId): OwnStateBody | undefined {
    if (topic.startsWith('draft/')) return this.draftOf(about)
    if (topic.startsWith('read/')) return this.marksOf(about)
    const { archivedHere: _, ...preferences } = this.calls.conversation(about).timeline.preferences()
    return { kind: 'preferences', conversation: about, ...preferences }
  }

  /** What is longer than can be sent stays here. */
  private draftOf(conversation: ConversationId): DraftBody | undefined {
    const draft = this.calls.conversation(conversation).timeline.draft()
    const sayable =
      draft === undefined || (draft.text.isWellFormed() && !isLongerThan(draft.text, MAX_TEXT_BYTES))
    return sayable ? { kind: 'draft', conversation, ...draft } : undefined
  }

  private marksOf(conversation: ConversationId): ReadMarksBody | undefined {
    const all = [...this.calls.conversation(conversation).readMarks.all()]
    const whole = all.length <= MAX_READ_MARKS
    return all.length === 0
      ? undefined
      : { kind: 'read-marks', conversation, whole, marks: all.slice(-MAX_READ_MARKS) }
  }

  private applyMarks({ conversation, marks }: ReadMarksBody): void {
    if (!this.options.membership.conversations().includes(conversation)) return
    const { timeline, readMarks } = this.calls.touch(conversation)
    const moved: FeedId[] = []
    for (const [feed, seq] of marks) {
      if (seq <= readMarks.of(feed)) continue
      timeline.readFeed(feed, seq)
      readMarks.advance(feed, seq)
      moved.push(feed)
    }
    if (moved.length === 0) return
    this.calls.announce(conversation, moved)
    this.transactions.tell({ type: 'own-state', conversation })
  }

  /** Not over what is being written here: that is told later, and so counts. */
  private applyDraft({ conversation, text, replyTo }: DraftBody): void {
    if (!this.options.membership.conversations().includes(conversation)) return
    if (this.waiting.get(`draft/${conversation}`) !== undefined) return
    const draft = text === undefined ? undefined : { text, ...(replyTo !== undefined && { replyTo }) }
    this.calls.touch(conversation).timeline.setDraft(draft)
    this.transactions.tell({ type: 'own-state', conversation })
  }

  /** As with drafts. */
  private applyPreferences({ kind: _, conversation, ...preferences }: PreferencesBody): void {
    if (!this.options.membership.conversations().includes(conversation)) return
    if (this.waiting.get(`preferences/${conversation}`) !== undefined) return
    this.calls.touch(conversation).timeline.takePreferences(preferences)
    this.transactions.tell({ type: 'own-state', conversation })
  }

  /** Notes it as what is in force, and erases what it replaces; or itself, if it was replaced before it came. */
  private isNews(change: OwnStateChange): boolean {
    const { body, id, position } = change
    if (body.kind === 'read-marks' && !body.whole) return true
    const topic = topicOf(change)
    const before = this.said.last(topic)
    const news = before === undefined || compareBytes(position, before.position) > 0
    const replaced = news ? before?.id : id
    if (news) {
      const name = body.kind === 'device-name' ? body.name : ''
      this.said.set(topic, { id, position, name })
    }
    const { own } = this.options.membership
    if (replaced !== undefined && own !== undefined)
      this.erasures.eraseOwn(this.calls.conversation(own).feeds, replaced)
    // Marks only grow: also older ones say something.
    return news || body.kind === 'read-marks'
  }

  private topics(): Topic[] {
    return this.waiting
      .entries()
      .map(([key]) => key)
      .filter((key) => key !== DEVICES) as Topic[]
  }

  private others(): DeviceId[] {
    const { membership } = this.options
    return membership.ownOtherDevices().filter((device) => membership.isActive(device))
  }

  /** Those whose cards are here: what is told now is sealed to them. */
  private reached(): DeviceId[] {
    return this.others().filter((device) => this.options.membership.sealingTarget(device) !== undefined)
  }
}

/** Under it: this member's other devices when everything was told last. */
const DEVICES = 'devices'

function topicOf({ body, device }: OwnStateChange): string {
  if (body.kind === 'device-name') return `name/${body.device}`
  // Each device says all that it knows: of each, only the last word counts.
  if (body.kind === 'read-marks') return `read/${body.conversation}/${device}`
  return `${body.kind}/${body.conversation}`
}
