/** Runs one command line: builds the program of the table, connects, prints, and turns every failure into an exit code. */
import { readFileSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { Command as Program, CommanderError } from 'commander'
import {
  asCalled,
  calledAs,
  calledFor,
  cleanJson,
  complain,
  EXIT,
  homeFolder,
  type Environment,
  type Exit,
  type Terminal,
} from '@triode/api/local'
import { ApiFault } from '@triode/api'
import { usage } from './argument.ts'
import type { Command, Context, Options } from './command.ts'
import { COMMANDS, GROUPS } from './commands/index.ts'
import { connect } from './connect.ts'

export interface CliIo extends Terminal {
  readonly argv: readonly string[]
  readonly env: Environment
  readonly stdout: Writable
  readonly now: () => number
  /** Becomes the daemon, in the place of this process. */
  readonly becomeDaemon: (argv: readonly string[]) => never
  /** For tests: another executable for on-demand devices. */
  readonly daemon?: string
}

/** @returns the exit code; throws nothing */
export async function run(io: CliIo): Promise<Exit> {
  const program = programOf(io)
  try {
    await program.parseAsync(io.argv, { from: 'user' })
    return EXIT.done
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    const { home } = program.opts<{ home?: string }>()
    return complain(error, io.stderr, io.argv.includes('--json'), calledFor(homeFolder(home, io.env), io.env))
  }
}

function programOf(io: CliIo): Program {
  const program = new Program('triode')
    .description('Serverless, peer-to-peer secure messaging for private, invitation-only circles')
    .option('--json', 'print one JSON document, or one a line for streams')
    .option('--home <dir>', 'home folder (default: $TRIODE_HOME, else ~/.triode)')
    .option('--passphrase-file <file>', 'read the passphrase from the first line (or set TRIODE_PASSPHRASE)')
    .version(version(), '--version', 'print the version')
    .showHelpAfterError(false)
    .addHelpText('after', '\nExit: 0 done, 1 the device failed, 2 wrong use, 3 refused, 4 not reachable now')
  hush(program, io)
  addStart(program, io)
  for (const [name, does] of Object.entries(GROUPS)) hush(program.command(name).description(does), io)
  for (const command of COMMANDS) addCommand(program, command, io)
  return program
}

/** Help goes to our stdout or, where a command is missing, stderr; complaints go to `run`. */
function hush(program: Program, io: CliIo): void {
  program.exitOverride((error) => {
    throw error.exitCode === 0 ? error : usage(sentenceOf(error), helpOf(program))
  })
  program.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => {
      if (!io.argv.includes('--json')) io.stderr.write(`${text}\n`)
    },
    outputError: () => undefined,
  })
}

/** The launcher takes `start` to the daemon directly; this is for the other ways to get here, and for the help. */
function addStart(program: Program, io: CliIo): void {
  const start = program.command('start').description('run the device in the foreground until SIGTERM')
  start.argument('[options...]').allowUnknownOption().helpOption(false)
  start.action(() => io.becomeDaemon(io.argv.toSpliced(io.argv.indexOf('start'), 1)))
}

function addCommand(program: Program, command: Command, io: CliIo): void {
  const words = command.usage.split(' ')
  const names = words.filter((word) => /^[a-z]/.test(word))
  const leaf = names.reduce(subcommand, program).description(command.does)
  for (const word of words.slice(names.length)) leaf.argument(word)
  for (const [flags, does] of command.options ?? []) leaf.option(flags, does)
  hush(leaf, io)
  leaf.action(() => execute(command, leaf, io))
}

/** Where to read how a command is used. */
function helpOf(command: Program): string {
  const names: string[] = []
  for (let at = command; at.parent; at = at.parent) names.unshift(at.name())
  return names.length === 0 ? 'See `triode help`' : `See \`triode ${names.join(' ')} --help\``
}

/** What was typed wrong is explained by the help of the command, not by the schema of the API. */
function withHelp(error: unknown, command: Program): unknown {
  if (!(error instanceof ApiFault)) return error
  const { status, code, message, remedy, details } = error
  const helps = code === 'bad-input' || (code === 'usage' && remedy === undefined)
  if (!helps) return error
  return new ApiFault({ status, code, message, remedy: helpOf(command), ...(details && { details }) })
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function subcommand(parent: Program, name: string): Program {
  return parent.commands.find((known) => known.name() === name) ?? parent.command(name)
}

async function execute(command: Command, leaf: Program, io: CliIo): Promise<void> {
  const options = optionsOf(leaf)
  const home = homeFolder(options.value('home'), io.env)
  const here = calledFor(home, io.env)
  const passphrase = { file: options.value('passphraseFile'), env: io.env }
  const need = typeof command.need === 'function' ? command.need(options) : command.need
  const connection = await connect({ home, need, env: io.env, passphrase, terminal: io, daemon: io.daemon })
  const { client, running } = connection
  const args = (leaf.processedArgs as unknown[]).flat().filter((value) => typeof value === 'string')
  try {
    await command.run({
      client,
      running,
      home,
      env: io.env,
      triode: calledAs(io.env),
      here,
      args,
      options,
      passphrase,
      terminal: io,
      stdout: io.stdout,
      now: io.now,
      ...printer(options, io, here),
    })
  } catch (error) {
    throw withHelp(error, leaf)
  } finally {
    await connection.close()
  }
}

function optionsOf(leaf: Program): Options {
  const values: Record<string, unknown> = leaf.optsWithGlobals()
  return {
    value(name) {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
    values(name) {
      const value = values[name]
      return Array.isArray(value) ? value.map(String) : undefined
    },
    flag: (name) => values[name] === true,
    choice(name) {
      const value = values[name]
      return typeof value === 'boolean' ? value : undefined
    },
  }
}

function printer(options: Options, io: CliIo, here: string): Pick<Context, 'show' | 'note' | 'interrupted'> {
  const json = options.flag('json')
  return {
    show(document, text) {
      io.stdout.write(json ? `${cleanJson(document)}\n` : text())
    },
    note(sentence) {
      if (!json) io.stderr.write(`${asCalled(sentence, here)}\n`)
    },
    interrupted: interruption,
  }
}

function interruption(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}

/** commander says `error: unknown option '--x'`. What was typed may be a secret in the wrong place: not repeated. */
function sentenceOf({ message }: CommanderError): string {
  const text = message.replace(/^error: /, '').split('\n', 1)[0] ?? ''
  if (text === '(outputHelp)') return 'A command is missing'
  const bare = text.replace(/(but got \d+): .*/, '$1').replace(/(option '--?[\w-]+)=[^]*'/, "$1'")
  return bare.charAt(0).toUpperCase() + bare.slice(1)
}
