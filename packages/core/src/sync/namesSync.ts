/**
 * How a device gets a circle's names key that was not handed it when it joined (spec §5.13): because it was a keeper then, was
 * restored from a backup of before, or because whoever admitted it had none. It asks each device that it meets; and who has the
 * key gives it to whom the log says is in the circle, and no keeper.
 */
import { PeerFault } from '../fault.ts'
import type { NamesFrame } from './namesFrame.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'

export class NamesSync {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  /** The key came, and so names and rooms: membershipChanged() is to be called. */
  private readonly learned: () => void

  constructor(host: SyncHost, sessions: () => Iterable<Session>, learned: () => void) {
    this.host = host
    this.sessions = sessions
    this.learned = learned
  }

  /** Asks the far device while this one lacks the key and may have it: once a session, and again when what it gave could not be taken. */
  ask(session: Session): void {
    const { names } = this.host
    if (names === undefined || session.namesAsked === 'yes' || !names.isWanted()) return
    session.namesAsked = 'yes'
    session.send({ type: 'names-request' })
  }

  /** Answered as soon as the log allows it: whoever asks may have heard before this device that it is no keeper any more. */
  onRequest(session: Session): void {
    session.asksForNames = true
    this.answer(session)
  }

  /** A key that was not asked for is not taken: a keeper does not even want it. @throws PeerFault 'names-key-wrong' */
  onNames(session: Session, { key }: NamesFrame): void {
    const { names } = this.host
    if (session.namesAsked === 'no') throw new PeerFault('names-unasked')
    if (names?.isWanted() !== true) {
      session.namesAsked = 'in-vain'
      return
    }
    names.learn(key)
    this.learned()
  }

  /** Who is a keeper may have changed, here or there. */
  membershipChanged(): void {
    for (const session of this.sessions()) {
      if (session.greeted) this.ask(session)
      this.answer(session)
    }
  }

  private answer(session: Session): void {
    const key = session.asksForNames ? this.host.names?.keyFor(session.device) : undefined
    if (key === undefined) return
    session.asksForNames = false
    session.send({ type: 'names', key })
  }
}
