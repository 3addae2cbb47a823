export { createClient } from './client.ts'
export type { CallOptions, Client } from './client.ts'
export { ApiFault } from './fault.ts'
export type { Endpoint } from './request.ts'
