import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { CallerFault, IntegrityFault, Unavailable, equalBytes, utf8 } from '@triode/core'
import { openVault, restoreVault } from '../src/index.ts'
import { PASSPHRASE, fault, filesOf, newVault, sub } from './place.ts'

/** 16 to 200 KB in several chunks, a value larger than a chunk, and names of both kinds. */
function fill(vault: ReturnType<typeof newVault>['vault']): void {
  vault.store.transaction(() => {
    for (let i = 0; i < 300; i++) vault.store.series('log').set(sub(i), new Uint8Array(500).fill(i))
    vault.store.map('settings').set('ключ', utf8('value'))
    vault.store.map('settings').set('', new Uint8Array(0))
    vault.store.map('log').set('same name', utf8('other kind'))
    vault.store.series('big').set(sub(0), new Uint8Array(200_000).fill(7))
  })
}

function check(vault: ReturnType<typeof newVault>['vault']): void {
  const { store } = vault
  assert.equal(store.series('log').count(), 300)
  assert.deepEqual(store.series('log').get(sub(299)), new Uint8Array(500).fill(299))
  assert.deepEqual(store.map('settings').get('ключ'), utf8('value'))
  assert.deepEqual(store.map('settings').get(''), new Uint8Array(0))
  assert.deepEqual(store.map('log').get('same name'), utf8('other kind'))
  assert.equal(store.series('big').get(sub(0))?.length, 200_000)
}

async function* inPieces(whole: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += length) yield whole.subarray(at, at + length)
}

