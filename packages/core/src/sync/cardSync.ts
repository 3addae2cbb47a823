/**
 * Sync of the device cards (spec §10.9). A device hands its own new card to whoever is connected; cards of others are told of, by
 * what few bytes name them, and handed over to who asks: so each comes once, however many have it.
 */
import { equalBytes } from '../bytes.ts'
import type { PeerFault } from '../fault.ts'
import type { ShortDeviceId } from '../id.ts'
import { shortDeviceId, type CardFrame, type CardNotice } from './cardFrames.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { MAX_CARD_NEWS, MAX_CARDS, MAX_LIST } from './spec.ts'
import {
  CARD_ASK_MAX_MS,
  CARD_ASK_TIMEOUT_MS,
  CARD_NEWS_DELAY_MAX_MS,
  CARD_NEWS_DELAY_MIN_MS,
} from './tuning.ts'
import { cardName, ToldCards } from './toldCards.ts'
import { untilFault } from './untilFault.ts'

type FrameOf<T extends CardFrame['type']> = Extract<CardFrame, { type: T }>

/** One card that one device was asked for. */
interface Asked {
  readonly session: Session
  readonly notice: CardNotice
  readonly at: number
}

export class CardSync {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  /** Hands out what was queued, as links take it. */
  private readonly serve: () => void
  /** By the name of the card. */
  private readonly asked = new Map<string, Asked>()
  private readonly toldCards = new ToldCards()
  /** Whose cards the others are to be told of. */
  private readonly fresh = new Set<ShortDeviceId>()
  private cancelTell: (() => void) | undefined
  private cancelWatch: (() => void) | undefined

  constructor(host: SyncHost, sessions: () => Iterable<Session>, serve: () => void) {
    this.host = host
    this.sessions = sessions
    this.serve = serve
  }

  /** This device's own new card, or that of a device it admitted: nobody else has it yet. */
  changed(card: Uint8Array): void {
    for (const session of this.sessions()) session.send({ type: 'cards', cards: [card] })
  }

  /** @param digest of the cards that the far device has */
  compare(session: Session, digest: Uint8Array): void {
    if (equalBytes(digest, this.host.cards.digest())) return
    session.owe('card-versions', () => {
      this.tellVersions(session)
    })
  }

  /** Entries came, whoever brought them: cards may be taken now that were of nobody before. */
  entriesCame(): void {
    for (const session of this.sessions()) if (session.cardsRefused) this.tellVersions(session)
  }

  /** The session ended: others are asked for what it was asked for. */
  ended(session: Session): void {
    this.toldCards.ended(session)
    for (const device of [...session.askedCards.keys()]) this.planAgain(this.release(session, device))
    this.ask()
  }

  /** The transaction was undone, and with it what came of cards; what was told holds. */
  undone(): void {
    for (const session of this.sessions()) for (const notice of session.toldCards.values()) this.plan(notice)
    this.ask()
  }

  stop(): void {
    this.cancelTell?.()
    this.cancelWatch?.()
    this.cancelTell = this.cancelWatch = undefined
    this.fresh.clear()
    this.asked.clear()
    this.toldCards.clear()
    for (const { askedCards } of this.sessions()) askedCards.clear()
  }

  // ---- frames

  onVersions(session: Session, { versions }: FrameOf<'card-versions'>): void {
    const { cards, self } = this.host
    const theirs = new Map(versions.map((version) => [version[0], version]))
    const notices: CardNotice[] = []
    for (const [device] of cards.versions()) {
      const [, generation, tag] = theirs.get(device) ?? [device, -1, NO_TAG]
      const card = cards.newerThan(device, generation, tag)
      if (card === undefined) continue
      const here = cards.find(shortDeviceId(device))
      if (device === self) session.send({ type: 'cards', cards: [card] })
      else if (here !== undefined) notices.push(here.notice)
    }
    tellNotices(session, notices)
  }

  onNews(session: Session, { notices }: FrameOf<'card-news'>): void {
    for (const notice of notices) {
      const standing = this.host.cards.judge(notice)
      if (standing === 'unknown') session.cardsRefused = true
      else if (standing === 'news' || this.fresh.has(notice.device)) this.told(session, notice)
    }
    this.ask()
  }

  onRequest(session: Session, { devices }: FrameOf<'card-request'>): void {
    for (const device of devices)
      if (this.host.cards.find(device) !== undefined) session.owedCards.add(device)
    this.give(session)
  }

  /** What came before a bad card counts. @throws PeerFault as SyncedCards.put() */
  onCards(session: Session, frame: FrameOf<'cards'>): void {
    const fault: PeerFault | undefined = untilFault(frame.cards, (card) => {
      const { result, notice } = this.host.cards.put(card)
      if (result === 'stale' && this.host.cards.judge(notice) === 'unknown') session.cardsRefused = true
      else this.came(session, notice, result === 'newer')
    })
    this.ask()
    if (fault !== undefined) throw fault
  }

  // ---- telling and giving

  private tellVersions(session: Session): void {
    session.cardsRefused = false
    const versions = this.host.cards.versions()
    for (let at = 0; at < versions.length || at === 0; at += MAX_LIST) {
      session.send({ type: 'card-versions', versions: versions.slice(at, at + MAX_LIST) })
    }
  }

  /** What comes within a moment is told together; chance lets one end of each link be first, and the other need not. */
  private tellSoon(device: ShortDeviceId): void {
    this.fresh.add(device)
    const share = (this.host.keeping.random.bytes(1)[0] ?? 0) / 256
    const delayMs = CARD_NEWS_DELAY_MIN_MS + share * (CARD_NEWS_DELAY_MAX_MS - CARD_NEWS_DELAY_MIN_MS)
    this.cancelTell ??= this.host.clock.after(delayMs, () => {
      this.cancelTell = undefined
      this.tell()
      this.serve()
    })
  }

