/**
 * What a newcomer does, on what is committed: clones into an empty folder, with a home of its own and no packages
 * installed, and follows the README with the Node of the system.
 *
 *     npm run check:fresh            # npm start, and a circle
 *     npm run check:fresh -- --test  # and then everything that .ci/run checks
 *
 * Needs the npm registry. Exit code 1 when a step does not do what the README says.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)))
/** Installing takes most of it. */
const START_TIMEOUT_MS = 5 * 60_000

const folder = mkdtempSync(join(tmpdir(), 'triode-fresh-'))
const clone = join(folder, 'triode')

/** The environment of somebody who has never seen this repository. */
function newcomer(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(':').filter((entry) => !entry.includes('node_modules'))
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|TRIODE_|NODE)/.test(name))
  const own = { PATH: path.join(':'), TRIODE_HOME: join(folder, 'home'), TRIODE_PASSPHRASE: 'correct horse' }
  return { ...Object.fromEntries(inherited), ...own }
}

/** Runs one command to its end. @throws Error when it fails */
function step(cwd: string, command: string, ...args: string[]): string {
  console.log(`$ ${command} ${args.join(' ')}`)
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    env: newcomer(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ended with code ${status ?? 'none'}`)
  return stdout.trim()
}

/** `npm start` up to its line of JSON. @returns the running device, to be stopped */
async function start(): Promise<{ stop: () => Promise<void>; state: string }> {
  console.log('$ npm start')
  const args = ['start', '--silent', '--', '--json', '--port', '0', '--channels', 'none']
  const child = spawn('npm', args, { cwd: clone, env: newcomer(), stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve()
    }),
  )
  const late = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS)
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('{')) continue
    clearTimeout(late)
    const stop = () => {
      child.kill('SIGTERM')
      return ended
    }
    const { state } = JSON.parse(line) as { state: string }
    return { state, stop }
  }
  throw new Error('npm start ended without saying that a device is ready')
}

try {
  const system = step(folder, 'node', '--version')
  step(folder, 'git', 'clone', '--quiet', REPOSITORY, clone)
  const device = await start()
  console.log(`ready, in state ${device.state}`)
  step(clone, './triode', 'init', '--name', 'Alice')
  step(clone, './triode', 'circle', 'create', 'Friends')
  console.log(step(clone, './triode', 'circle', 'list'))
  await device.stop()
  if (process.argv.includes('--test')) console.log(step(clone, '.ci/run'))
  console.log(`fresh: a clone runs with Node ${system} and npm alone`)
} catch (error) {
  console.error(`fresh: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
