export { openDevice } from './device.ts'
export * from './service.ts'
