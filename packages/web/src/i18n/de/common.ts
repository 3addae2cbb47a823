import { COMMON as ENGLISH } from '../en/common.ts'

export const COMMON: Readonly<Record<keyof typeof ENGLISH, string>> = { ...ENGLISH }
