import { START as ENGLISH } from '../en/start.ts'

export const START: Readonly<Record<keyof typeof ENGLISH, string>> = { ...ENGLISH }
