/**
 * Sync of one circle with the devices that are connected (spec §10): membership first, then cards, then positions;
 * authors push, everything else is asked for; nothing is acknowledged before it is durable.
 */
import { PeerFault, Unavailable, type Fault } from '../fault.ts'
import type { Block } from '../feed/block.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Blocks } from './blocks.ts'
import { CardSync } from './cardSync.ts'
import type { Frame } from './frame.ts'
import { handlersOf, type Handlers } from './handlers.ts'
import type { SyncHost } from './host.ts'
import { HistorySync } from './history.ts'
import { Intake } from './intake.ts'
import type { PeerLink } from './link.ts'
import { LinkBudget } from './linkBudget.ts'
import { Keepers } from './keepers.ts'
import { MembershipSync } from './membershipSync.ts'
import { NamesSync } from './namesSync.ts'
import { Positions } from './positions.ts'
import { serve } from './serving.ts'
import { Session, type SessionBudgets } from './session.ts'
import { MAX_LOG_BATCH } from './spec.ts'
import { StandingBudget } from './standingBudget.ts'
import { ToldLinks } from './toldLinks.ts'
import { storeFault } from './storeFault.ts'
import { Wants } from './wants.ts'

/** What the owner of a link calls. */
export interface SyncConnection {
  /** The next whole frame, as it came. */
  receive(frame: Uint8Array): void
  /** The link took what was queued. */
  drained(): void
  /** The link is gone. Idempotent. */
  disconnected(): void
}

export class Sync {
  private readonly host: SyncHost
  private readonly sessions = new Map<DeviceId, Session>()
  private readonly budgets: SessionBudgets
  private readonly wants: Wants
  private readonly acks: Acknowledgements
  private readonly membership: MembershipSync
  private readonly cards: CardSync
  private readonly positions: Positions
  private readonly blocks: Blocks
  private readonly history: HistorySync
  private readonly intake: Intake
  readonly keepers: Keepers
  /** What devices tell each other of their links. */
  readonly links: ToldLinks
  private readonly names: NamesSync
  private readonly handlers: Handlers

  constructor(host: SyncHost) {
    this.host = host
    this.budgets = {
      links: new LinkBudget((device) => host.memberOf(device)),
      standings: new StandingBudget(),
    }
    const sessions = () => this.sessions.values()
    const serve = (): void => {
      this.serveAll()
    }
    this.wants = new Wants(host, sessions)
    this.acks = new Acknowledgements(host, sessions, () => {
      this.keepers.signed()
    })
    this.positions = new Positions(host, sessions, this.wants, this.acks)
    this.blocks = new Blocks(host, {
      sessions,
      wants: this.wants,
      acks: this.acks,
      positions: this.positions,
    })
    this.history = new HistorySync(host, sessions)
    this.cards = new CardSync(host, sessions, serve)
    this.membership = new MembershipSync(host, {
      sessions,
      changed: () => {
        this.membershipChanged(true)
      },
      entriesCame: () => {
        this.cards.entriesCame()
      },
    })
    this.intake = new Intake(host, {
      sessions,
      serve,
      handle: (session, frame) => {
        this.dispatch(session, frame)
      },
      settle: () => this.membership.settle(),
      undone: () => {
        this.membership.forget()
        this.cards.undone()
      },
      askForLog: (session) => {
        this.membership.askForLog(session)
      },
      stored: () => {
        this.positions.announceChanges()
      },
      end: (session, fault) => {
        this.end(session, fault)
      },
      failed: (cause) => {
        this.failed(cause)
      },
    })
    this.keepers = this.openKeepers()
    this.links = new ToldLinks(host, sessions, serve)
    this.names = new NamesSync(host, sessions, () => {
      this.membershipChanged()
    })
    const { wants, acks, membership, cards, positions, blocks, history, keepers, links, names } = this
    this.handlers = handlersOf(host, {
      wants,
      acks,
      membership,
      cards,
      positions,
      blocks,
      history,
      keepers,
      links,
      names,
    })
    keepers.start()
  }

  /** Devices connected now. */
  connected(): DeviceId[] {
    return [...this.sessions.keys()]
  }

  /** Starts to sync over a link; one that the device had before is closed. */
  connect(link: PeerLink): SyncConnection {
    const before = this.sessions.get(link.device)
    if (before !== undefined) this.end(before, new Unavailable('superseded'))
    const session = new Session(link, this.budgets)
    if (this.isOut(link.device)) return this.refuse(session)
    this.sessions.set(link.device, session)
    this.membership.greet(session)
    for (const conversation of this.host.shared(session.device))
      this.positions.announceAll(session, conversation)
    this.keepers.greet(session)
    session.flush()
    this.links.changed()
    return {
      receive: (frame) => {
        this.intake.add(session, frame)
      },
      drained: () => {
        this.pump(session)
      },
      disconnected: () => {
        this.end(session)
        this.acks.ended(session)
        this.history.ended()
        this.flushAll()
      },
    }
  }

  /** Of a device that nobody here has heard of, the tunnel has to know why it let it in: it may bring its own admission. */
  private isOut(device: DeviceId): boolean {
    return !this.host.isActive(device) && this.host.publicKey(device) !== undefined
  }

  /** Whom a removal reached while its tunnel was being set up gets nothing. */
  private refuse(session: Session): SyncConnection {
    this.end(session, new PeerFault('not-a-member'))
    const nothing = (): void => undefined
    return { receive: nothing, drained: nothing, disconnected: nothing }
  }

