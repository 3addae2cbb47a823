/** The command line of `triode start`. */
import { parseArgs } from 'node:util'
import { CallerFault } from '@triode/core'
import type { ListenAddress } from '@triode/device'
import { homeFolder, type Environment } from '../local/home.ts'
import { DEFAULT_PORT } from './spec.ts'

export interface StartOptions {
  readonly help: boolean
  readonly home: string
  /** Of the API; 0 takes a free one. Without: the usual one, or a free one where that is taken. */
  readonly port?: number
  /** Whether the page may be opened in a window. */
  readonly mayOpen: boolean
  readonly json: boolean
  readonly passphraseFile?: string
  readonly listen?: readonly ListenAddress[]
  readonly channels?: readonly string[]
  readonly lanInterfaces?: readonly string[]
  /** Started by one command of the CLI, for as long as that runs: ends with stdin, and leaves no api.json. */
  readonly attached: boolean
}

export const START_HELP = `Usage: triode start [options]

Runs the device in the foreground until SIGTERM or Ctrl-C.

  --home DIR             home folder (default: $TRIODE_HOME, else ~/.triode)
  --port P               port of the API and the page on 127.0.0.1; 0 takes a free one
                         (default: ${DEFAULT_PORT}, or a free one where that is taken)
  --listen HOST:PORT     where the tcp channel listens; may be repeated
  --channels LIST        channels to run, such as lan,tcp,dht; none for no channel (default: all)
  --lan-interface IP     address of an interface for the lan channel; may be repeated (default: all)
  --passphrase-file F    unlock with the first line of this file (or set TRIODE_PASSPHRASE)
  --no-open              don't open the web page, as is done where there is a desktop and stdout is a terminal
  --json                 print {"event":"ready",...} when ready
`

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  home: { type: 'string' },
  port: { type: 'string' },
  listen: { type: 'string', multiple: true },
  channels: { type: 'string' },
  'lan-interface': { type: 'string', multiple: true },
  'passphrase-file': { type: 'string' },
  'no-open': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  attached: { type: 'boolean', default: false },
} as const

/** @throws CallerFault 'usage' */
export function startOptions(argv: readonly string[], env: Environment): StartOptions {
  const { values } = parsed(argv)
  const lanInterfaces = values['lan-interface']
  const passphraseFile = values['passphrase-file']
  const channels = values.channels === undefined ? undefined : channelList(values.channels)
  requireChannel('--listen', values.listen, 'tcp', channels)
  requireChannel('--lan-interface', lanInterfaces, 'lan', channels)
  return {
    help: values.help,
    home: homeFolder(values.home, env),
    mayOpen: !values['no-open'] && !values.json && !values.attached,
    json: values.json,
    attached: values.attached,
    ...(values.port !== undefined && { port: portOf(values.port) }),
    ...(passphraseFile !== undefined && { passphraseFile }),
    ...(values.listen && { listen: values.listen.map(listenAddress) }),
    ...(channels && { channels }),
    ...(lanInterfaces && { lanInterfaces }),
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false })
  } catch (cause) {
    // Node's text names the option and no more; its second sentence is about `--`.
    const message = cause instanceof Error ? (cause.message.split('. ', 1)[0] ?? '') : ''
    throw usage(message)
  }
}

function channelList(text: string): string[] {
  return text === 'none' ? [] : text.split(',').filter((name) => name !== '')
}

/** An option of a channel that does not run would be passed over in silence. @throws CallerFault 'usage' */
function requireChannel(
  option: string,
  given: readonly string[] | undefined,
  channel: string,
  channels: readonly string[] | undefined,
): void {
  if (given && channels && !channels.includes(channel)) throw usage(`${option} needs the channel ${channel}`)
}

/** `HOST:PORT` or `[IPV6]:PORT`. */
function listenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) throw usage(`--listen takes HOST:PORT or [IPV6]:PORT, not '${text}'`)
  return { host, port: portOf(match?.[3] ?? '') }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65_535)) throw usage(`'${text}' is not a port`)
  return port
}

function usage(message: string): CallerFault {
  return new CallerFault('usage', { message, remedy: 'See `triode start --help`' })
}
