/** Who told of which card, or gave it: of each device the last, as long as that matters. Found both ways, for a keeper has a thousand sessions. */
import { equalBytes } from '../bytes.ts'
import type { ShortDeviceId } from '../id.ts'
import type { CardNotice } from './cardFrames.ts'
import type { Session } from './session.ts'

export class ToldCards {
  /** By the name of the card. */
  private readonly tellers = new Map<string, Set<Session>>()

  set(session: Session, notice: CardNotice): void {
    this.delete(session, notice.device)
    session.toldCards.set(notice.device, notice)
    const name = cardName(notice)
    const tellers = this.tellers.get(name)
    if (tellers === undefined) this.tellers.set(name, new Set([session]))
    else tellers.add(session)
  }

  delete(session: Session, device: ShortDeviceId): void {
    const notice = session.toldCards.get(device)
    if (notice === undefined) return
    session.toldCards.delete(device)
    const name = cardName(notice)
    const tellers = this.tellers.get(name)
    tellers?.delete(session)
    if (tellers?.size === 0) this.tellers.delete(name)
  }

  has(session: Session, { device, generation, tag }: CardNotice): boolean {
    const told = session.toldCards.get(device)
    return told?.generation === generation && equalBytes(told.tag, tag)
  }

  /** Those that have this card, or say so. */
  of(notice: CardNotice): Iterable<Session> {
    return this.tellers.get(cardName(notice)) ?? []
  }

  /** Nobody has this card any more that would count. */
  drop(notice: CardNotice): void {
    for (const session of [...this.of(notice)]) this.delete(session, notice.device)
  }

  ended(session: Session): void {
    for (const device of [...session.toldCards.keys()]) this.delete(session, device)
  }

  clear(): void {
    for (const tellers of this.tellers.values()) for (const { toldCards } of tellers) toldCards.clear()
    this.tellers.clear()
  }
}

export function cardName({ device, generation, tag }: CardNotice): string {
  return `${device}/${String(generation)}/${tag.toHex()}`
}
