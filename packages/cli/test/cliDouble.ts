/** The CLI as an executable whose on-demand devices are doubles. */
import { fileURLToPath } from 'node:url'
import { run } from '../src/run.ts'

const { argv, env, stdin, stdout, stderr } = process
const daemon = fileURLToPath(new URL('../../api/test/daemonDouble.ts', import.meta.url))
const becomeDaemon = () => process.exit(99)
process.exitCode = await run({
  argv: argv.slice(2),
  env,
  stdin,
  stdout,
  stderr,
  now: Date.now,
  becomeDaemon,
  daemon,
})
