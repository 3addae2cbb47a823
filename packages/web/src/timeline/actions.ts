/** What one can do with a message, for everything in the timeline; the same object while the conversation is open. */
import { createContext, use } from 'react'
import type { Message } from '@triode/api'

export interface MessageActions {
  readonly reply: (message: Message) => void
  readonly edit: (message: Message) => void
  readonly remove: (messages: readonly Message[]) => void
  readonly copy: (messages: readonly Message[]) => void
  readonly forward: (messages: readonly Message[]) => void
  readonly react: (message: Message, emoji: string, remove: boolean) => void
  readonly select: (id: string) => void
  /** Whether a tall one shows its beginning or all of it. */
  readonly setFolded: (id: string, folded: boolean) => void
  readonly showDetails: (message: Message) => void
  readonly openMenu: (message: Message, anchor: HTMLElement) => void
  readonly openEmoji: (message: Message, anchor: HTMLElement) => void
  readonly openMedia: (message: Message, file: string) => void
  /** One that is held. */
  readonly find: (id: string) => Message | undefined
  readonly jumpTo: (id: string) => void
}

export const ActionsContext = createContext<MessageActions | undefined>(undefined)

/** @throws Error outside of a conversation: a mistake of ours */
export function useActions(): MessageActions {
  const actions = use(ActionsContext)
  if (actions === undefined) throw new Error('no conversation here')
  return actions
}

export function isForwardable({ kind, text, files, deleted }: Message): boolean {
  return kind === 'text' && !deleted && (text !== '' || files.length > 0)
}

export function isMine({ state }: Message): boolean {
  return state !== 'received'
}
