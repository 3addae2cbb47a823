/** `triode start` as a process: what it prints, what it leaves in the home, how it ends. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { after, suite, test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createClient, redeem } from '@triode/api'
import { readApiFile } from '@triode/api/local'
import { startDaemon } from '@triode/api/server'
import { DEFAULT_PORT } from '../src/server/spec.ts'
import { DRAIN_MS } from '../src/server/tuning.ts'
import { doubleDevice } from './double.ts'

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
  readonly page: string
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

/** As a build leaves it. */
async function builtPage(t: TestContext): Promise<string> {
  const folder = await newHome(t)
  await mkdir(folder)
  await writeFile(join(folder, 'index.html'), 'the page')
  return folder
}

/** What a person is told, up to the end of it. */
async function outcomeOf(t: TestContext, env: Record<string, string>): Promise<string> {
  const child = start(t, ['--home', await newHome(t)], env)
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    if (line.endsWith(' init')) child.kill()
  })
  await once(child, 'close')
  return lines.join('\n')
}

async function isTaken(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(true))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  })
}

/** In the place of what opens addresses on a desktop: writes down what it was handed. */
async function opener(folder: string) {
  await mkdir(folder)
  const [note, done] = [join(folder, 'note'), join(folder, 'done')]
  for (const name of ['xdg-open', 'open']) {
    await writeFile(
      join(folder, name),
      `#!/bin/sh\n{ echo "$1"; env; } > '${note}' && mv '${note}' '${done}'\n`,
    )
    await chmod(join(folder, name), 0o700)
  }
  return { says: () => readFile(done, 'utf8').catch(() => undefined) }
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

  test('says under --json how to open the page, once', async (t) => {
    const child = start(t, ['--home', await newHome(t), '--json'], { DOUBLE_PAGES: await builtPage(t) })
    const { api, token, page } = await ready(child)
    const [url, code = ''] = page.split('/#')
    assert.equal(url, api)
    assert.match(await (await fetch(api)).text(), /the page/)
    const session = await redeem(api, code)
    assert.notEqual(session.token, token)
    await assert.rejects(redeem(api, code), { code: 'launch-code-used' })
    child.kill()
  })

  test('gives a person the address of the page first, and says where there is none', async (t) => {
    const built = await outcomeOf(t, { DOUBLE_PAGES: await builtPage(t) })
    assert.match(
      built,
      /^http:\/\/127\.0\.0\.1:\d+\/#[a-z2-7]{52}\n {2}opens the web page, once, .*`triode --home .* open`/,
    )
    for (const env of [{}, { DOUBLE_PAGES: join(tmpdir(), 'triode-nowhere') }] as Record<string, string>[]) {
      const unbuilt = await outcomeOf(t, env)
      assert.match(unbuilt, /^Triode .* is running/)
      assert.match(unbuilt, /web page {2}not built: `npm run build`/)
    }
  })

  test('listens at its usual port, and elsewhere where that is taken, and says so', async (t) => {
    const pages = { DOUBLE_PAGES: await builtPage(t) }
    const first = start(t, ['--home', await newHome(t), '--json'], pages)
    const at = Number(new URL((await ready(first)).api).port)
    assert.ok(at === DEFAULT_PORT || (await isTaken(DEFAULT_PORT)), 'the usual port was free')
    const told = await outcomeOf(t, pages)
    assert.match(told, new RegExp(`Port ${DEFAULT_PORT} is taken`))
    assert.doesNotMatch(told, new RegExp(`http://127.0.0.1:${DEFAULT_PORT}`))
    first.kill()
  })

  test('opens a window on a desktop, without our passphrase, and not when told not to', async (t) => {
    const folder = await newHome(t)
    const opened = await opener(folder)
    const env = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      DISPLAY: ':0',
      TRIODE_PASSPHRASE: PASSPHRASE,
    }
    const pages = await builtPage(t)
    for (const [args, isTTY, screen, isOpened] of [
      [['--no-open'], true, env, false],
      [['--json'], true, env, false],
      [[], false, env, false],
      [[], true, { ...env, DISPLAY: '' }, process.platform === 'darwin'],
      [[], true, env, true],
    ] as const) {
      const stdout = Object.assign(new PassThrough(), { isTTY })
      const home = await newHome(t)
      const io = {
        argv: ['--home', home, ...args],
        env: screen,
        stdin: new PassThrough(),
        stderr: new PassThrough(),
      }
      const ended = startDaemon({ ...io, stdout, pages }, (options) => Promise.resolve(doubleDevice(options)))
      await once(stdout, 'readable')
      const deadline = performance.now() + (isOpened ? 10_000 : 300)
      while (performance.now() < deadline && !(await opened.says())) await delay(20)
      process.emit('SIGHUP')
      assert.equal(await ended, 0)
      assert.equal((await opened.says()) !== undefined, isOpened, args.join(' '))
    }
    const [address, ...environment] = ((await opened.says()) ?? '').split('\n')
    assert.match(address ?? '', /^http:\/\/127\.0\.0\.1:\d+\/#[a-z2-7]{52}$/)
    assert.ok(environment.includes('DISPLAY=:0'))
    assert.doesNotMatch(environment.join('\n'), /TRIODE|correct horse/)
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
