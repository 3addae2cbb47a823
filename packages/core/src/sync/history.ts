/** Asking for history and handing it over (spec §10.7): of each session one conversation at a time, of that a page. */
import { compareBytes } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { ConversationId } from '../id.ts'
import type { Frame } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { HistoryAsked, Session } from './session.ts'

export class HistorySync {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>

  constructor(host: SyncHost, sessions: () => Iterable<Session>) {
    this.host = host
    this.sessions = sessions
  }

  /** Asks `session` for the next conversation of which it may have what this device lacks. */
  ask(session: Session): void {
    const { history } = this.host
    if (history === undefined || session.closed || session.historyAsked !== undefined) return
    for (const conversation of this.host.shared(session.device)) {
      if (session.historyDone.has(conversation) || this.isAsked(conversation)) continue
      const wanted = history.wanted(session.device, conversation)
      if (wanted === undefined) continue
      this.send(session, { conversation, before: wanted.before })
      return
    }
  }

  onRequest(session: Session, { conversation, before }: Extract<Frame, { type: 'history-request' }>): void {
    session.owe(`history/${conversation}`, () => {
      const page = this.host.history?.page(session.device, conversation, before)
      if (page !== undefined) session.send({ type: 'history', conversation, before, page })
      else this.refuse(session)
    })
  }

  onPage(session: Session, frame: Extract<Frame, { type: 'history' }>): void {
    const { conversation, before, page } = frame
    const asked = session.historyAsked
    if (asked?.conversation !== conversation || !isSame(asked.before, before)) {
      throw new PeerFault('history-unasked', {
        message: 'The far device handed over what it was not asked for.',
      })
    }
    session.historyAsked = undefined
    const next = this.host.history?.take(session.device, conversation, before, page)
    if (next !== undefined) {
      this.send(session, { conversation, before: next })
      return
    }
    session.historyDone.add(conversation)
    this.ask(session)
  }

  /** `session` has entries that this device can't open: they were written before their author knew of it. */
  unreadable(session: Session, conversation: ConversationId): void {
    if (session.historyDone.delete(conversation)) this.ask(session)
  }

  /** What it was asked for, another one may have. */
  ended(): void {
    for (const session of this.sessions()) this.ask(session)
  }

  private send(session: Session, asked: HistoryAsked): void {
    session.historyAsked = asked
    session.send({ type: 'history-request', ...asked })
  }

  private isAsked(conversation: ConversationId): boolean {
    for (const session of this.sessions())
      if (session.historyAsked?.conversation === conversation) return true
    return false
  }

  /** It knows the policy as well as this device does; named once. */
  private refuse(session: Session): void {
    if (session.historyRefused) return
    session.historyRefused = true
    const message = 'A device asked for messages that the circle\u2019s policy does not let it have.'
    this.host.fault(session.device, new PeerFault('history-not-allowed', { message }))
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : compareBytes(one, other) === 0
}
