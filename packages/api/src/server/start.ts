/** `triode start`: opens the device, serves the API, says so, and ends cleanly when told to. */
import { flushCompileCache } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { CallerFault, Unavailable } from '@triode/core'
import type { DeviceService, OpenDevice } from '@triode/device'
import { createClient } from '../client/client.ts'
import { ApiFault } from '../client/fault.ts'
import { readApiFile, removeApiFile, writeApiFile } from '../local/apiFile.ts'
import { calledAs, calledFor } from '../local/calledAs.ts'
import { channelProblems, problemLine } from '../local/channelProblems.ts'
import { complain, EXIT, type Exit } from '../local/complaint.ts'
import type { Environment } from '../local/home.ts'
import { askPassphrase, givenPassphrase, keeperPassphrase } from '../local/passphrase.ts'
import { canAsk, type Terminal } from '../local/terminal.ts'
import { showInBrowser, windowOpener } from '../local/window.ts'
import { serveKeeperDoor } from './keeper/door.ts'
import { readyLine, readyText } from './announce.ts'
import { serveApi, type ApiServer, type ApiServerOptions } from './server.ts'
import { DEFAULT_PORT } from './spec.ts'
import { START_HELP, startOptions, type StartOptions } from './startOptions.ts'

export interface DaemonIo {
  readonly argv: readonly string[]
  readonly env: Environment
  readonly stdin: Terminal['stdin']
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Terminal['stderr']
  /** Folder of the built page; it need not be there. */
  readonly pages?: string
}

/** Runs until a signal or, when attached, the end of stdin. @returns the exit code; throws nothing */
export async function startDaemon(io: DaemonIo, openDevice: OpenDevice): Promise<Exit> {
  try {
    const options = startOptions(io.argv, io.env)
    if (options.help) io.stdout.write(START_HELP)
    else await runUntilStopped(options, io, openDevice)
    return EXIT.done
  } catch (error) {
    return complain(error, io.stderr, io.argv.includes('--json'), calledAs(io.env))
  }
}

async function runUntilStopped(options: StartOptions, io: DaemonIo, openDevice: OpenDevice): Promise<void> {
  const stopped = stopSignal(options, io.stdin)
  if (await isServed(options.home)) throw homeInUse()
  const version = programVersion()
  const device = await openDevice({ ...deviceOptions(options), version })
  try {
    await unlock(device, options, io)
    await serveUntil(stopped, device, options, io)
  } finally {
    await device.close()
  }
}

async function serveUntil(
  stopped: Promise<void>,
  device: DeviceService,
  options: StartOptions,
  io: DaemonIo,
): Promise<void> {
  const log = (line: string) => io.stderr.write(`${line}\n`)
  const { version } = await device.status()
  const door = options.keeper && (await serveKeeperDoor(device, options.keeper.healthPort))
  const api = await serve({ device, version, log }, options, io.pages)
  const { pid } = process
  try {
    if (!options.attached) await writeApiFile(options.home, { url: api.url, token: api.token, pid })
    const status = await device.status()
    const ready = { ...api, page: api.launch().url, status, ...(door && { health: door.url }) }
    const command = calledFor(options.home, io.env)
    if (!options.json)
      for (const problem of channelProblems(ready.status.channels)) log(`triode: ${problemLine(problem)}`)
    io.stdout.write(
      options.json
        ? readyLine(ready)
        : readyText(ready, { home: options.home, command, isUsualPort: isUsual(api, options) }),
    )
    openPage(api, options, io)
    // A daemon is often ended by a signal that leaves no time for this.
    flushCompileCache()
    await stopped
  } finally {
    if (!options.attached) await removeApiFile(options.home, pid)
    await api.close()
    await door?.close()
  }
}

/** A device for one command, and a keeper, have no page, and leave the usual port to those that have. */
async function serve(
  common: ApiServerOptions,
  { port, attached, keeper }: StartOptions,
  pages: string | undefined,
): Promise<ApiServer> {
  if (attached || keeper) return serveApi({ ...common, ...(port !== undefined && { port }) })
  const whole = { ...common, ...(pages !== undefined && existsSync(pages) && { pages }) }
  if (port !== undefined) return serveApi({ ...whole, port })
  try {
    return await serveApi({ ...whole, port: DEFAULT_PORT })
  } catch (error) {
    if (!(error instanceof Unavailable && error.code === 'port-in-use')) throw error
    return serveApi(whole)
  }
}

/** Or the one that was asked for. */
function isUsual({ url }: ApiServer, { port }: StartOptions): boolean {
  return port !== undefined || url.endsWith(`:${DEFAULT_PORT}`)
}

/** With a code of its own, so that the address on the screen stays good. A window that doesn't open is no failure: the address is there. */
function openPage(api: ApiServer, { mayOpen }: StartOptions, { env, stdout }: DaemonIo): void {
  const opener = mayOpen && api.hasPage && stdout.isTTY === true ? windowOpener(env) : undefined
  if (opener !== undefined) void showInBrowser(opener, api.launch().url, env)
}

function deviceOptions({ home, channels, listen, lanInterfaces, keeper, torrc, fileThreads }: StartOptions) {
  return {
    home,
    ...(channels && { channels }),
    ...(listen && { listen }),
    ...(lanInterfaces && { lanInterfaces }),
    ...(keeper && { keeper: keeper.terms }),
    ...(torrc !== undefined && { torrc: settingsIn(torrc) }),
    ...(fileThreads !== undefined && { fileThreads }),
  }
}

/** @throws CallerFault 'usage' */
function settingsIn(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = 'The file of settings for tor cannot be read.'
    throw new CallerFault('usage', { message, remedy: 'Check the name that --torrc gives.', cause })
  }
}

/** With the passphrase given, or asked for on a terminal; without either the device stays locked. */
async function unlock(device: DeviceService, options: StartOptions, io: DaemonIo): Promise<void> {
  const { state } = await device.status()
  if (state !== 'locked' || options.attached) return
  if (options.keeper) {
    await device.unlock(await keeperPassphrase(options.passphraseFile, io.env))
    return
  }
  const given = await givenPassphrase({ file: options.passphraseFile, env: io.env })
  if (given !== undefined) await device.unlock(given)
  else if (canAsk(io) && !options.json) await device.unlock(await askPassphrase(io, 'Passphrase: '))
}

/** Resolves at the first SIGTERM, SIGINT or SIGHUP; a second one ends the process at once, as always. */
function stopSignal({ attached }: StartOptions, stdin: Readable): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      resolve()
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop)
    if (attached) stdin.once('close', stop).once('end', stop).resume()
  })
}

/** Whether the device that api.json names still answers; another program may have its process number by now. */
async function isServed(home: string): Promise<boolean> {
  const file = await readApiFile(home)
  if (!file) return false
  return createClient(file)
    .status()
    .then(() => true)
    .catch((error: unknown) => error instanceof ApiFault && error.status >= 500)
}

function homeInUse(): Unavailable {
  return new Unavailable('home-in-use', {
    message: 'A device is running in this home already',
    remedy: 'Use that one, or stop it first',
  })
}

function programVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}
