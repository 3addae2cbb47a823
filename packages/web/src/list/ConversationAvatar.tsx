import type { Conversation } from '@triode/api'
import { Avatar, type AvatarProps } from '../design/Avatar.tsx'

export interface ConversationAvatarProps extends Pick<AvatarProps, 'size'> {
  readonly conversation: Pick<Conversation, 'conversation' | 'circle' | 'kind' | 'member'>
  readonly name: string
}

/** As the member that it is with looks elsewhere, and that of everyone as their circle. */
export function ConversationAvatar({ conversation, name, size = 'normal' }: ConversationAvatarProps) {
  const { conversation: id, circle, kind, member } = conversation
  const shape = kind === 'direct' ? 'round' : 'square'
  return <Avatar id={kind === 'circle' ? circle : (member ?? id)} name={name} shape={shape} size={size} />
}
