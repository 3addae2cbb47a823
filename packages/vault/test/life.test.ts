import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CallerFault, IntegrityFault, Unavailable, utf8 } from '@triode/core'
import { KDF_ARGON2ID, KDF_FIPS, createVault, openVault, wipe } from '../src/index.ts'
import { CHEAP, PASSPHRASE, fault, filesOf, newVault, place } from './place.ts'

const wrong = fault(CallerFault, 'passphrase-wrong')

describe('a vault', () => {
  it('is made, locked, unlocked, closed and opened again', (t) => {
    const { dir, options } = place(t)
    const vault = createVault(dir, PASSPHRASE, options)
    vault.store.map('m').set('a', utf8('one'))
    const locked = vault.lock()
    const again = locked.unlock(PASSPHRASE)
    assert.deepEqual(again.store.map('m').get('a'), utf8('one'))
    again.close()
    again.close()
    const later = openVault(dir, options).unlock(PASSPHRASE)
    assert.deepEqual(later.store.map('m').get('a'), utf8('one'))
    assert.deepEqual(later.incarnation, vault.incarnation)
    assert.equal(later.restoredCount, 0)
    later.close()
  })

  it('is refused where no folder can be made, and changes nothing there', (t) => {
    const { options, beside } = place(t)
    writeFileSync(beside('file'), 'mine')
    for (const dir of [beside('file'), beside('file/below'), beside('x'.repeat(300))]) {
      assert.throws(() => createVault(dir, PASSPHRASE, options), fault(CallerFault, 'place-not-folder'))
    }
    assert.equal(readFileSync(beside('file'), 'utf8'), 'mine')
  })

  it('refuses every use once it is locked, through handles made before too', async (t) => {
    const { vault, beside } = newVault(t)
    const [map, series] = [vault.store.map('m'), vault.store.series('s')]
    map.set('a', utf8('one'))
    const locked = vault.lock()
    t.after(() => locked.close())
    const uses = [
      () => map.get('a'),
      () => map.set('a', utf8('two')),
      () => map.delete('a'),
      () => map.entries(),
      () => series.range(),
      () => series.count(),
      () => vault.store.erase('m'),
      () => vault.store.transaction(() => {}),
      () => vault.lock(),
      () => vault.changePassphrase(PASSPHRASE, 'another passphrase'),
    ]
    for (const use of uses) assert.throws(use, fault(Unavailable, 'store-locked'), use.toString())
    await assert.rejects(vault.backup(beside('backup')), fault(Unavailable, 'store-locked'))
    await assert.rejects(vault.integrityCheck(), fault(Unavailable, 'store-locked'))
  })

  it('lets nothing be written by a transaction during which it was locked', (t) => {
    const { vault } = newVault(t)
    const map = vault.store.map('m')
    assert.throws(
      () =>
        vault.store.transaction(() => {
          map.set('a', utf8('one'))
          vault.lock().close()
          map.set('b', utf8('two'))
        }),
      fault(Unavailable, 'store-locked'),
    )
    const again = openVault(vault.dir, place(t).options).unlock(PASSPHRASE)
    assert.deepEqual(again.store.map('m').entries(), [])
    again.close()
  })

  it('refuses what it could not give back: too large, or text with half a character', (t) => {
    const { vault } = newVault(t)
    const { store } = vault
    const tooLarge = fault(CallerFault, 'record-too-large')
    const malformed = fault(CallerFault, 'text-malformed')
    assert.throws(() => store.map('m').set('a', new Uint8Array(16_777_217)), tooLarge)
    assert.throws(() => store.map('m').set('k'.repeat(1_025), utf8('x')), tooLarge)
    assert.throws(() => store.series('s').set(new Uint8Array(256), utf8('x')), tooLarge)
    assert.throws(() => store.map('n'.repeat(1_025)).set('a', utf8('x')), tooLarge)
    for (const use of [
      () => store.map('m').set('\ud83d', utf8('x')),
      () => store.map('m').get('\ud83d'),
      () => store.map('\ud83d').set('a', utf8('x')),
      () => store.series('\ud83d').get(utf8('x')),
    ]) {
      store.map('m').set('a', utf8('x'))
      assert.throws(use, malformed)
    }
    assert.equal(store.map('m').entries().length, 1)
  })

  it('can be read by its owner only', (t) => {
    const { vault, dir } = newVault(t)
    vault.store.map('m').set('a', utf8('one'))
    assert.equal(statSync(dir).mode & 0o777, 0o700)
    const files = filesOf(dir)
    assert.ok(files.includes('vault.db-wal'))
    for (const file of files) assert.equal(statSync(join(dir, file)).mode & 0o777, 0o600, file)
  })

  it('is not made where one is, nor opened where none is', (t) => {
    const { vault, dir, options, beside } = newVault(t)
    const before = readFileSync(join(dir, 'vault.json'))
    vault.close()
    assert.throws(() => createVault(dir, PASSPHRASE, options), fault(CallerFault, 'vault-exists'))
    assert.deepEqual(readFileSync(join(dir, 'vault.json')), before)
    assert.throws(() => openVault(beside('nowhere'), options), fault(CallerFault, 'vault-absent'))
    assert.equal(existsSync(beside('nowhere')), false)
    mkdirSync(beside('empty'))
    assert.throws(() => openVault(beside('empty'), options), fault(CallerFault, 'vault-absent'))
    assert.deepEqual(filesOf(beside('empty')), [])
  })

  it('leaves other files of its folder alone', (t) => {
    const { dir, options } = place(t)
    mkdirSync(dir)
    writeFileSync(join(dir, 'notes.txt'), 'mine')
    createVault(dir, PASSPHRASE, options).close()
    wipe(dir)
    assert.deepEqual(filesOf(dir), ['notes.txt'])
  })

  it('that was half made is made anew', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    writeFileSync(join(dir, 'vault.json'), '{"format":"triode-vault","version":1,"state":"unfinished"}')
    assert.throws(() => openVault(dir, options), fault(CallerFault, 'vault-absent'))
    createVault(dir, PASSPHRASE, options).close()
    openVault(dir, options).unlock(PASSPHRASE).close()
  })

  it('of which the key file is gone or damaged is called damaged, and nothing is overwritten', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const path = join(dir, 'vault.json')
    const whole = readFileSync(path, 'utf8')
    const damages = [
      whole.slice(0, 40),
      whole.replace(/(?<="salt": ")./, (first) => (first === '7' ? 'a' : '7')),
      '[]',
      'null',
      '{}',
      '\u0001',
    ]
    for (const damage of [...damages, whole.replace('64', '1e9'), whole.replace('"argon2id"', '"md5"'), '']) {
      writeFileSync(path, damage)
      assert.throws(() => openVault(dir, options), fault(IntegrityFault, 'store-damaged'), damage)
      assert.throws(() => createVault(dir, PASSPHRASE, options), fault(IntegrityFault, 'store-damaged'))
    }
    writeFileSync(path, whole.replace('"version": 1', '"version": 2'))
    assert.throws(() => openVault(dir, options), fault(CallerFault, 'vault-newer'))
    rmSync(path)
    assert.throws(() => openVault(dir, options), fault(IntegrityFault, 'store-damaged'))
    assert.throws(() => createVault(dir, PASSPHRASE, options), fault(CallerFault, 'vault-exists'))
    writeFileSync(path, whole)
    openVault(dir, options).unlock(PASSPHRASE).close()
  })

  it('is wiped: the keys first, then the files', (t) => {
    const { vault, dir, options } = newVault(t)
    assert.throws(() => wipe(dir), fault(Unavailable, 'vault-in-use'))
    vault.close()
    wipe(dir)
    assert.equal(existsSync(dir), false)
    assert.throws(() => wipe(dir), fault(CallerFault, 'vault-absent'))
    createVault(dir, PASSPHRASE, options).close()
  })

  it('whose wipe was cut short is wiped already, and a second wipe or a new vault finishes it', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const path = join(dir, 'vault.json')
    writeFileSync(path, new Uint8Array(statSync(path).size))
    assert.throws(() => openVault(dir, options), fault(CallerFault, 'vault-absent'))
    wipe(dir)
    assert.equal(existsSync(dir), false)
  })
})

