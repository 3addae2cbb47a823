/** What only real processes show: the launcher, signals, streams, and that no device outlives its command. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { redeem, type Message } from '@triode/api'
import { writeApiFile } from '@triode/api/local'
import { serveApi } from '@triode/api/server'
import { doubleDevice, GOOD_LINK } from '../../api/test/double.ts'

const LAUNCHER = fileURLToPath(new URL('../../../triode', import.meta.url))
const CLI_DOUBLE = fileURLToPath(new URL('cliDouble.ts', import.meta.url))
const PASSPHRASE = 'correct horse'

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'triode-process-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function start(t: TestContext, command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    cwd: tmpdir(),
    stdio: 'pipe',
  })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function outcome(child: ReturnType<typeof start>) {
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { out, err, exit }
}

/** A device of Alice's in this process, with Bob in the circle Family. */
async function family(t: TestContext) {
  const home = join(await newFolder(t), 'home')
  const device = doubleDevice({ home, version: '0' })
  await device.init({ passphrase: PASSPHRASE, name: 'Alice' })
  await device.join({ link: GOOD_LINK })
  const api = await serveApi({ device, version: '0' })
  t.after(() => api.close())
  await writeApiFile(home, { url: api.url, token: api.token, pid: process.pid })
  return { home, device, api }
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `waited in vain: ${what}`)
    await delay(10)
  }
}

suite('the launcher', () => {
  test('runs the CLI from anywhere, through a link, without a warning', async (t) => {
    const { home } = await family(t)
    const link = join(await newFolder(t), 'triode')
    await symlink(LAUNCHER, link)
    const { out, err, exit } = await outcome(start(t, link, ['circle', 'list', '--json', '--home', home], {}))
    assert.deepEqual([exit, err], [0, ''])
    assert.equal((JSON.parse(out) as { circles: unknown[] }).circles.length, 1)
  })

  test('gives `start` to the daemon, with or without options before it', async (t) => {
    for (const args of [
      ['start', '--help'],
      ['--json', 'start', '--help'],
    ]) {
      const { out, err, exit } = await outcome(start(t, LAUNCHER, args, {}))
      assert.deepEqual([exit, err], [0, ''])
      assert.match(out, /^Usage: triode start/)
    }
  })

  test('names itself as it was called', async (t) => {
    const bin = await newFolder(t)
    await symlink(LAUNCHER, join(bin, 'triode'))
    const home = join(bin, 'home')
    const inPath = { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    for (const [command, env, named] of [
      [LAUNCHER, {}, LAUNCHER],
      [join(bin, 'triode'), {}, join(bin, 'triode')],
      ['triode', inPath, 'triode'],
    ] as const) {
      const { err, exit } = await outcome(start(t, command, ['unlock', '--home', home], env))
      assert.equal(exit, 4)
      assert.equal(
        err,
        `triode: No device is running in this home. Start it with \`${named} --home ${home} start\`.\n`,
      )
    }
  })

  test('passes arguments on as they are', async (t) => {
    const { home, device } = await family(t)
    const odd = ' two  spaces, $HOME `x` "quotes" \\ and\nlines '
    const { exit } = await outcome(start(t, LAUNCHER, ['send', 'Bob', odd], { TRIODE_HOME: home }))
    assert.equal(exit, 0)
    const { messages } = await device.messages({ where: 'Bob', limit: 1 })
    assert.equal(messages[0]?.text, odd)
  })
})

suite('triode open', () => {
  test('hands the address to what opens it on a desktop, or prints it where that fails', async (t) => {
    const { home, api } = await family(t)
    const bin = await newFolder(t)
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DISPLAY: ':0', TRIODE_PASSPHRASE: PASSPHRASE }
    for (const [status, said] of [
      [0, /^Opened in the browser\.\n$/],
      [3, /^http:.*\/#[a-z2-7]{52}\n$/],
    ] as const) {
      for (const name of ['xdg-open', 'open']) {
        const note = `{ echo "$1"; env; } > '${join(bin, 'note')}'`
        await writeFile(join(bin, name), `#!/bin/sh\n${note}\nexit ${status}\n`, { mode: 0o700 })
      }
      const { out, exit } = await outcome(start(t, LAUNCHER, ['open', '--home', home], env))
      assert.match(out, said)
      assert.equal(exit, 0)
      const [address = '', ...environment] = (await readFile(join(bin, 'note'), 'utf8')).split('\n')
      assert.ok(environment.includes('DISPLAY=:0'))
      assert.doesNotMatch(environment.join('\n'), /TRIODE_PASSPHRASE|correct horse/)
      const [url, code = ''] = address.split('/#')
      assert.equal(url, api.url)
      await redeem(api.url, code)
    }
  })

  test('needs a device that runs', async (t) => {
    const home = await newFolder(t)
    const { err, exit } = await outcome(start(t, LAUNCHER, ['open', '--json', '--home', home], {}))
    assert.equal(exit, 4)
    assert.equal((JSON.parse(err) as { error: { code: string } }).error.code, 'not-running')
  })
})

suite('messages --follow', () => {
  test('goes on with what arrives, one line each, until Ctrl-C', async (t) => {
    const { home, device } = await family(t)
    device.arrive('Bob', 'before')
    const child = start(t, LAUNCHER, ['messages', 'Bob', '--follow', '--json'], { TRIODE_HOME: home })
    const lines: Message[] = []
    createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Message))
    await until(() => lines.length === 1, 'the first page')
    device.arrive('Family', 'elsewhere')
    device.arrive('Bob', 'after')
    await device.send({ where: 'Bob', text: 'mine' })
    await until(() => lines.length === 3, 'two more')
    child.kill('SIGINT')
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert.deepEqual(
      lines.map((message) => message.text),
      ['before', 'after', 'mine'],
    )
  })

  test('says so when the device stops', async (t) => {
    const { home, device, api } = await family(t)
    const child = start(t, LAUNCHER, ['messages', 'Bob', '--follow', '--json'], { TRIODE_HOME: home })
    const ended = outcome(child)
    await until(() => device.listeners.size === 1, 'the stream')
    await api.close()
    const { err, exit } = await ended
    assert.equal(exit, 4)
    assert.equal((JSON.parse(err) as { error: { code: string } }).error.code, 'not-running')
  })

  test('a reader that leaves early is no failure', async (t) => {
    const { home, device } = await family(t)
    device.arrive('Bob', 'before')
    const child = start(t, LAUNCHER, ['messages', 'Bob', '--follow', '--json'], { TRIODE_HOME: home })
    await once(child.stdout, 'data')
    child.stdout.destroy()
    device.arrive('Bob', 'nobody reads this')
    device.arrive('Bob', 'nor this')
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })
})

