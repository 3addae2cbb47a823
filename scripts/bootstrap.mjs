/**
 * Makes a checkout ready, then runs a script of it under the pinned Node.
 *
 *     node scripts/bootstrap.mjs [SCRIPT [ARGUMENT...]]
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed, on any Node >= 20.
 * It speaks on stderr only: stdout belongs to SCRIPT. Exit code: that of SCRIPT, or 1 when installing failed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installedAsLocked } from './install/current.mjs'
import { withInstallLock } from './install/lock.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const PINNED_NODE = join(ROOT, 'node_modules', '.bin', 'node')

/**
 * NODE_ENV=production or omit=dev in the surroundings would leave out the tools that the tests need;
 * npm's warnings are about the Node that runs npm, which is not the one that runs Triode.
 */
const NPM_CI = ['ci', '--include=dev', '--include=optional', '--loglevel=error']

const INSTALL_REMEDY = `triode: could not install the dependencies (npm's own words are above).
  - Is the network up, and the npm registry reachable? Try: npm ping
  - Behind a proxy: npm config set proxy URL
  - "missing" or "out of sync" in npm's words: run npm install once, then commit package-lock.json
  Then run the same command again; it goes on from here.`

function say(/** @type {string} */ sentence) {
  process.stderr.write(`triode: ${sentence}\n`)
}

/** The environment without the paths into node_modules, which `npm ci` is about to replace. */
function environmentForNpm() {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const kept = path.filter((entry) => !/node_modules\/\.bin\/?$/.test(entry))
  return { ...process.env, PATH: kept.join(delimiter) }
}

/** @throws Error when npm is missing or fails */
function npmCi() {
  say('installing the dependencies and the pinned Node with "npm ci" (half a minute, once)...')
  const started = Date.now()
  const { error, status } = spawnSync('npm', NPM_CI, {
    cwd: ROOT,
    env: environmentForNpm(),
    stdio: ['ignore', 2, 2],
  })
  if (error !== undefined) throw new Error(`npm cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(`npm ci ended with code ${String(status)}`)
  say(`installed in ${String(Math.round((Date.now() - started) / 1000))} s`)
}

/** @throws Error with the remedy when the machine cannot install */
async function install() {
  if (installedAsLocked(ROOT)) return
  await withInstallLock(ROOT, say, () => {
    if (installedAsLocked(ROOT)) return // another process has just done it
    npmCi()
    if (!installedAsLocked(ROOT))
      throw new Error('npm ci ended well, yet node_modules is not what the lockfile says')
  })
}

/** Runs the script under the pinned Node and ends as it ends. */
function run(/** @type {string[]} */ command) {
  // What is experimental in the pinned Node (type stripping, node:sqlite) is known and tested.
  const argv = ['--disable-warning=ExperimentalWarning', ...command]
  const child = spawn(PINNED_NODE, argv, { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the child as well, so waiting is enough; a supervisor signals this process alone.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    say(
      `the pinned Node cannot be run: ${error.message}. Remove node_modules and run the same command again.`,
    )
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal !== null) say(`${command[0] ?? 'the script'} was ended by ${signal}`)
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
  })
}

try {
  await install()
  const command = process.argv.slice(2)
  if (command.length > 0) run(command)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.stderr.write(`${INSTALL_REMEDY}\n`)
  process.exitCode = 1
}
