/** English: which messages there are, one file a part of the page. */
import { COMMON } from './common.ts'
import { START } from './start.ts'
import { CONVERSATION } from './conversation.ts'

export const EN = { ...COMMON, ...START, ...CONVERSATION } as const
