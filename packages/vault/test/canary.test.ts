import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { utf8 } from '@triode/core'
import { PASSPHRASE, newVault } from './place.ts'

const CANARIES = {
  name: 'canary-name-of-a-map',
  seriesName: 'canary-name-of-a-series',
  key: 'canary-key-of-a-record',
  value: 'canary-value-of-a-record',
  erased: 'canary-value-that-is-erased',
}

/** By another process: closing any descriptor of the database in this one would drop SQLite's locks on it. */
function copyOf(dir: string, to: string): Record<string, Buffer> {
  execFileSync('cp', ['-r', dir, to])
  return Object.fromEntries(readdirSync(to).map((file) => [file, readFileSync(join(to, file))]))
}

function assertNowhere(files: Record<string, Buffer>, needles: Record<string, string | Uint8Array>): void {
  for (const [file, bytes] of Object.entries(files)) {
    for (const [what, needle] of Object.entries(needles)) {
      assert.equal(bytes.includes(needle), false, `${what} is in ${file}`)
    }
  }
}

describe('at rest', () => {
  it('no file holds a name, a key, a value or the passphrase: not while open, not when closed, not in a backup', async (t) => {
    const { vault, dir, beside } = newVault(t)
    const { store } = vault
    store.transaction(() => {
      for (let i = 0; i < 50; i++) store.map(CANARIES.name).set(`${CANARIES.key} ${i}`, utf8(CANARIES.value))
      for (let i = 0; i < 50; i++)
        store.series(CANARIES.seriesName).set(Uint8Array.of(i), utf8(CANARIES.value))
      store.map('epoch').set('key', utf8(CANARIES.erased))
    })
    store.erase('epoch')
    await vault.backup(beside('backup'))
    await vault.backup(beside('backup2'), 'another passphrase canary')
    const needles = { ...CANARIES, passphrase: PASSPHRASE, other: 'another passphrase canary' }

    const open = copyOf(dir, beside('open'))
    assert.ok('vault.db-wal' in open)
    assertNowhere(open, needles)
    vault.close()
    assertNowhere(copyOf(dir, beside('closed')), needles)
    assertNowhere({ 1: readFileSync(beside('backup')), 2: readFileSync(beside('backup2')) }, needles)
  })

  it('the scan would find them: a series shows its sub-keys, as it says', (t) => {
    const { vault, dir, beside } = newVault(t)
    vault.store.series('s').set(utf8('a readable sub-key'), utf8('value'))
    const files = copyOf(dir, beside('open'))
    assert.throws(() => assertNowhere(files, { sub: 'a readable sub-key' }))
  })

  it('what was replaced leaves the log too, once nothing is written for ten seconds', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { vault, dir, beside } = newVault(t)
    const logBytes = (copy: string): number => copyOf(dir, beside(copy))['vault.db-wal']?.length ?? 0
    vault.store.map('m').set('key', utf8('old'))
    t.mock.timers.tick(9_000)
    vault.store.map('m').set('key', utf8('new'))
    t.mock.timers.tick(9_000)
    assert.ok(logBytes('busy') > 0)
    t.mock.timers.tick(1_000)
    assert.equal(logBytes('idle'), 0)
    assert.deepEqual(vault.store.map('m').get('key'), utf8('new'))
  })

  it('an erased name leaves no row that its key could be opened from, not even in the log', (t) => {
    const { vault, dir, beside } = newVault(t)
    vault.store.map('kept').set('a', utf8('kept'))
    const wrapped = (copy: string): Buffer[] => {
      copyOf(dir, beside(copy))
      const out = execFileSync(process.execPath, ['-e', LIST_WRAPPED_KEYS, join(beside(copy), 'vault.db')])
      return (JSON.parse(String(out)) as string[]).map((text) => Buffer.from(text, 'hex'))
    }
    vault.store.map('erased').set('a', utf8('erased'))
    const keys = wrapped('before')
    assert.equal(keys.length, 2)
    vault.store.erase('erased')
    const left = wrapped('after')
    assert.equal(left.length, 1)
    const gone = keys.filter((key) => !left.some((other) => other.equals(key)))
    assert.equal(gone.length, 1)
    assertNowhere(copyOf(dir, beside('final')), { wrapped: gone[0] ?? '' })
  })
})

const LIST_WRAPPED_KEYS = `
  const { DatabaseSync } = require('node:sqlite')
  const rows = new DatabaseSync(process.argv[1]).prepare('SELECT wrapped_key FROM name').all()
  console.log(JSON.stringify(rows.map((row) => Buffer.from(row.wrapped_key).toString('hex'))))
`
