import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Unavailable, utf8 } from '@triode/core'
import { createVault, openVault, wipe } from '../src/index.ts'
import { startHolder } from './child.ts'
import { PASSPHRASE, fault, newVault } from './place.ts'

const inUse = fault(Unavailable, 'vault-in-use')

describe('a vault that one process has open', () => {
  it('is refused to a second one, also while it is locked', async (t) => {
    const { vault, dir } = newVault(t)
    assert.match(await startHolder(t, dir).firstLine, /^fault vault-in-use/)
    const locked = vault.lock()
    assert.match(await startHolder(t, dir).firstLine, /^fault vault-in-use/)
    locked.close()
    const holder = startHolder(t, dir)
    assert.equal(await holder.firstLine, 'open')
    await holder.kill()
  })

  it('is refused twice in one process, and that does not loosen the first hold', async (t) => {
    const { vault, dir, options } = newVault(t)
    assert.throws(() => openVault(dir, options), inUse)
    assert.throws(() => createVault(dir, PASSPHRASE, options), { code: 'vault-exists' })
    assert.throws(() => wipe(dir), inUse)
    vault.store.map('m').set('a', utf8('still mine'))
    assert.match(await startHolder(t, dir).firstLine, /^fault vault-in-use/)
  })

  it('is free at once when that process is killed', async (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const holder = startHolder(t, dir)
    assert.equal(await holder.firstLine, 'open')
    assert.throws(() => openVault(dir, options), inUse)
    await holder.kill()
    openVault(dir, options).unlock(PASSPHRASE).close()
  })
})
