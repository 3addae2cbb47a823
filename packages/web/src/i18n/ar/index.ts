import type { Catalog } from '../catalog.ts'
import { COMMON } from './common.ts'
import { CONVERSATION } from './conversation.ts'
import { START } from './start.ts'
<<<<<<< HEAD
import { CIRCLE } from './circle.ts'
=======
import { FILES } from './files.ts'
>>>>>>> a42cca6 (Show a conversation as a feed of messages, with replies, reactions, selection, search and files)
import { LIST } from './list.ts'
import { PALETTE } from './palette.ts'
import { SETTINGS } from './settings.ts'

export const AR: Catalog = {
  ...COMMON,
  ...START,
<<<<<<< HEAD
  ...CIRCLE,
  ...CONVERSATION,
=======
  ...CONVERSATION,
  ...FILES,
>>>>>>> a42cca6 (Show a conversation as a feed of messages, with replies, reactions, selection, search and files)
  ...LIST,
  ...PALETTE,
  ...SETTINGS,
}
