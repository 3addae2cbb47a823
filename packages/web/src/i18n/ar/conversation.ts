import { CONVERSATION as ENGLISH } from '../en/conversation.ts'

export const CONVERSATION: Readonly<Record<keyof typeof ENGLISH, string>> = { ...ENGLISH }
