/** The systemd unit of a keeper: that systemd takes it, how far it shuts the service in, and that what it starts is there. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { EXIT } from '../../packages/api/src/local/complaint.ts'
import { startOptions } from '../../packages/api/src/server/startOptions.ts'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'

const UNIT = 'triode-keeper.service'
/** Of systemd’s own 0 (shut in) to 10 (unsafe); what is left is the network, without which a keeper is none. */
const MAX_EXPOSURE = 2
const text = readFileSync(join(ROOT, 'deploy', UNIT), 'utf8')
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
const skip = hasAnalyze ? false : 'systemd-analyze is not on this machine: nobody has looked at the unit'
if (!hasAnalyze) process.stderr.write(`\nNOT TESTED: ${String(skip)}\n\n`)

describe('the unit of a keeper', () => {
  const folder = mkdtempSync(join(tmpdir(), 'triode-unit-'))
  const file = join(folder, UNIT)
  // As it would be where Triode lies in this checkout.
  writeFileSync(file, text.replaceAll('/opt/triode/', ROOT))
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('starts a keeper, with options that there are, and no passphrase', () => {
    const line = /^ExecStart=(\S+) start (.*)$/m.exec(text)
    assert.equal(line?.[1], '/opt/triode/triode')
    const options = startOptions((line[2] ?? '').split(' '), {})
    assert.ok(options.keeper)
    assert.equal(options.passphraseFile, undefined)
    assert.ok(!/PASSPHRASE/.test(text))
    assert.match(text, /^LoadCredentialEncrypted=triode-passphrase:/m)
  })

  it('is not started again and again where only a person can help', () => {
    const [, codes = ''] = /^RestartPreventExitStatus=(.*)$/m.exec(text) ?? []
    assert.match(text, /^Restart=on-failure$/m)
    // The last is systemd’s own, of a credential that does not open.
    assert.deepEqual(codes.split(' ').map(Number), [EXIT.wrongUse, EXIT.refused, 243])
  })

  it('is one that systemd takes', { skip }, () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    })
    assert.equal(`${stderr}${String(status)}`, '0')
  })

  it('shuts the service in', { skip }, () => {
    const args = ['security', '--offline=true', `--threshold=${String(MAX_EXPOSURE * 10)}`, file]
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
    assert.equal(status, 0, `${stdout}${stderr}`)
  })
})
