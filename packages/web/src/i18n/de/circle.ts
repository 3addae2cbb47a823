import { CIRCLE as ENGLISH } from '../en/circle.ts'

export const CIRCLE: Readonly<Record<keyof typeof ENGLISH, string>> = { ...ENGLISH }
