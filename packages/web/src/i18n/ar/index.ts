import type { Catalog } from '../catalog.ts'
import { EN } from '../en/index.ts'

export const AR: Catalog = { ...EN }
