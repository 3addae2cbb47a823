export type * from './event.ts'
export type * from './membership.ts'
export * from './participant.ts'
