import type { Conversation } from '@triode/api'
import { useTexts, type Texts } from '../i18n/context.ts'
import type { NameOf } from '../timeline/alikeNames.ts'
import { useNameOf } from '../verify/memberName.ts'

/** As the reader sees it: one's own notes have no name of their own. */
export function conversationName(t: Texts['t'], { kind, name, member }: Conversation): string {
  if (kind === 'self') return t('list.self')
  return name === '' ? t('message.unnamed', { id: (member ?? '').slice(0, 6) }) : name
}

/** The same, and of two members who look alike by name which one it is. @param nameOf of its circle */
export function shownName(t: Texts['t'], conversation: Conversation, nameOf: NameOf): string {
  const { kind, member, name } = conversation
  return kind === 'direct' && member !== undefined ? nameOf(member, name) : conversationName(t, conversation)
}

export function useConversationName(conversation: Conversation): string {
  const { t } = useTexts()
  return shownName(t, conversation, useNameOf(conversation.circle))
}
