/**
 * The timeline of one conversation: which messages are held, merged from pages and events. It knows nothing of the page
 * it is shown in; time and the device are handed in.
 */
import type { ApiEvent, Message } from '@triode/api'
import { countsAsUnread, firstUnread } from './rows.ts'
import * as windows from './window.ts'

/** Which page: one of `before`, `after`, `around`, `at`, or else the newest. */
export interface PageQuery {
  readonly before?: string
  readonly after?: string
  readonly around?: string
  readonly at?: number
  readonly limit: number
}

export interface TimelinePorts {
  readonly page: (query: PageQuery) => Promise<windows.Page>
  /** Calls back once. @returns what prevents it */
  readonly after: (ms: number, act: () => void) => () => void
  readonly now: () => number
}

/** Where the view is to go; a new object each time. */
export type Target =
  { readonly kind: 'message'; readonly id: string } | { readonly kind: 'end' } | { readonly kind: 'start' }

export interface TimelineState extends windows.MessageWindow {
  /** Nothing is known yet. */
  readonly isOpening: boolean
  readonly isLoading: 'older' | 'newer' | undefined
  readonly fault: unknown
  /** Above it stands the line "new messages". */
  readonly firstNew: string | undefined
  /** How many came below what one sees. */
  readonly below: number
  readonly target: Target | undefined
  /** One was led to it just now. */
  readonly flashing: string | undefined
  /** Of the tall ones those that are shown in full. */
  readonly unfolded: ReadonlySet<string>
}

/** A screen and a half at most sizes; three pages on each side of what one sees fit the window. */
export const PAGE = 60
export const MAX_HELD = 400
/** The API gives no more at once. */
const MAX_PAGE = 500
/** Arrivals of one such time are drawn at once: typing stays smooth while messages stream in. */
const BATCH_MS = 40
/** How long after an arrival the end is read anew, for what came late. */
const SETTLE_MS = 400
/** Long enough to find it with the eyes. */
const FLASH_MS = 2_000
/** Longest wait of a timer in a browser. */
const MAX_WAIT_MS = 2 ** 31 - 1

const OPENING: TimelineState = {
  ...windows.EMPTY_WINDOW,
  isOpening: true,
  isLoading: undefined,
  fault: undefined,
  firstNew: undefined,
  below: 0,
  target: undefined,
  flashing: undefined,
  unfolded: new Set(),
}

export class TimelineStore {
  readonly conversation: string
  private readonly ports: TimelinePorts
  private readonly watchers = new Set<() => void>()
  private state = OPENING
  private arrived: Message[] = []
  private unsettled: Message[] = []
  private isFollowing = true
  /** What is asked for is out of date when this has moved on. */
  private turn = 0
  private stops: { batch?: () => void; settle?: () => void; expiry?: () => void; flash?: () => void } = {}

  constructor(conversation: string, ports: TimelinePorts) {
    this.conversation = conversation
    this.ports = ports
  }

  readonly snapshot = (): TimelineState => this.state

  readonly subscribe = (changed: () => void): (() => void) => {
    this.watchers.add(changed)
    return () => void this.watchers.delete(changed)
  }

  /** The newest page, and as far back as there is something unread. @param at a message to begin with instead */
  async open({
    unread = 0,
    at,
  }: { readonly unread?: number; readonly at?: string | undefined } = {}): Promise<void> {
    if (at !== undefined) return this.jumpTo(at)
    const limit = Math.min(MAX_PAGE, Math.max(PAGE, unread + PAGE / 4))
    await this.replaceBy({ limit }, (page) => {
      const firstNew = firstUnread(page.messages, unread)
      const target: Target = firstNew === undefined ? { kind: 'end' } : { kind: 'message', id: firstNew }
      return { firstNew, target }
    })
  }

  /** Ends timers; `open` may follow. */
  close(): void {
    this.turn += 1
    for (const stop of Object.values(this.stops)) stop()
    this.stops = {}
    this.arrived = []
    this.unsettled = []
    this.state = OPENING
  }

  async loadOlder(): Promise<void> {
    const [first] = this.state.messages
    if (first === undefined || !this.state.hasOlder) return
    await this.grow('older', { before: first.id, limit: PAGE }, windows.withOlder)
  }

