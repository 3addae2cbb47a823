import type { Catalog } from '../catalog.ts'
import { COMMON } from './common.ts'
import { CONVERSATION } from './conversation.ts'
import { START } from './start.ts'

export const DE: Catalog = { ...COMMON, ...START, ...CONVERSATION }
