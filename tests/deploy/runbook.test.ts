/** The runbook of a keeper, as far as it is about the passphrase that systemd seals: its lines are run as they stand there. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'

const RUNBOOK = readFileSync(join(ROOT, 'docs', 'guides', 'keeper.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'triode-runbook-'))

after(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A machine is a folder here: with settings, a keeper's home, and a secret of its own under which systemd seals. */
const machine = (name: string): string => join(folder, name)
const secretOf = (name: string): string => join(machine(name), 'secret')
const [OLD, NEW] = ['old', 'new']
for (const name of [OLD, NEW]) mkdirSync(machine(name))

/** Runs a line of the runbook on `name`; what it has `ssh NEW` do is done on the new machine. @returns what it printed */
function run(line: string, name = OLD): string {
  const [here = '', there] = line.split('ssh NEW')
  const whole = there === undefined ? on(here, name) : `${on(here, name)} there ${on(there, NEW)}`
  const ssh = `there() { SYSTEMD_CREDENTIAL_SECRET='${secretOf(NEW)}' sh -c "$*"; }`
  const { stdout, stderr, status } = spawnSync('bash', ['-o', 'pipefail', '-c', `${ssh}\n${whole}`], {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_CREDENTIAL_SECRET: secretOf(name) },
  })
  assert.equal(status, 0, `${line}\n${stderr}`)
  return stdout
}

function on(text: string, name: string): string {
  return text
    .replaceAll('/etc/triode', join(machine(name), 'etc'))
    .replaceAll('/var/lib/triode-keeper', join(machine(name), 'keeper'))
    .replaceAll('/opt/triode/', ROOT)
}

/** The one line of a block that has all of `words`. */
function line(...words: readonly string[]): string {
  const lines = RUNBOOK.split('\n').filter((one) => /^ {4}/.test(one))
  const found = lines.filter((one) => words.every((word) => one.includes(word)))
  assert.equal(found.length, 1, words.join())
  return (found[0] ?? '').trim()
}

const DECRYPT = 'systemd-creds decrypt --name=triode-passphrase /etc/triode/keeper-passphrase.cred -'

function canSeal(): boolean {
  const args = ['encrypt', '--name=triode-passphrase', '-', '-']
  const env = { ...process.env, SYSTEMD_CREDENTIAL_SECRET: join(folder, 'probe') }
  return spawnSync('systemd-creds', args, { input: 'x', env }).status === 0
}

const skip = canSeal() ? false : 'systemd-creds can seal nothing here: nobody has run the runbook'
if (skip !== false) process.stderr.write(`\nNOT TESTED: ${skip}\n\n`)

describe('the runbook of a keeper', { skip, timeout: 120_000 }, () => {
  it('seals a passphrase, and makes the vault with it', () => {
    run(line('mkdir -m 0700 /etc/triode'))
    run(line('/dev/urandom', 'systemd-creds encrypt'))
    run(line('systemd-creds decrypt', 'triode init'))
    assert.match(opened(OLD), /circles/)
  })

  it('moves it to another machine, where the credential of the first one opens nowhere', () => {
    run(line('mkdir -m 0700 /etc/triode'), NEW)
    run(line('systemd-creds decrypt', 'ssh NEW'))
    run(line('tar', 'ssh NEW'))
    assert.equal(run(DECRYPT, NEW), run(DECRYPT, OLD))
    assert.match(opened(NEW), /circles/)
    assert.throws(() => run(DECRYPT.replace('/etc/triode', join(machine(OLD), 'etc')), NEW))
  })
})

/** What the vault of a machine says once it is unlocked with the passphrase that is sealed there. */
function opened(name: string): string {
  const list = '/opt/triode/triode circle list --json --home /var/lib/triode-keeper/home'
  return run(`${DECRYPT} | ${list} --passphrase-file /dev/stdin`, name)
}