  /** An entry was added to this device's own feed, durably: hand it to every connected reader. */
  appended(feed: Feed, blocks: readonly Block[]): void {
    this.blocks.push(feed, blocks)
    this.acks.wrote(feed.conversation)
    this.keepers.appended(feed)
    this.flushAll()
  }

  /** Positions or read marks of feeds changed here: tell the others. */
  announce(conversation: ConversationId, feeds: Iterable<FeedId>): void {
    for (const feed of feeds) this.positions.markChanged(conversation, feed)
    this.positions.announceChanges()
    this.flushAll()
  }

  /** This device's own log entry, durably added. */
  logAppended(entry: Uint8Array): void {
    for (const session of this.sessions.values()) session.send({ type: 'log-entries', entries: [entry] })
    this.membershipChanged()
    this.flushAll()
  }

  /** This device's own new card, or that of a device it admitted, durably stored. */
  cardChanged(card: Uint8Array): void {
    this.cards.changed(card)
    this.flushAll()
  }

  typing(conversation: ConversationId): void {
    for (const session of this.sessions.values()) {
      if (this.host.shares(session.device, conversation)) session.send({ type: 'typing', conversation })
    }
    this.flushAll()
  }

  /** Says what is gathered for authors who are away, as this device goes. @returns whether there was something */
  lastWords(): boolean {
    return [this.acks.signNow(), this.keepers.leaveNow()].includes(true)
  }

  /** Closes every link; nothing more is done. */
  stop(): void {
    this.intake.stop()
    this.wants.stop()
    this.cards.stop()
    this.acks.stop()
    this.keepers.stop()
    this.links.stop()
    for (const session of this.sessions.values()) session.close(new Unavailable('stopped'))
    this.sessions.clear()
  }

  // ---- taking frames in

  /** Never while frames are handled: what they changed is not durable yet. */
  private flushAll(): void {
    if (this.intake.isOpen) return
    for (const session of this.sessions.values()) session.flush()
  }

  private dispatch(session: Session, frame: Frame): void {
    const handler = this.handlers[frame.type] as (session: Session, frame: Frame) => void
    handler(session, frame)
  }

  /** The transaction failed: what came is not acknowledged, and every session starts anew when it can be stored. */
  private failed(cause: unknown): void {
    const fault = storeFault(cause)
    this.positions.forget()
    this.wants.stop()
    this.cards.stop()
    for (const session of [...this.sessions.values()]) {
      session.dropOutbox()
      this.end(session, fault)
    }
    this.host.fault(undefined, fault)
  }

  private end(session: Session, fault?: Fault): void {
    if (this.sessions.get(session.device) === session) this.sessions.delete(session.device)
    if (!session.closed) session.close(fault)
    session.dropInbox()
    this.wants.ended(session)
    this.cards.ended(session)
    this.keepers.ended(session)
    this.links.changed()
  }

  /** Hands out what the link takes. */
  private pump(session: Session): void {
    if (session.closed) return
    try {
      session.answerOwed()
      serve(this.host, session)
      this.keepers.pump(session)
      session.flush()
    } catch (cause) {
      const fault = storeFault(cause)
      this.end(session, fault)
      this.host.fault(undefined, fault)
    }
  }

  // ---- membership

  /** @param told by others: who ends its own membership still has to tell of it */
  private membershipChanged(told = false): void {
    // First, for what follows from the change, such as a new card, is not for who is out.
    for (const session of [...this.sessions.values()])
      if (!this.host.isActive(session.device)) this.dismiss(session)
    this.host.membershipChanged()
    for (const session of [...this.sessions.values()]) {
      if (told && this.isOut(this.host.self)) this.end(session, new Unavailable('not-a-member'))
      else {
        this.positions.announceNew(session)
        if (session.greeted) this.history.ask(session)
      }
    }
    this.names.membershipChanged()
    this.keepers.membershipChanged()
    this.links.changed()
  }

  /** It is out, and gets nothing more but the entries that say so: by whom, and when. */
  private dismiss(session: Session): void {
    session.dropOutbox()
    const entries = this.host.log.endingsOf?.(session.device).slice(0, MAX_LOG_BATCH) ?? []
    const last = entries.length === 0 ? undefined : ({ type: 'log-entries', entries } as const)
    const fault = new PeerFault('not-a-member', { message: 'That device is not in the circle any more.' })
    session.close(fault, last)
    this.end(session)
  }

  private openKeepers(): Keepers {
    return new Keepers(this.host, {
      sessions: () => this.sessions.values(),
      guarded: (work) => {
        this.guarded(work)
      },
      serve: () => {
        this.serveAll()
      },
      taken: (before, after) => {
        this.blocks.collected(before, after)
      },
      offered: (conversation) => {
        this.acks.offered(conversation)
      },
      acknowledged: (conversation, acks) => {
        this.acks.takeLeft(conversation, acks)
        this.keepers.delivered()
      },
    })
  }

  private serveAll(): void {
    this.flushAll()
    for (const session of [...this.sessions.values()]) this.pump(session)
  }

  /** A timer's work: what the store throws is told, and the work is done again when its timer rings next. */
  private guarded(work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.host.fault(undefined, storeFault(cause))
    }
  }
}
