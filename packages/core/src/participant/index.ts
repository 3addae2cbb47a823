export type * from './event.ts'
export type * from './membership.ts'
export * from './circleMembership.ts'
export * from './participant.ts'