  async loadNewer(): Promise<void> {
    const last = this.state.messages.at(-1)
    if (last === undefined || !this.state.hasNewer) return
    await this.grow('newer', { after: last.id, limit: PAGE }, windows.withNewer)
  }

  async jumpTo(id: string): Promise<void> {
    this.setFolded(id, false)
    const led: Partial<TimelineState> = { target: { kind: 'message', id }, flashing: id }
    if (this.holds(id)) this.set(led)
    else await this.replaceBy({ around: id, limit: PAGE }, () => led)
    this.stopFlashing()
  }

  /** To the first message from that time on. */
  async jumpToTime(at: number): Promise<void> {
    await this.replaceBy({ at, limit: PAGE }, ({ messages: [first] }) =>
      first === undefined
        ? { target: { kind: 'end' } }
        : { target: { kind: 'message', id: first.id }, flashing: first.id },
    )
    this.stopFlashing()
  }

  async jumpToOldest(): Promise<void> {
    if (!this.state.hasOlder) {
      this.set({ target: { kind: 'start' } })
      return
    }
    await this.replaceBy({ at: 0, limit: PAGE }, () => ({ target: { kind: 'start' } }))
  }

  async jumpToNewest(): Promise<void> {
    if (!this.state.hasNewer) {
      this.set({ target: { kind: 'end' }, below: 0 })
      return
    }
    await this.replaceBy({ limit: PAGE }, () => ({ target: { kind: 'end' }, below: 0 }))
  }

  /** Reads anew what is held, after events may have been missed. */
  async refresh(): Promise<void> {
    const [first] = this.state.messages
    if (first === undefined) return this.open()
    const turn = this.turn
    const page = await this.ask({ after: first.id, limit: MAX_PAGE })
    if (page === undefined || turn !== this.turn) return
    const { moreAfter } = page
    this.setWindow({
      messages: [first, ...page.messages],
      hasOlder: this.state.hasOlder,
      hasNewer: moreAfter,
    })
  }

  readonly follows = (): boolean => this.isFollowing

  /** Whether the view stands at the end, and goes on doing so when messages come. */
  setFollows(follows: boolean): void {
    if (follows === this.isFollowing) return
    this.isFollowing = follows
    this.set(follows && !this.state.hasNewer ? { below: 0 } : {})
  }

  setFolded(id: string, folded: boolean): void {
    const { unfolded } = this.state
    if (unfolded.has(id) !== folded) return
    this.set({ unfolded: folded ? unfolded.difference(new Set([id])) : unfolded.union(new Set([id])) })
  }

  /** The line "new messages" has done its work. */
  forgetFirstNew(): void {
    if (this.state.firstNew !== undefined) this.set({ firstNew: undefined })
  }

  remove(id: string): void {
    this.setWindow(windows.without(this.state, (message) => message.id === id))
  }

  heard(event: ApiEvent): void {
    if (event.type === 'message' && event.message.conversation === this.conversation) this.take(event.message)
    if (event.type === 'message-changed' && event.message.conversation === this.conversation)
      this.setWindow(windows.withChanged(this.state, event.message))
    if (event.type === 'delivery' && event.conversation === this.conversation)
      this.setWindow(windows.withDelivery(this.state, event))
  }

  private take(message: Message): void {
    this.arrived.push(message)
    this.stops.batch ??= this.ports.after(BATCH_MS, () => this.placeArrived())
  }

  private placeArrived(): void {
    // What came while the first page was on its way is in it or newer.
    if (this.state.isOpening) {
      this.stops.batch = this.ports.after(BATCH_MS, () => this.placeArrived())
      return
    }
    delete this.stops.batch
    const came = this.arrived
    this.arrived = []
    const isMine = came.some(({ state }) => state !== 'received')
    const follows = this.isFollowing && this.holdsEnd()
    const unseen = follows ? 0 : came.filter(countsAsUnread).length
    this.setWindow(windows.withArrived(this.state, came, MAX_HELD), {
      below: this.state.below + unseen,
      ...(follows && { target: { kind: 'end' } }),
    })
    this.unsettled.push(...came)
    this.stops.settle ??= this.ports.after(SETTLE_MS, () => void this.settle())
    // Who writes wants to see what they wrote.
    if (isMine) void this.jumpToNewest()
  }

