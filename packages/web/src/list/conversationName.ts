import type { Conversation } from '@triode/api'
import type { Texts } from '../i18n/context.ts'

/** As the reader sees it: one's own notes have no name of their own. */
export function conversationName(t: Texts['t'], { kind, name, member }: Conversation): string {
  if (kind === 'self') return t('list.self')
  return name === '' ? t('message.unnamed', { id: (member ?? '').slice(0, 6) }) : name
}
