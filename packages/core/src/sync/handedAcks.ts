/** Acknowledgements that were given to their authors: on a link that stays they have arrived, and need not be kept. */
import type { ConversationId } from '../id.ts'
import { DURABILITY } from '../ports/store.ts'
import type { Acknowledgement } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { ACK_RECHECK_MS } from './tuning.ts'

interface Handed {
  readonly session: Session
  readonly conversation: ConversationId
  readonly ack: Acknowledgement
  /** By the monotonic clock. */
  readonly at: number
}

export class HandedAcks {
  private readonly host: SyncHost
  private handed: Handed[] = []

  constructor(host: SyncHost) {
    this.host = host
  }

  add(session: Session, conversation: ConversationId, ack: Acknowledgement): void {
    this.handed.push({ session, conversation, ack, at: this.host.clock.elapsed() })
  }

  /** Nobody knows whether what was given over this link came. */
  ended(session: Session): void {
    this.handed = this.handed.filter((one) => one.session !== session)
  }

  /** Drops those whose authors have had them for a while, on a link that is still there. @throws as the store */
  forgetOld(): void {
    const old = this.host.clock.elapsed() - ACK_RECHECK_MS
    const done = this.handed.filter(({ at }) => at <= old)
    if (done.length === 0) return
    this.host.transact(() => {
      for (const { conversation, ack } of done) this.host.acknowledgements.drop(conversation, ack)
    }, DURABILITY.soon)
    this.handed = this.handed.filter(({ at }) => at > old)
  }

  /** Those of which some wait to be forgotten. */
  conversations(): ConversationId[] {
    return this.handed.map(({ conversation }) => conversation)
  }
}
