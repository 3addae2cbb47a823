/** A checkout makes itself ready. A stand-in for npm plays the registry, so that nothing here needs a network. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const SCRIPTS = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts')

const lockfile = (version: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/node': { version } } })

/** Installs what the lockfile says, as slowly as it is told, and counts its calls. */
const NPM = `#!/bin/sh
echo "npm $*" >> npm-calls
sleep "\${NPM_SECONDS:-0}"
mkdir -p node_modules/.bin
ln -sf "$REAL_NODE" node_modules/.bin/node
cp package-lock.json node_modules/.package-lock.json
`

class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), 'triode-bootstrap-'))

  constructor(npm = NPM) {
    mkdirSync(join(this.root, 'scripts'))
    mkdirSync(join(this.root, 'bin'))
    cpSync(join(SCRIPTS, 'bootstrap.mjs'), join(this.root, 'scripts', 'bootstrap.mjs'))
    cpSync(join(SCRIPTS, 'install'), join(this.root, 'scripts', 'install'), { recursive: true })
    this.write('bin/npm', npm)
    chmodSync(join(this.root, 'bin', 'npm'), 0o755)
    this.write('package-lock.json', lockfile('1.0.0'))
    this.write('hello.mjs', `console.log('hello', ...process.argv.slice(2))\nprocess.exitCode = 7\n`)
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.root, path), content)
  }

  async bootstrap(env: NodeJS.ProcessEnv = {}): Promise<{ code: number; stdout: string; stderr: string }> {
    const path = `${join(this.root, 'bin')}:${process.env['PATH'] ?? ''}`
    const child = spawn(process.execPath, ['scripts/bootstrap.mjs', 'hello.mjs', 'Alice'], {
      cwd: this.root,
      env: { ...process.env, PATH: path, REAL_NODE: process.execPath, ...env },
    })
    const code = new Promise<number>((resolve) =>
      child.once('close', (status) => {
        resolve(status ?? -1)
      }),
    )
    return { stdout: await text(child.stdout), stderr: await text(child.stderr), code: await code }
  }

  get installs(): number {
    const calls = join(this.root, 'npm-calls')
    return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

test('a fresh checkout installs, says so, and ends as the script ends; the next start installs nothing', async () => {
  using checkout = new Checkout()
  const first = await checkout.bootstrap()
  assert.deepEqual({ code: first.code, stdout: first.stdout }, { code: 7, stdout: 'hello Alice\n' })
  assert.match(first.stderr, /triode: installing .*npm ci/)
  const second = await checkout.bootstrap()
  assert.deepEqual(second, { code: 7, stdout: 'hello Alice\n', stderr: '' })
  assert.equal(checkout.installs, 1)
})

test('a checkout installs again when its lockfile says something else', async () => {
  using checkout = new Checkout()
  await checkout.bootstrap()
  checkout.write('package-lock.json', lockfile('1.0.1'))
  await checkout.bootstrap()
  assert.equal(checkout.installs, 2)
})

test('a checkout installs again after an install that was cut short', async () => {
  using checkout = new Checkout()
  await checkout.bootstrap()
  rmSync(join(checkout.root, 'node_modules', '.package-lock.json'))
  await checkout.bootstrap()
  assert.equal(checkout.installs, 2)
})

test('two starts at once install once: the second one waits, and says so', async () => {
  using checkout = new Checkout()
  const slow = { NPM_SECONDS: '2' }
  const both = await Promise.all([checkout.bootstrap(slow), checkout.bootstrap(slow)])
  assert.deepEqual(
    both.map(({ code, stdout }) => [code, stdout]),
    [
      [7, 'hello Alice\n'],
      [7, 'hello Alice\n'],
    ],
  )
  assert.equal(checkout.installs, 1)
  assert.equal(both.filter(({ stderr }) => stderr.includes('another install is running')).length, 1)
})

test('the lock of a process that died holds nobody up', async () => {
  using checkout = new Checkout()
  mkdirSync(join(checkout.root, '.cache'))
  checkout.write('.cache/install.lock', String(2 ** 22 + 1)) // beyond the largest process number of Linux
  const { code } = await checkout.bootstrap()
  assert.equal(code, 7)
})

test('when npm fails, one sentence says so and what to try, nothing is run, and the code is 1', async () => {
  using checkout = new Checkout('#!/bin/sh\necho "npm error network" >&2\nexit 3\n')
  const { code, stdout, stderr } = await checkout.bootstrap()
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
  assert.match(stderr, /npm error network/)
  assert.match(stderr, /npm ci ended with code 3/)
  assert.match(stderr, /Is the network up/)
  assert.ok(!existsSync(join(checkout.root, '.cache', 'install.lock')))
})

test('the surroundings of a production machine do not leave the tools out', async () => {
  using checkout = new Checkout()
  await checkout.bootstrap({ NODE_ENV: 'production' })
  assert.match(readFileSync(join(checkout.root, 'npm-calls'), 'utf8'), /--include=dev/)
})

test('a script that is killed is told, and is a failure', async () => {
  using checkout = new Checkout()
  checkout.write('hello.mjs', `process.kill(process.pid, 'SIGKILL')\n`)
  const { code, stderr } = await checkout.bootstrap()
  assert.equal(code, 128 + 9)
  assert.match(stderr, /hello\.mjs was ended by SIGKILL/)
})
