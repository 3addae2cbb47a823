/** Tells of conversations that changed: a little later and once for all that came meanwhile, for messages go first. */
import type { Clock, ConversationId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { DeviceEvent } from '../service.ts'
import { CONVERSATION_EVENT_DELAY_MS } from '../tuning.ts'
import { conversationView } from '../views.ts'

export interface ChangedConversationsOptions {
  readonly clock: Clock
  readonly emit: (event: DeviceEvent) => void
  /** A conversation can't be read. */
  readonly failed: (cause: unknown) => void
}

export class ChangedConversations {
  private readonly options: ChangedConversationsOptions
  private readonly changed = new Map<ConversationId, CircleRuntime>()
  private cancelTimer: (() => void) | undefined
  private stopped = false

  constructor(options: ChangedConversationsOptions) {
    this.options = options
  }

  note(circle: CircleRuntime, conversation: ConversationId): void {
    if (this.stopped) return
    this.changed.set(conversation, circle)
    this.cancelTimer ??= this.options.clock.after(CONVERSATION_EVENT_DELAY_MS, () => {
      this.tell()
    })
  }

  /** Of a circle that is erased nothing more is told. */
  forget(circle: CircleRuntime): void {
    for (const [conversation, other] of this.changed) if (other === circle) this.changed.delete(conversation)
  }

  stop(): void {
    this.stopped = true
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.changed.clear()
  }

  private tell(): void {
    this.cancelTimer = undefined
    const changed = [...this.changed]
    this.changed.clear()
    try {
      for (const [id, circle] of changed) this.tellOf(circle, id)
    } catch (cause) {
      this.options.failed(cause)
    }
  }

  private tellOf(circle: CircleRuntime, id: ConversationId): void {
    const conversation = circle.conversation(id)
    if (conversation === undefined) return
    this.options.emit({ type: 'conversation', conversation: conversationView({ circle, conversation }) })
  }
}