suite('a device for one command', () => {
  test('dies with its command, even if that is killed', async (t) => {
    const folder = await newFolder(t)
    const pids = join(folder, 'pids')
    const env = {
      TRIODE_HOME: join(folder, 'home'),
      DOUBLE_PIDS: pids,
      DOUBLE_VAULT: PASSPHRASE,
      TRIODE_PASSPHRASE: PASSPHRASE,
    }
    const args = ['--disable-warning=ExperimentalWarning', CLI_DOUBLE, 'messages', 'Bob', '--follow']
    const child = start(t, process.execPath, args, env)
    await until(
      () =>
        readFile(pids, 'utf8').then(
          (found) => found.endsWith('\n'),
          () => false,
        ),
      'the device',
    )
    const pid = Number(await readFile(pids, 'utf8'))
    assert.ok(isAlive(pid))
    child.kill('SIGKILL')
    await until(() => !isAlive(pid), 'the device to end')
  })

  test('never sees the passphrase in its arguments or environment', async (t) => {
    if (process.platform !== 'linux') {
      t.skip('only /proc of Linux shows the environment of a process')
      return
    }
    const folder = await newFolder(t)
    const pids = join(folder, 'pids')
    const env = {
      TRIODE_HOME: join(folder, 'home'),
      DOUBLE_PIDS: pids,
      DOUBLE_VAULT: 'x',
      TRIODE_PASSPHRASE: 'canary-passphrase',
    }
    const args = ['--disable-warning=ExperimentalWarning', CLI_DOUBLE, 'join', '-']
    const child = start(t, process.execPath, args, env)
    await until(
      () =>
        readFile(pids, 'utf8').then(
          (found) => found.endsWith('\n'),
          () => false,
        ),
      'the device',
    )
    const pid = await readFile(pids, 'utf8')
    for (const file of ['cmdline', 'environ']) {
      assert.doesNotMatch(await readFile(`/proc/${pid.trim()}/${file}`, 'utf8'), /canary/)
    }
    child.kill('SIGKILL')
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