describe('a backup', () => {
  it('is restored elsewhere, with the passphrase of its day, as a vault of new keys and a new life', async (t) => {
    const { vault, beside, options } = newVault(t)
    fill(vault)
    const report = await vault.backup(beside('backup'))
    assert.deepEqual(report, { names: 4, records: 304, damaged: 0, bytes: statSync(beside('backup')).size })
    assert.equal(statSync(beside('backup')).mode & 0o777, 0o600)
    vault.changePassphrase(PASSPHRASE, 'changed after the backup')

    const restored = await restoreVault(beside('backup'), beside('new'), PASSPHRASE, options)
    check(restored)
    assert.equal(restored.restoredCount, 1)
    assert.equal(restored.incarnation.length, 16)
    assert.equal(equalBytes(restored.incarnation, vault.incarnation), false)
    restored.close()
    const again = openVault(beside('new'), options).unlock(PASSPHRASE)
    check(again)
    assert.deepEqual(again.incarnation, restored.incarnation)

    await again.backup(beside('backup of the restored'))
    const third = await restoreVault(beside('backup of the restored'), beside('third'), PASSPHRASE, options)
    assert.equal(third.restoredCount, 2)
    for (const open of [again, third]) open.close()
  })

  it('goes and comes as bytes, in pieces of any length, and is the same as one in a file', async (t) => {
    const { vault, beside, options } = newVault(t)
    fill(vault)
    const taken: Uint8Array[] = []
    using backup = vault.beginBackup()
    vault.store.map('settings').set('later', utf8('is not in it'))
    const { bytes } = await backup.writeTo(async (piece) => void taken.push(piece))
    const whole = Buffer.concat(taken)
    assert.equal(whole.length, bytes)
    for (const length of [7_001, 65_552, whole.length]) {
      const restored = await restoreVault(
        inPieces(whole, length),
        beside(`of ${length}`),
        PASSPHRASE,
        options,
      )
      check(restored)
      assert.equal(restored.store.map('settings').get('later'), undefined)
      restored.close()
    }
  })

  it('whose bytes end early, or fail, leaves nothing where it was to be restored', async (t) => {
    const { vault, beside, options } = newVault(t)
    fill(vault)
    await vault.backup(beside('backup'))
    const whole = readFileSync(beside('backup'))
    for (const end of [0, 5, 40, 65_000, 65_552 + 300, whole.length - 1]) {
      const cut = restoreVault(inPieces(whole.subarray(0, end), 1_000), beside('new'), PASSPHRASE, options)
      await assert.rejects(cut, /not a backup|damaged/)
      assert.deepEqual(existsSync(beside('new')) ? filesOf(beside('new')) : [], [])
    }
    const gone = new Error('the sender went away')
    let returned = false
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield* inPieces(whole.subarray(0, 100_000), 1_000)
      throw gone
    }
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield* inPieces(whole, 1_000)
      } finally {
        returned = true
      }
    }
    await assert.rejects(restoreVault(failing(), beside('new'), PASSPHRASE, options), gone)
    await assert.rejects(restoreVault(endless(), beside('new'), 'not this one', options), {
      code: 'passphrase-wrong',
    })
    assert.ok(returned, 'no more is read than is needed')
    assert.deepEqual(existsSync(beside('new')) ? filesOf(beside('new')) : [], [])
  })

  it('may have a passphrase of its own, and the restored vault another', async (t) => {
    const { vault, beside, options } = newVault(t)
    fill(vault)
    await assert.rejects(vault.backup(beside('backup'), 'weak'), fault(CallerFault, 'passphrase-weak'))
    await vault.backup(beside('backup'), 'only for the backup')
    const wrong = restoreVault(beside('backup'), beside('new'), PASSPHRASE, options)
    await assert.rejects(wrong, fault(CallerFault, 'passphrase-wrong'))
    assert.deepEqual(existsSync(beside('new')) ? filesOf(beside('new')) : [], [])
    const newPassphrase = 'only for the new vault'
    const restored = await restoreVault(beside('backup'), beside('new'), 'only for the backup', {
      ...options,
      newPassphrase,
    })
    check(restored)
    restored.close()
    openVault(beside('new'), options).unlock(newPassphrase).close()
  })

  it('shows one moment, while the vault is written on', async (t) => {
    const { vault, beside, options } = newVault(t)
    const { store } = vault
    store.transaction(() => {
      for (let i = 0; i < 3_000; i++) store.series('before').set(sub(i), utf8('before'))
      for (let i = 0; i < 3_000; i++) store.series('z').set(sub(i), utf8('before'))
    })
    const backup = vault.backup(beside('backup'))
    let rounds = 0
    const writer = setInterval(() => {
      rounds++
      store.series('z').set(sub(rounds), utf8('after'))
      store.erase('before')
      store.map('new').set(`${rounds}`, utf8('after'))
    }, 0)
    const report = await backup.finally(() => clearInterval(writer))
    assert.ok(rounds > 2, `the vault went on being used: ${rounds} rounds`)
    assert.equal(report.records, 6_000)
    const restored = await restoreVault(beside('backup'), beside('new'), PASSPHRASE, options)
    assert.equal(restored.store.series('before').count(), 3_000)
    for (const { value } of restored.store.series('z').range()) assert.deepEqual(value, utf8('before'))
    assert.deepEqual(restored.store.map('new').entries(), [])
    restored.close()
    assert.equal(store.series('before').count(), 0)
  })

  it('is refused when anything in it was changed, cut off, moved or added, and nothing is left behind', async (t) => {
    const { vault, beside, options } = newVault(t)
    fill(vault)
    await vault.backup(beside('backup'))
    const whole = readFileSync(beside('backup'))
    const header = 12 + whole.readUInt32BE(8)
    const chunk = 65_536 + 16
    const flipped = (at: number): Buffer => {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      return bytes
    }
    const [first, second] = [
      whole.subarray(header, header + chunk),
      whole.subarray(header + chunk, header + 2 * chunk),
    ]
    const rest = whole.subarray(header + 2 * chunk)
    const head = whole.subarray(0, header)
    const damaged: Record<string, Buffer> = {
      'a changed byte in the first chunk': flipped(header + 3),
      'a changed byte in the last chunk': flipped(whole.length - 1),
      'a changed stream salt': flipped(header - 1),
      'the end cut off': whole.subarray(0, whole.length - 1),
      'cut between two chunks': Buffer.concat([head, first]),
      'no chunk at all': head,
      'two chunks exchanged': Buffer.concat([head, second, first, rest]),
      'one chunk left out': Buffer.concat([head, first, rest]),
      'one chunk doubled': Buffer.concat([head, first, first, second, rest]),
      'something appended': Buffer.concat([whole, Buffer.alloc(10)]),
    }
    for (const [what, bytes] of Object.entries(damaged)) {
      writeFileSync(beside('damaged'), bytes)
      await assert.rejects(
        restoreVault(beside('damaged'), beside('new'), PASSPHRASE, options),
        fault(IntegrityFault, 'backup-damaged'),
        what,
      )
      assert.deepEqual(readdirSync(beside('new')), [], what)
    }
    for (const bytes of [flipped(0), flipped(8), flipped(20), whole.subarray(0, 11), Buffer.alloc(0)]) {
      writeFileSync(beside('damaged'), bytes)
      await assert.rejects(
        restoreVault(beside('damaged'), beside('other'), PASSPHRASE, options),
        fault(CallerFault, 'backup-unknown'),
      )
      assert.equal(existsSync(beside('other')), false)
    }
    const absent = restoreVault(beside('absent'), beside('other'), PASSPHRASE, options)
    await assert.rejects(absent, fault(CallerFault, 'backup-absent'))
  })

  it('goes into an empty place only', async (t) => {
    const { vault, dir, beside, options } = newVault(t)
    await vault.backup(beside('backup'))
    const notEmpty = fault(CallerFault, 'place-not-empty')
    await assert.rejects(restoreVault(beside('backup'), dir, PASSPHRASE, options), notEmpty)
    mkdirSync(beside('used'))
    writeFileSync(beside('used/notes.txt'), 'mine')
    await assert.rejects(restoreVault(beside('backup'), beside('used'), PASSPHRASE, options), notEmpty)
    assert.deepEqual(filesOf(beside('used')), ['notes.txt'])
    const tolerant = { ...options, butFor: ['notes.txt'] }
    ;(await restoreVault(beside('backup'), beside('used'), PASSPHRASE, tolerant)).close()
    mkdirSync(beside('empty'))
    const restored = await restoreVault(beside('backup'), beside('empty'), PASSPHRASE, options)
    restored.close()
  })

  it('written twice at a time to one file ends as one whole file', async (t) => {
    const { vault, beside, options } = newVault(t)
    fill(vault)
    await Promise.all([vault.backup(beside('backup')), vault.backup(beside('backup'), 'another passphrase')])
    const passphrases = [PASSPHRASE, 'another passphrase']
    const outcomes = await Promise.allSettled(
      passphrases.map((passphrase, at) =>
        restoreVault(beside('backup'), beside(`${at}`), passphrase, options),
      ),
    )
    const opened = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    assert.equal(opened.length, 1)
    for (const { value } of opened) value.close()
  })

  it('that could not be written leaves the older one whole and no rest', async (t) => {
    const { vault, beside } = newVault(t)
    writeFileSync(beside('backup'), 'the older one')
    vault.store.transaction(() => {
      for (let i = 0; i < 5_000; i++) vault.store.series('s').set(sub(i), utf8('x'))
    })
    const backup = vault.backup(beside('backup'))
    setImmediate(() => vault.close())
    await assert.rejects(backup, fault(Unavailable, 'store-locked'))
    assert.equal(readFileSync(beside('backup'), 'utf8'), 'the older one')
    assert.deepEqual(filesOf(beside('.')), ['backup', 'home'])
    await assert.rejects(newVault(t).vault.backup(beside('no/such/folder')))
  })
})
