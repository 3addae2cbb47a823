/** Tells of conversations that changed: a little later and once for all that came meanwhile, for messages go first. */
import type { Clock, ConversationId } from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'
import type { DeviceEvent } from './service.ts'
import { CONVERSATION_EVENT_DELAY_MS } from './tuning.ts'
import { conversationView } from './views.ts'

export class ChangedConversations {
  private readonly clock: Clock
  private readonly emit: (event: DeviceEvent) => void
  private readonly changed = new Map<ConversationId, CircleRuntime>()
  private cancelTimer: (() => void) | undefined

  constructor(clock: Clock, emit: (event: DeviceEvent) => void) {
    this.clock = clock
    this.emit = emit
  }

  note(circle: CircleRuntime, conversation: ConversationId): void {
    this.changed.set(conversation, circle)
    this.cancelTimer ??= this.clock.after(CONVERSATION_EVENT_DELAY_MS, () => {
      this.tell()
    })
  }

  /** Of a circle that is erased nothing more is told. */
  forget(circle: CircleRuntime): void {
    for (const [conversation, other] of this.changed) if (other === circle) this.changed.delete(conversation)
  }

  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.changed.clear()
  }

  private tell(): void {
    this.cancelTimer = undefined
    const changed = [...this.changed]
    this.changed.clear()
    for (const [id, circle] of changed) {
      const conversation = circle.conversation(id)
      if (conversation !== undefined)
        this.emit({ type: 'conversation', conversation: conversationView({ circle, conversation }) })
    }
  }
}
