/** What is done with each frame of a session (spec §10.2): which part of sync it is for. */
import type { Acknowledgements } from './acknowledgements.ts'
import type { Blocks } from './blocks.ts'
import type { CardSync } from './cardSync.ts'
import type { Frame, FrameType } from './frame.ts'
import type { HistorySync } from './history.ts'
import type { SyncHost } from './host.ts'
import type { Keepers } from './keepers.ts'
import type { MembershipSync } from './membershipSync.ts'
import type { NamesSync } from './namesSync.ts'
import type { Positions } from './positions.ts'
import type { Session } from './session.ts'
import type { ToldLinks } from './toldLinks.ts'
import { TYPING_INTERVAL_MS } from './tuning.ts'
import type { Wants } from './wants.ts'

type FrameOf<T extends FrameType> = Extract<Frame, { type: T }>
export type Handlers = { readonly [T in FrameType]: (session: Session, frame: FrameOf<T>) => void }

export interface SyncParts {
  readonly wants: Wants
  readonly acks: Acknowledgements
  readonly membership: MembershipSync
  readonly cards: CardSync
  readonly positions: Positions
  readonly blocks: Blocks
  readonly history: HistorySync
  readonly keepers: Keepers
  readonly links: ToldLinks
  readonly names: NamesSync
}

export function handlersOf(host: SyncHost, parts: SyncParts): Handlers {
  const { wants, acks, membership, cards, positions, blocks, history, keepers, links, names } = parts
  return {
    ...keepers.handlers,
    hello: (session, frame) => {
      membership.onHello(session, frame)
      cards.compare(session, frame.cards)
      names.ask(session)
    },
    'log-heads': (session, frame) => {
      session.owe('log-heads', () => {
        membership.onLogHeads(session, frame)
      })
      // After what the far side may not know yet: that this device may have it.
      session.owe('history', () => {
        history.ask(session)
      })
    },
    'log-entries': (session, frame) => {
      membership.onLogEntries(session, frame)
    },
    'card-versions': (session, frame) => {
      session.owe('card-news', () => {
        cards.onVersions(session, frame)
      })
    },
    cards: (session, frame) => {
      cards.onCards(session, frame)
    },
    'card-news': (session, frame) => {
      cards.onNews(session, frame)
    },
    'card-request': (session, frame) => {
      cards.onRequest(session, frame)
    },
    have: (session, frame) => {
      positions.onHave(session, frame)
      keepers.delivered()
    },
    'have-request': (session, frame) => {
      positions.onHaveRequest(session, frame)
    },
    want: (session, { conversation, feed, from, readable }) => {
      session.ask({ conversation, feed, next: from, readable, served: false })
    },
    block: (session, frame) => {
      blocks.onBlock(session, frame)
    },
    envelopes: (session, frame) => {
      if (!host.shares(session.device, frame.conversation)) return
      session.addEnvelopes(frame.feed, frame.epoch, frame.envelopes)
    },
    nothing: (session, frame) => {
      wants.refused(frame.feed, session)
      history.unreadable(session, frame.conversation)
    },
    acknowledgements: (session, frame) => {
      acks.receive(session, frame)
      keepers.delivered()
    },
    'acknowledgement-request': (session, frame) => {
      acks.receiveRequest(session, frame)
    },
    'history-request': (session, frame) => {
      history.onRequest(session, frame)
    },
    history: (session, frame) => {
      history.onPage(session, frame)
    },
    links: (session, frame) => {
      links.receive(session, frame)
    },
    'names-request': (session) => {
      names.onRequest(session)
    },
    names: (session, frame) => {
      names.onNames(session, frame)
    },
    typing: (session, frame) => {
      const now = host.clock.elapsed()
      const soon = now - session.lastTypingAt < TYPING_INTERVAL_MS
      if (soon || !host.shares(session.device, frame.conversation)) return
      session.lastTypingAt = now
      host.typing(frame.conversation, session.device)
    },
  }
}
