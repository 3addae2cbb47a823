import type { Catalog } from '../catalog.ts'
import { EN } from '../en/index.ts'

export const DE: Catalog = { ...EN }
