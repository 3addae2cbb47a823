/** The command line of `triode start`. */
import { parseArgs } from 'node:util'
import { CallerFault } from '@triode/core'
import type { DeviceOptions, ListenAddress } from '@triode/device'
import { homeFolder, type Environment } from '../local/home.ts'
import { DEFAULT_HEALTH_PORT, DEFAULT_PORT } from './spec.ts'

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
  /** A file of further settings for tor. */
  readonly torrc?: string
  /** Threads that seal, check and open files; 0: the device's own does it. */
  readonly fileThreads?: number
  /** Started by one command of the CLI, for as long as that runs: ends with stdin, and leaves no api.json. */
  readonly attached: boolean
  /** Runs headless, to keep things for others (spec §13.13). */
  readonly keeper?: KeeperStart
}

export interface KeeperStart {
  /** Of /health and /metrics; 0 takes a free one. */
  readonly healthPort: number
  readonly terms: NonNullable<DeviceOptions['keeper']>
}

/** Far more than gain anything: beyond two they take from a tunnel what they give (ADR 16). */
const MAX_FILE_THREADS = 16

export const START_HELP = `Usage: triode start [options]

Runs the device in the foreground until SIGTERM or Ctrl-C.

  --home DIR             home folder (default: $TRIODE_HOME, else ~/.triode)
  --port P               port of the API and the page on 127.0.0.1; 0 takes a free one
                         (default: ${DEFAULT_PORT}, or a free one where that is taken)
  --listen HOST:PORT     where the tcp channel listens; may be repeated
  --channels LIST        channels to run, such as lan,tcp,dht,tor; none for no channel (default: all)
  --lan-interface IP     address of an interface for the lan channel; may be repeated (default: all)
  --torrc FILE           further settings for the program tor: bridges, a proxy
  --file-threads N       threads that seal, check and open files, 0 to ${MAX_FILE_THREADS}; 0: none beside the device's own
                         (default: 2)
  --passphrase-file F    unlock with the first line of this file (or set TRIODE_PASSPHRASE)
  --no-open              don't open the web page, as is done where there is a desktop and stdout is a terminal
  --keeper               run without the page, to hold what others leave; with it:
    --passphrase-file F    else the systemd credential triode-passphrase; TRIODE_PASSPHRASE is not read
    --health-port P        port of /health and /metrics on 127.0.0.1 (default: ${DEFAULT_HEALTH_PORT})
    --hold-days N          how long things are held, 1 to 21 (default: 14)
    --capacity-mib N       how much in each circle (default: 8192)
    --member-mib N         how much of each member (default: 1024)
    --file-mib N           the largest file that it takes; 0: none (default: 256)
  --json                 print {"event":"ready",...} when ready
`

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  home: { type: 'string' },
  port: { type: 'string' },
  listen: { type: 'string', multiple: true },
  channels: { type: 'string' },
  'lan-interface': { type: 'string', multiple: true },
  torrc: { type: 'string' },
  'file-threads': { type: 'string' },
  'passphrase-file': { type: 'string' },
  'no-open': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  attached: { type: 'boolean', default: false },
  keeper: { type: 'boolean', default: false },
  'health-port': { type: 'string' },
  'hold-days': { type: 'string' },
  'capacity-mib': { type: 'string' },
  'member-mib': { type: 'string' },
  'file-mib': { type: 'string' },
} as const

const OF_KEEPERS = ['health-port', 'hold-days', 'capacity-mib', 'member-mib', 'file-mib'] as const

/** @throws CallerFault 'usage' */
export function startOptions(argv: readonly string[], env: Environment): StartOptions {
  const { values } = parsed(argv)
  const lanInterfaces = values['lan-interface']
  const passphraseFile = values['passphrase-file']
  const fileThreads = numberOf('file-threads', values['file-threads'], MAX_FILE_THREADS, 0)
  const channels = values.channels === undefined ? undefined : channelList(values.channels)
  requireChannel('--listen', values.listen, 'tcp', channels)
  requireChannel('--torrc', values.torrc, 'tor', channels)
  requireChannel('--lan-interface', lanInterfaces, 'lan', channels)
  return {
    help: values.help,
    home: homeFolder(values.home, env),
    mayOpen: !values['no-open'] && !values.json && !values.attached && !values.keeper,
    json: values.json,
    attached: values.attached,
    ...(values.port !== undefined && { port: portOf(values.port) }),
    ...(passphraseFile !== undefined && { passphraseFile }),
    ...(values.listen && { listen: values.listen.map(listenAddress) }),
    ...(channels && { channels }),
    ...(lanInterfaces && { lanInterfaces }),
    ...(values.torrc !== undefined && { torrc: values.torrc }),
    ...(fileThreads !== undefined && { fileThreads }),
    ...keeperStart(values),
  }
}

function keeperStart(values: ReturnType<typeof parsed>['values']): Pick<StartOptions, 'keeper'> {
  if (!values.keeper) {
    const given = OF_KEEPERS.find((name) => values[name] !== undefined)
    if (given !== undefined) throw usage(`--${given} needs --keeper`)
    return {}
  }
  const port = values['health-port']
  const days = numberOf('hold-days', values['hold-days'], MAX_HOLD_DAYS)
  const capacity = numberOf('capacity-mib', values['capacity-mib'], MAX_MIB)
  const member = numberOf('member-mib', values['member-mib'], MAX_MIB)
  const file = numberOf('file-mib', values['file-mib'], MAX_MIB, 0)
  const terms = {
    ...(file !== undefined && { fileBytes: file * MIB }),
    ...(days !== undefined && { holdHours: days * 24 }),
    ...(capacity !== undefined && { capacityBytes: capacity * MIB }),
    ...(member !== undefined && { memberBytes: member * MIB }),
  }
  return { keeper: { healthPort: port === undefined ? DEFAULT_HEALTH_PORT : portOf(port), terms } }
}

const MIB = 1_048_576
/** 64 TiB. */
const MAX_MIB = 67_108_864
/** As long as sealing keys are kept that notices are sealed to (spec §5.9). */
const MAX_HOLD_DAYS = 21

/** @throws CallerFault 'usage' */
function numberOf(option: string, text: string | undefined, max: number, min = 1): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (!(value >= min && value <= max))
    throw usage(`--${option} takes a number from ${String(min)} to ${String(max)}`)
  return value
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
  given: string | readonly string[] | undefined,
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
