/** `triode start` as a process: what it prints, what it leaves in the home, how it ends. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { after, suite, test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createClient } from '@triode/api'
import { readApiFile } from '@triode/api/local'
import { startDaemon } from '@triode/api/server'
import { DRAIN_MS } from '../src/server/tuning.ts'

const DAEMON = fileURLToPath(new URL('daemonDouble.ts', import.meta.url))
const PASSPHRASE = 'correct horse'
/** Compiled code that the daemons of this file share, so that they start sooner. */
const compiled = mkdtempSync(join(tmpdir(), 'triode-compiled-'))
after(() => {
  rmSync(compiled, { recursive: true, force: true })
})

interface ReadyLine {
  readonly event: string
  readonly api: string
  readonly token: string
  readonly listening: string[]
  readonly state: string
  readonly pid: number
}

async function newHome(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'triode-daemon-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'home')
}

function start(
  t: TestContext,
  args: string[],
  env: Record<string, string> = {},
): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DAEMON, ...args], {
    env: { PATH: process.env['PATH'], HOME: tmpdir(), NODE_COMPILE_CACHE: compiled, ...env },
    stdio: 'pipe',
  })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function ready(child: { stdout: NodeJS.ReadableStream }): Promise<ReadyLine> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return JSON.parse(line) as ReadyLine
}

/** Milliseconds from SIGTERM to the end. */
async function msToEnd(child: ChildProcess): Promise<number> {
  const began = performance.now()
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  return performance.now() - began
}

