/** The device as a process of its own, from start to exit. */
import { fileURLToPath } from 'node:url'
import { openDevice } from '@triode/device'
import { traceOf } from '../local/faultAnswer.ts'
import { startDaemon } from './start.ts'

// The store survives any death; going on after an unforeseen error may not. Its text may quote anything: not printed.
process.on('uncaughtException', (error) => {
  process.stderr.write(`triode: stopped by an unforeseen error\n${traceOf(error)}\n`)
  process.exit(1)
})

const { argv, env, stdin, stdout, stderr } = process
/** Where `npm run build` leaves the page. */
const pages = fileURLToPath(new URL('../../../web/dist', import.meta.url))
const exit = await startDaemon({ argv: argv.slice(2), env, stdin, stdout, stderr, pages }, openDevice)
process.exit(exit)