  /** Puts in its place what came with an old place, which the event does not tell (spec §11.3). */
  private async settle(): Promise<void> {
    delete this.stops.settle
    const came = this.unsettled
    this.unsettled = []
    if (!this.holdsEnd()) return
    const turn = this.turn
    const page = await this.ask({ limit: Math.min(MAX_PAGE, came.length + PAGE / 3) })
    if (page === undefined || turn !== this.turn || !this.holdsEnd()) return
    const since = new Set([...this.arrived, ...this.unsettled].map(({ id }) => id))
    const held = this.state.messages
    this.setWindow(windows.withTail(this.state, page))
    this.setWindow(
      windows.withArrived(
        this.state,
        held.filter(({ id }) => since.has(id)),
        MAX_HELD,
      ),
    )
    for (const late of came) if (!this.holds(late.id)) await this.placeLate(late)
  }

  private async placeLate(late: Message): Promise<void> {
    const page = await this.ask({ around: late.id, limit: 3 })
    const at = page?.messages.findIndex(({ id }) => id === late.id) ?? -1
    if (at > 0) this.setWindow(windows.withLate(this.state, late, page?.messages[at - 1]?.id))
  }

  private stopFlashing(): void {
    this.stops.flash?.()
    this.stops.flash = this.ports.after(FLASH_MS, () => this.set({ flashing: undefined }))
  }

  private holdsEnd(): boolean {
    return !this.state.hasNewer
  }

  private holds(id: string): boolean {
    return this.state.messages.some((message) => message.id === id)
  }

  private async grow(
    side: 'older' | 'newer',
    query: PageQuery,
    merge: typeof windows.withOlder,
  ): Promise<void> {
    if (this.state.isLoading !== undefined) return
    const turn = this.turn
    this.set({ isLoading: side })
    const page = await this.ask(query)
    if (turn !== this.turn) return
    if (page === undefined) {
      this.set({ isLoading: undefined })
      return
    }
    this.setWindow(merge(this.state, page, MAX_HELD), { isLoading: undefined })
  }

  private async replaceBy(
    query: PageQuery,
    also: (page: windows.Page) => Partial<TimelineState>,
  ): Promise<void> {
    const turn = (this.turn += 1)
    const page = await this.ask(query)
    if (turn !== this.turn) return
    if (page === undefined) {
      this.set({ isOpening: false, isLoading: undefined })
      return
    }
    const rest = { isOpening: false, isLoading: undefined, ...also(page) }
    this.setWindow(windows.fromPage(page), rest)
  }

  /** @returns undefined where it failed, which the state says then */
  private async ask(query: PageQuery): Promise<windows.Page | undefined> {
    try {
      const page = await this.ports.page(query)
      if (this.state.fault !== undefined) this.set({ fault: undefined })
      return page
    } catch (fault) {
      this.set({ fault })
      return undefined
    }
  }

  private setWindow(window: windows.MessageWindow, also: Partial<TimelineState> = {}): void {
    const { messages, hasOlder, hasNewer } = window
    const isSame = messages === this.state.messages && hasNewer === this.state.hasNewer
    if (isSame && hasOlder === this.state.hasOlder && Object.keys(also).length === 0) return
    this.set({ messages, hasOlder, hasNewer, ...also })
    if (!isSame) this.watchExpiry()
  }

  private set(change: Partial<TimelineState>): void {
    this.state = { ...this.state, ...change }
    for (const watcher of this.watchers) watcher()
  }

  /** What disappears goes without an event. */
  private watchExpiry(): void {
    this.stops.expiry?.()
    const next = Math.min(...this.state.messages.map(({ expiresAt }) => expiresAt ?? Infinity))
    if (next === Infinity) return
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(0, next - this.ports.now()))
    this.stops.expiry = this.ports.after(waitMs, () => {
      const now = this.ports.now()
      this.setWindow(windows.without(this.state, ({ expiresAt = Infinity }) => expiresAt <= now))
      this.watchExpiry()
    })
  }
}