/** Runs to its end. */
async function outcome(child: ReturnType<typeof start>) {
  const [out, error, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  return { out, error, exit }
}

suite('triode start', () => {
  test('in a new home says where it is, and on SIGTERM leaves nothing behind', async (t) => {
    const home = await newHome(t)
    const child = start(t, ['--home', home, '--json'])
    const line = await ready(child)
    assert.deepEqual([line.event, line.state, line.listening, line.pid], ['ready', 'new', [], child.pid])
    const file = join(home, 'api.json')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal((await stat(home)).mode & 0o777, 0o700)
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), {
      url: line.api,
      token: line.token,
      pid: line.pid,
    })
    assert.equal((await createClient({ url: line.api, token: line.token }).status()).state, 'new')
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert.deepEqual(await readdir(home), [])
  })

  test('tells a person where to go next', async (t) => {
    const home = await newHome(t)
    const child = start(t, ['--home', home], { TRIODE_COMMAND: './triode' })
    const lines: string[] = []
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      if (line.includes('triode')) child.kill('SIGINT')
    })
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert.match(lines[0] ?? '', /^Triode .* is running/)
    assert.ok(
      lines.some((line) => line.includes(`./triode --home ${home} init`)),
      lines.join('\n'),
    )
    assert.doesNotMatch(lines.join('\n'), /[a-z2-7]{52}/, 'the token is not on the screen')
  })

  test('unlocks with the passphrase of the environment or of a file, and then listens', async (t) => {
    const file = `${await newHome(t)}.passphrase`
    await writeFile(file, `${PASSPHRASE}\nsecond line\n`)
    for (const [args, env] of [
      [[], { TRIODE_PASSPHRASE: PASSPHRASE }],
      [['--passphrase-file', file], {}],
    ] as const) {
      const child = start(t, ['--home', await newHome(t), '--json', ...args], {
        DOUBLE_VAULT: PASSPHRASE,
        ...env,
      })
      const line = await ready(child)
      assert.deepEqual([line.state, line.listening], ['unlocked', ['127.0.0.1:5000', '127.0.0.1:5001']])
      child.kill()
    }
  })

  test('without a passphrase stays locked and says so', async (t) => {
    const child = start(t, ['--home', await newHome(t), '--json'], { DOUBLE_VAULT: PASSPHRASE })
    assert.equal((await ready(child)).state, 'locked')
    child.kill()
  })

  test('a wrong passphrase is a refusal', async (t) => {
    const env = { DOUBLE_VAULT: PASSPHRASE, TRIODE_PASSPHRASE: 'wrong' }
    const { out, error, exit } = await outcome(start(t, ['--home', await newHome(t), '--json'], env))
    assert.deepEqual([out, exit], ['', 3])
    assert.equal((JSON.parse(error) as { error: { code: string } }).error.code, 'wrong-passphrase')
  })

  test('a command line that makes no sense is wrong use, in one sentence', async () => {
    const wrong = [
      ['--what'],
      ['--port', '65536'],
      ['--port', 'x'],
      ['--listen', '5000'],
      ['--listen', 'host:'],
      ['--channels', 'lan', '--listen', '127.0.0.1:0'],
      ['there'],
      ['--home'],
    ]
    for (const args of wrong) {
      const stderr = new PassThrough()
      const io = { argv: args, env: {}, stdin: new PassThrough(), stdout: new PassThrough(), stderr }
      assert.equal(await startDaemon(io, () => assert.fail('nothing is opened')), 2, args.join(' '))
      assert.match(String(stderr.read()), /^triode: .*See `triode start --help`\.\n$/)
    }
  })

  test('two devices do not share a home', async (t) => {
    const home = await newHome(t)
    const first = start(t, ['--home', home, '--json'])
    await ready(first)
    const { error, exit } = await outcome(start(t, ['--home', home, '--json']))
    assert.equal(exit, 4)
    assert.equal((JSON.parse(error) as { error: { code: string } }).error.code, 'home-in-use')
    assert.equal((await readApiFile(home))?.pid, first.pid)
    first.kill()
  })

  test('a port that is taken is told, and nothing is left behind', async (t) => {
    const other = start(t, ['--home', await newHome(t), '--json'])
    const { port } = new URL((await ready(other)).api)
    const home = await newHome(t)
    const { error, exit } = await outcome(start(t, ['--home', home, '--json', '--port', port]))
    assert.equal(exit, 4)
    assert.equal((JSON.parse(error) as { error: { code: string } }).error.code, 'port-in-use')
    assert.equal(await readApiFile(home), undefined)
    other.kill()
  })

  test('what a killed device left behind is seen to be stale, and the next one starts', async (t) => {
    const home = await newHome(t)
    const first = start(t, ['--home', home, '--json'])
    await ready(first)
    first.kill('SIGKILL')
    await once(first, 'exit')
    assert.ok((await readdir(home)).includes('api.json'))
    assert.equal(await readApiFile(home), undefined)
    const second = start(t, ['--home', home, '--json'])
    assert.equal((await ready(second)).pid, second.pid)
    second.kill()
  })

  test('when another program has got the process number, the file is stale as well', async (t) => {
    const home = await newHome(t)
    const first = start(t, ['--home', home, '--json'])
    const { api, token } = await ready(first)
    first.kill()
    await once(first, 'exit')
    await writeFile(join(home, 'api.json'), JSON.stringify({ url: api, token, pid: process.pid }))
    const second = start(t, ['--home', home, '--json'])
    assert.equal((await ready(second)).event, 'ready')
    second.kill()
  })

  test('attached to a command, it leaves no file and ends with its stdin', async (t) => {
    const home = await newHome(t)
    const child = start(t, ['--home', home, '--json', '--attached'])
    await ready(child)
    assert.equal(await readApiFile(home), undefined)
    child.stdin?.end()
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })

  test('it ends at once although a client holds an event stream open', async (t) => {
    const child = start(t, ['--home', await newHome(t), '--json'])
    const { api: url, token } = await ready(child)
    const events = await createClient({ url, token }).events()
    const alone = start(t, ['--home', await newHome(t), '--json'])
    await ready(alone)
    const [tookMs, aloneMs] = await Promise.all([child, alone].map(msToEnd))
    assert.ok(tookMs !== undefined && aloneMs !== undefined)
    // Ending takes what it takes on this machine; the stream adds nothing, such as the wait for a client that is to go.
    assert.ok(
      tookMs - aloneMs < DRAIN_MS * 0.75,
      `${String(tookMs)} ms, without a stream ${String(aloneMs)} ms`,
    )
    assert.equal((await events.next()).done, true)
  })
})
