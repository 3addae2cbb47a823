/**
 * Runs the tests: all of them, or those whose path contains one of the arguments.
 *
 *     npm test [-- WORD...]
 *
 * The gates (format, lint, types, dependencies, documents) are tests too: tests/gates/repository.test.ts. Ends with
 * node:test's own closing lines, once for everything, and exit code 1 when anything failed.
 */
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { spec } from 'node:test/reporters'
import { filesOf } from './gates/files.ts'
import { runInOrder } from './testing/plan.ts'
import { Tally } from './testing/tally.ts'

const TESTS = '{packages/*/test,tests}/**/*.test.ts'

// Each test file is a process of its own; without this each compiles all that it loads. The launcher keeps compiled code there too.
process.env['NODE_COMPILE_CACHE'] ??= join(process.cwd(), 'node_modules', '.cache', 'node-compile')

const words = process.argv.slice(2)
const all = filesOf(process.cwd(), TESTS)
const chosen = all.filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
console.log(`triode: running ${chosen.length} test files under Node ${process.version}`)

const tally = new Tally()
await pipeline(Readable.from(runInOrder(chosen, tally)), new spec(), process.stdout, { end: false })
process.exitCode = tally.success && chosen.length > 0 ? 0 : 1
