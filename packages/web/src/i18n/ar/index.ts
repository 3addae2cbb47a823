import type { Catalog } from '../catalog.ts'
import { COMMON } from './common.ts'
import { CONVERSATION } from './conversation.ts'
import { DOCTOR } from './doctor.ts'
import { FILES } from './files.ts'
import { OUTCOMES } from './outcomes.ts'
import { START } from './start.ts'
import { CIRCLE } from './circle.ts'
import { LIST } from './list.ts'
import { PALETTE } from './palette.ts'
import { SETTINGS } from './settings.ts'

export const AR: Catalog = {
  ...COMMON,
  ...START,
  ...CIRCLE,
  ...CONVERSATION,
  ...DOCTOR,
  ...FILES,
  ...OUTCOMES,
  ...LIST,
  ...PALETTE,
  ...SETTINGS,
}
