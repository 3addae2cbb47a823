export { openDevice } from './device.ts'
export * from './service.ts'
export { unattended } from './unattended.ts'
