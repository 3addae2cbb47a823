/**
 * Plain-text scripts of the CLI, in scripts/*.txt:
 *
 *     # a comment
 *     % running                  a device of the double runs in this home; `% vault` and `% family` fill it
 *     % arrive Bob good morning  the far member sends a message
 *     % offer Bob cake.jpg words the far member sends a file with those words in it; escapes as in JSON
 *     % come cake.jpg 5          so many more bytes of it come, if it was asked for; without a number: all
 *     % stall cake.jpg waiting   nothing comes, and why: waiting, disk-full or disk-refused; % damage, % deliver likewise
 *     % changed Bob              Bob, whom Alice verified, has a new device
 *     % partly Bob               Alice scanned one of Bob's two devices
 *     % lack Bob                 messages of Bob are missing here; % crowd Chess: its open invitations are not found by dht
 *     $ triode send Bob hi       the command; arguments as in a shell: spaces part them, '...' keeps them together
 *     < text                     a line of stdin; `@ text` is one typed at a terminal
 *     queued  {id}               what stdout must be: {name} is any word, the same one from then on; … is anything;
 *     ...                        and a line of dots any number of lines
 *     ! triode: sentence         what stderr must be
 *     exit 2                     the exit code, when it is not 0
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { serveApi } from '@triode/api/server'
import { writeApiFile } from '@triode/api/local'
import { run } from '../src/run.ts'
import { doubleDevice, GOOD_LINK, type Double } from '../../api/test/double.ts'

/** Ten minutes after the first message of the double. */
const NOW = 1_767_269_400_000
const PASSPHRASE = 'correct horse'

const FILE_VERBS = new Set(['offer', 'come', 'stall', 'damage', 'deliver'])

interface Step {
  readonly line: number
  readonly command: string
  readonly stdin: string[]
  readonly isTTY: boolean
  readonly out: string[]
  readonly err: string[]
  readonly exit: number
}

export interface Outcome {
  readonly out: string
  readonly err: string
  readonly exit: number
}

/** One home, and whatever of a device runs in it. */
export class Scene {
  readonly home: string
  readonly folder: string
  env: Record<string, string> = { TRIODE_PASSPHRASE: PASSPHRASE }
  device: Double | undefined
  readonly #words = new Map<string, string>()

