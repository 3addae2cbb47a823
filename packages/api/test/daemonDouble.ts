/** The daemon over the double, as an executable: for tests that need a real process. */
import { startDaemon } from '@triode/api/server'
import { doubleDevice } from './double.ts'

const { argv, env, stdin, stdout, stderr } = process
const io = { argv: argv.slice(2), env, stdin, stdout, stderr }
process.exit(await startDaemon(io, (options) => Promise.resolve(doubleDevice(options))))
