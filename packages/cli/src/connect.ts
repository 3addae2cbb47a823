/** Finding the running device of a home, or starting one for this command. */
import { setTimeout as delay } from 'node:timers/promises'
import { ApiFault, createClient, type Client } from '@triode/api'
import { askPassphrase, givenPassphrase, readApiFile } from '@triode/api/local'
import type { Environment, PassphraseSource, Terminal } from '@triode/api/local'
import { NEED, type Need } from './command.ts'
import { startOnDemand, type OnDemand } from './onDemand.ts'

export interface Connection {
  readonly client: Client
  readonly running: boolean
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly home: string
  readonly need: Need
  readonly env: Environment
  readonly passphrase: PassphraseSource
  readonly terminal: Terminal
  readonly daemon?: string | undefined
}

/** Another command may be at work on the same home: they take a second at most. */
const HOME_IN_USE_PATIENCE_MS = 5_000
const HOME_IN_USE_PAUSE_MS = 100

/** @throws ApiFault @throws CallerFault of the passphrase */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const patientUntil = Date.now() + HOME_IN_USE_PATIENCE_MS
  for (;;) {
    const running = await runningDevice(options.home)
    if (running) return { client: running, running: true, close: () => Promise.resolve() }
    if (options.need === NEED.running) throw notRunning()
    try {
      return await ownDevice(options)
    } catch (error) {
      const busy = error instanceof ApiFault && error.code === 'home-in-use'
      if (!busy || Date.now() > patientUntil) throw error
      await delay(HOME_IN_USE_PAUSE_MS)
    }
  }
}

/** @returns undefined where api.json is missing or left behind by a device that was killed */
async function runningDevice(home: string): Promise<Client | undefined> {
  const file = await readApiFile(home)
  if (!file) return undefined
  const client = createClient(file)
  try {
    await client.status()
    return client
  } catch (error) {
    // Another program may have the port by now, or the process number.
    if (error instanceof ApiFault && ['not-running', 'token-refused', 'bad-answer'].includes(error.code))
      return undefined
    throw error
  }
}

async function ownDevice(options: ConnectOptions): Promise<Connection> {
  const { home, env, daemon, need } = options
  const device = await startOnDemand({ home, env, daemon, channels: need === NEED.connected })
  try {
    if (need !== NEED.any) await unlock(device, options)
  } catch (error) {
    await device.stop()
    throw error
  }
  return { client: device.client, running: false, close: () => device.stop() }
}

/** A home without a vault is left as it is: the command itself will say so. */
async function unlock({ client }: OnDemand, { passphrase, terminal }: ConnectOptions): Promise<void> {
  if ((await client.status()).state !== 'locked') return
  const given = (await givenPassphrase(passphrase)) ?? (await askPassphrase(terminal, 'Passphrase: '))
  await client.unlock({ passphrase: given })
}

function notRunning(): ApiFault {
  return new ApiFault({
    status: 0,
    code: 'not-running',
    message: 'No device is running in this home',
    remedy: 'Start it with `triode start`',
  })
}
