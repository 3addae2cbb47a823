/** Messages that disappear (spec §11.7): when the next one of each conversation does, and the end of those whose time has come. */
import type { CircleConversation, Clock, ConversationId, Participant } from '@triode/core'

export interface DisappearingContext {
  readonly clock: Clock
  /** Conversations whose history may lie here. */
  readonly held: () => readonly CircleConversation[]
  readonly participant: Pick<Participant, 'timeline' | 'expire'>
}

export class Disappearing {
  private readonly context: DisappearingContext
  /** Of conversations with messages that disappear: milliseconds since 1970. */
  private readonly next = new Map<ConversationId, number>()
  /** Whether what was there at the start is in it. */
  private isComplete = false

  constructor(context: DisappearingContext) {
    this.context = context
  }

  /** A conversation changed. */
  note(conversation: ConversationId): void {
    const at = this.context.participant.timeline(conversation).nextExpiry()
    if (at !== undefined) this.next.set(conversation, at)
  }

  /** Removes messages whose time has come. */
  removeDue(): void {
    const { clock, held, participant } = this.context
    const now = clock.now()
    if (!this.isComplete) {
      this.isComplete = true
      for (const { id } of held()) this.note(id)
    }
    for (const [conversation, at] of this.next) {
      if (at > now) continue
      const next = participant.expire(conversation)
      if (next === undefined) this.next.delete(conversation)
      else this.next.set(conversation, next)
    }
  }
}