describe('a passphrase', () => {
  it('needs eight characters to protect something new', (t) => {
    const { dir, options } = place(t)
    for (const weak of ['', 'seven..', '🔑🔑🔑🔑🔑🔑🔑']) {
      assert.throws(() => createVault(dir, weak, options), fault(CallerFault, 'passphrase-weak'), weak)
    }
    assert.throws(
      () => createVault(dir, 'x'.repeat(2_000), options),
      fault(CallerFault, 'passphrase-too-long'),
    )
    assert.equal(existsSync(dir), false)
    createVault(dir, 'eight...', options).close()
  })

  it('is the same however the keyboard composes it', (t) => {
    const { dir, options } = place(t)
    createVault(dir, 'cr\u00e8me br\u00fbl\u00e9e', options).close()
    openVault(dir, options).unlock('cre\u0300me bru\u0302le\u0301e').close()
  })

  it('is changed: the old one opens nothing any more', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.store.map('m').set('a', utf8('one'))
    assert.throws(() => vault.changePassphrase('not the old one', 'a new passphrase'), wrong)
    assert.throws(() => vault.changePassphrase(PASSPHRASE, 'short'), fault(CallerFault, 'passphrase-weak'))
    vault.changePassphrase(PASSPHRASE, 'a new passphrase')
    assert.deepEqual(vault.store.map('m').get('a'), utf8('one'), 'it stays unlocked')
    vault.close()
    const locked = openVault(dir, options)
    assert.throws(() => locked.unlock(PASSPHRASE), wrong)
    const again = locked.unlock('a new passphrase')
    assert.deepEqual(again.store.map('m').get('a'), utf8('one'))
    again.close()
  })

  it('is stretched more when the defaults have risen, at the next unlock, and never less', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const stored = (): unknown =>
      (JSON.parse(readFileSync(join(dir, 'vault.json'), 'utf8')) as { kdf: unknown }).kdf
    assert.deepEqual(stored(), ['argon2id', 64, 1, 1])
    const risen = { ...options, kdf: { ...CHEAP, passes: 2 } }
    const locked = openVault(dir, risen)
    assert.throws(() => locked.unlock('a wrong passphrase'), wrong)
    assert.deepEqual(stored(), ['argon2id', 64, 1, 1])
    locked.unlock(PASSPHRASE).close()
    assert.deepEqual(stored(), ['argon2id', 64, 2, 1])
    openVault(dir, options).unlock(PASSPHRASE).close()
    assert.deepEqual(stored(), ['argon2id', 64, 2, 1])
    const { primitives, random, clock } = options
    openVault(dir, { primitives, random, clock }).unlock(PASSPHRASE).close()
    assert.deepEqual(stored(), ['argon2id', 65_536, 3, 1])
    assert.equal(KDF_ARGON2ID.memoryKib, 65_536)
  })

  it('opens the vault also when its stretching cannot be raised just now', (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const before = readFileSync(join(dir, 'vault.json'))
    mkdirSync(join(dir, 'vault.json.new'))
    openVault(dir, { ...options, kdf: { ...CHEAP, passes: 2 } })
      .unlock(PASSPHRASE)
      .close()
    assert.deepEqual(readFileSync(join(dir, 'vault.json')), before)
  })

  it('can be stretched within FIPS, and stays there', (t) => {
    const { dir, options } = place(t)
    const fips = { ...options, kdf: { name: 'pbkdf2-hmac-sha512', iterations: 1_000 } as const }
    createVault(dir, PASSPHRASE, fips).close()
    const locked = openVault(dir, fips)
    assert.throws(() => locked.unlock('a wrong passphrase'), wrong)
    locked.unlock(PASSPHRASE).close()
    const { primitives, random, clock } = options
    openVault(dir, { primitives, random, clock }).unlock(PASSPHRASE).close()
    const { kdf } = JSON.parse(readFileSync(join(dir, 'vault.json'), 'utf8')) as { kdf: unknown }
    assert.deepEqual(kdf, ['pbkdf2-hmac-sha512', KDF_FIPS.iterations])
  })
})
