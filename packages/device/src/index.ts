export { openDevice } from './device.ts'
export * from './service.ts'
export { unattended } from './vault/unattended.ts'
