export { run } from './run.ts'
export type { CliIo } from './run.ts'
