/** The conversations that are open in memory, and those whose timelines the open transaction has changed. */
import type { ConversationId } from '../id.ts'
import { openConversation, type ConversationContext, type OpenConversation } from './openConversation.ts'

export class OpenConversations {
  private readonly context: ConversationContext
  private readonly open = new Map<ConversationId, OpenConversation>()
  private readonly touched = new Set<OpenConversation>()

  constructor(context: ConversationContext) {
    this.context = context
  }

  /** Opens it when it is first needed. */
  get(id: ConversationId): OpenConversation {
    let conversation = this.open.get(id)
    if (conversation === undefined) {
      conversation = openConversation(this.context, id)
      this.open.set(id, conversation)
    }
    return conversation
  }

  /** The same, for a change of its timeline, which flush() stores. */
  touch(id: ConversationId): OpenConversation {
    const conversation = this.get(id)
    this.touched.add(conversation)
    return conversation
  }

  /** Stores what changed, before the transaction ends. */
  flush(): void {
    for (const { timeline } of this.touched) timeline.flush()
    this.touched.clear()
  }

  /** The transaction failed: what is in memory is not what is stored. */
  discard(): void {
    this.touched.clear()
    for (const { timeline } of this.open.values()) timeline.discard()
    this.open.clear()
  }

  /** It was erased. */
  forget(id: ConversationId): void {
    this.open.delete(id)
  }

  /** Nothing is known of any more, keys among it. */
  close(): void {
    this.open.clear()
  }
}