  static async open(t: TestContext): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'triode-cli-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    return new Scene(folder)
  }

  private constructor(folder: string) {
    this.folder = folder
    this.home = join(folder, 'home')
    this.#words.set('HOME', this.home)
    this.#words.set('FOLDER', folder)
  }

  async direct(t: TestContext, directive: string): Promise<void> {
    const [verb, ...rest] = this.#filled(directive).split(' ')
    const [first = '', ...others] = rest
    if (verb === 'running') await this.#serve(t)
    else if (verb === 'vault') await this.device?.init({ passphrase: PASSPHRASE, name: 'Alice' })
    else if (verb === 'family') await this.device?.join({ link: GOOD_LINK })
    else if (verb === 'locked') await this.device?.lock()
    else if (verb === 'env') this.env = { ...this.env, [first]: others.join(' ') }
    else if (verb === 'noenv') this.env = {}
    else if (verb === 'file') await writeFile(join(this.folder, first), `${others.join(' ')}\n`)
    else if (verb === 'changed') this.device?.change(first)
    else if (verb === 'partly') this.device?.comparePartly(first)
    else if (verb !== undefined && FILE_VERBS.has(verb)) await this.#playFile(verb, first, others)
    else if (verb === 'lack') this.device?.lack(first)
    else if (verb === 'crowd') this.device?.crowd(first)
    else if (verb === 'arrive') this.device?.arrive(first, JSON.parse(`"${others.join(' ')}"`) as string)
    else throw new Error(`unknown directive ${directive}`)
  }

  async play(step: Step): Promise<void> {
    const command = this.#filled(step.command)
    const outcome = await this.run(words(command), step)
    const where = `line ${step.line}: ${command}\n--- stdout\n${outcome.out}--- stderr\n${outcome.err}`
    this.#match(step.err, outcome.err, `stderr of ${where}`)
    this.#match(step.out, outcome.out, `stdout of ${where}`)
    assert.equal(outcome.exit, step.exit, `exit of ${where}`)
  }

  async run(argv: readonly string[], given: Partial<Step> = {}): Promise<Outcome> {
    const { stdin: lines = [], isTTY = false } = given
    const stdin = Object.assign(new PassThrough(), { isTTY })
    stdin.end(lines.map((line) => `${line}\n`).join(''))
    const stderr = Object.assign(collector(), { isTTY })
    const stdout = collector()
    const env = { PATH: process.env['PATH'] ?? '', TRIODE_HOME: this.home, ...this.env }
    const daemon = new URL('../../api/test/daemonDouble.ts', import.meta.url).pathname
    const becomeDaemon = (args: readonly string[]): never => {
      throw new Error(`would become the daemon: ${args.join(' ')}`)
    }
    const exit = await run({ argv, env, stdin, stdout, stderr, now: () => NOW, daemon, becomeDaemon })
    return { out: stdout.text(), err: stderr.text(), exit }
  }

  async #serve(t: TestContext): Promise<void> {
    const device = doubleDevice({ home: this.home, version: '0.0.0-test' })
    const api = await serveApi({ device, version: '0.0.0-test' })
    t.after(() => api.close())
    await writeApiFile(this.home, { url: api.url, token: api.token, pid: process.pid })
    this.device = device
  }

  async #playFile(verb: string, first: string, others: readonly string[]): Promise<void> {
    const play = this.device?.play
    const [second = '', ...rest] = others
    if (verb === 'offer') {
      const name = JSON.parse(`"${second}"`) as string
      play?.offer(first, name, Buffer.from(rest.join(' ')))
      return
    }
    const id = (await this.device?.files({}))?.find((file) => file.name === first)?.id ?? ''
    if (verb === 'come') await play?.come(id, second === '' ? undefined : Number(second))
    else if (verb === 'stall') play?.stall(id, second as 'waiting' | 'disk-full' | 'disk-refused')
    else if (verb === 'damage') play?.damage(id)
    else play?.deliver(id)
  }

  #filled(text: string): string {
    return text.replaceAll(/\{(\w+)\}/g, (all, name: string) => this.#words.get(name) ?? all)
  }

  /** Line by line, learning the words in braces. */
  #match(wanted: readonly string[], got: string, where: string): void {
    const lines = got === '' ? [] : got.replace(/\n$/, '').split('\n')
    const learned: string[] = []
    const pattern = wanted
      .map((line) => (line === '...' ? '(?:.*\\n)*' : `${this.#pattern(line, learned)}\\n`))
      .join('')
    const match = new RegExp(`^${pattern}$`, 'u').exec(lines.map((line) => `${line.trimEnd()}\n`).join(''))
    if (!match) assert.equal(lines.join('\n'), this.#filled(wanted.join('\n')), where)
    learned.forEach((name, index) => this.#words.set(name, match?.[index + 1] ?? ''))
  }

  #pattern(line: string, learned: string[]): string {
    const parts = this.#filled(line.trimEnd()).split(/(…|\{\w+\})/)
    return parts
      .map((part) => {
        if (part === '…') return '.*'
        const name = /^\{(\w+)\}$/.exec(part)?.[1]
        if (name === undefined) return RegExp.escape(part)
        learned.push(name)
        return '([^\\s",}]+)'
      })
      .join('')
  }
}

/** Plays one script from beginning to end. */
export async function playScript(t: TestContext, file: URL): Promise<void> {
  const scene = await Scene.open(t)
  for (const part of parse(await readFile(file, 'utf8'))) {
    if (typeof part === 'string') await scene.direct(t, part)
    else await scene.play(part)
  }
}

function parse(text: string): (string | Step)[] {
  const parts: (string | Step)[] = []
  let step: { -readonly [Key in keyof Step]: Step[Key] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const rest = line.slice(2)
    if (line.startsWith('$ triode')) {
      step = {
        line: index + 1,
        command: line.slice(8).trim(),
        stdin: [],
        isTTY: false,
        out: [],
        err: [],
        exit: 0,
      }
      parts.push(step)
    } else if (line.startsWith('% ')) parts.push(rest)
    else if (line === '' || line.startsWith('# ')) step = undefined
    else if (!step) throw new Error(`line ${index + 1} belongs to no command`)
    else if (line.startsWith('exit ')) step.exit = Number(line.slice(5))
    else if (line.startsWith('! ')) step.err.push(rest)
    else if (line.startsWith('< ')) step.stdin.push(rest)
    else if (line.startsWith('@ ')) {
      step.stdin.push(rest)
      step.isTTY = true
    } else step.out.push(line === '.' ? '' : line)
  }
  return parts
}

/** As a shell parts them, with single quotes only. */
function words(command: string): string[] {
  return Array.from(command.matchAll(/'([^']*)'|\S+/g), ([all, quoted]) => quoted ?? all)
}

function collector() {
  let text = ''
  const stream = new PassThrough()
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return Object.assign(stream, { text: () => text })
}