  private tell(): void {
    const notices = [...this.fresh].flatMap((device) => this.host.cards.find(device)?.notice ?? [])
    this.fresh.clear()
    for (const session of this.sessions()) {
      // The card's own device too: after a crash it may have made another one of that generation, which does not count.
      tellNotices(
        session,
        notices.filter((notice) => !this.toldCards.has(session, notice)),
      )
      for (const { device } of notices) {
        const told = session.toldCards.get(device)
        if (told !== undefined && this.host.cards.judge(told) !== 'news')
          this.toldCards.delete(session, device)
      }
    }
  }

  /** As the link takes them: who asks for much and reads little gets little. */
  private give(session: Session): void {
    session.owe('cards', () => {
      const devices = [...session.owedCards].slice(0, MAX_CARDS)
      for (const device of devices) session.owedCards.delete(device)
      const cards = devices.flatMap((device) => this.host.cards.find(device)?.bytes ?? [])
      if (cards.length > 0) session.send({ type: 'cards', cards })
      if (session.owedCards.size > 0) this.give(session)
    })
  }

  // ---- asking

  /** `session` has this card, or says so. What it was asked for of that device before it may not have any more. */
  private told(session: Session, notice: CardNotice): void {
    if (!this.toldCards.has(session, notice)) {
      const before = this.release(session, notice.device)
      this.toldCards.set(session, notice)
      this.planAgain(before)
    }
    this.plan(notice)
  }

  private came(session: Session, notice: CardNotice, isNew: boolean): void {
    const answered = this.release(session, notice.device)
    if (answered !== undefined) session.cardsAt = this.host.clock.elapsed()
    if (isNew) this.tellSoon(notice.device)
    if (isNew || this.fresh.has(notice.device)) this.toldCards.set(session, notice)
    else this.toldCards.delete(session, notice.device)
    this.settle(notice)
    this.planAgain(answered)
  }

  /** This card is here, or was outdone by one that is: nobody is asked for it any more. */
  private settle(notice: CardNotice): void {
    const name = cardName(notice)
    const asked = this.asked.get(name)
    if (asked !== undefined) this.release(asked.session, notice.device)
    if (this.host.cards.judge(notice) !== 'news') return
    // Of one generation, and not the one that counts.
    this.toldCards.drop(notice)
  }

  private planAgain(notice: CardNotice | undefined): void {
    if (notice !== undefined) this.plan(notice)
  }

  /** Asks one device for the card, unless that was done or is needless; who left requests without an answer comes last. */
  private plan(notice: CardNotice): void {
    const before = this.asked.get(cardName(notice))?.session
    if (before?.lapses === 0 || this.host.cards.judge(notice) !== 'news') return
    const session = this.best(notice)
    if (session === undefined || (before !== undefined && session.lapses >= before.lapses)) return
    if (before !== undefined) this.release(before, notice.device)
    this.asked.set(cardName(notice), { session, notice, at: this.host.clock.elapsed() })
    session.askedCards.set(notice.device, cardName(notice))
    session.cardsToAsk.add(notice.device)
    this.watch()
  }

  private best(notice: CardNotice): Session | undefined {
    let best: Session | undefined
    for (const session of this.toldCards.of(notice)) {
      if (session.closed) continue
      const order = best && (session.lapses - best.lapses || session.askedCards.size - best.askedCards.size)
      if (order === undefined || order < 0) best = session
    }
    return best
  }

  /** @returns what `session` was asked for of that device, which it is not any more */
  private release(session: Session, device: ShortDeviceId): CardNotice | undefined {
    const name = session.askedCards.get(device)
    if (name === undefined) return undefined
    session.askedCards.delete(device)
    session.cardsToAsk.delete(device)
    const asked = this.asked.get(name)
    if (asked?.session !== session) return undefined
    this.asked.delete(name)
    return asked.notice
  }

  /** Sends what was planned. */
  private ask(): void {
    for (const session of this.sessions()) {
      const devices = [...session.cardsToAsk]
      session.cardsToAsk.clear()
      for (let at = 0; at < devices.length; at += MAX_CARD_NEWS)
        session.send({ type: 'card-request', devices: devices.slice(at, at + MAX_CARD_NEWS) })
    }
  }

  private watch(): void {
    this.cancelWatch ??= this.host.clock.after(CARD_ASK_TIMEOUT_MS, () => {
      this.cancelWatch = undefined
      this.askOthers()
      this.serve()
      if (this.asked.size > 0) this.watch()
    })
  }

  /** What one device did not give in time another is asked for. */
  private askOthers(): void {
    const now = this.host.clock.elapsed()
    const late: Asked[] = []
    for (const asked of this.asked.values()) {
      const { session, at } = asked
      const quietMs = now - Math.max(at, session.cardsAt)
      if (quietMs >= CARD_ASK_TIMEOUT_MS || now - at >= CARD_ASK_MAX_MS) late.push(asked)
    }
    const silent = new Set<Session>()
    for (const { session, notice } of late) {
      this.release(session, notice.device)
      this.toldCards.delete(session, notice.device)
      if (this.host.cards.judge(notice) === 'news') silent.add(session)
    }
    for (const session of silent) session.lapses++
    for (const { notice } of late) this.plan(notice)
    this.ask()
  }
}

/** The newest first. */
function tellNotices(session: Session, notices: readonly CardNotice[]): void {
  const sorted = notices.toSorted((one, other) => other.generation - one.generation)
  for (let at = 0; at < sorted.length; at += MAX_CARD_NEWS)
    session.send({ type: 'card-news', notices: sorted.slice(at, at + MAX_CARD_NEWS) })
}

const NO_TAG = new Uint8Array(0)
