import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallerFault, IntegrityFault, Unavailable, type Fault } from '@triode/core'
import { mapVaultFault } from '../../src/vault/vaultFaults.ts'

describe('faults of the vault', () => {
  it('come under the codes that faces are promised, of the class that says who must act', () => {
    const cases: [Fault, string, typeof CallerFault][] = [
      [new CallerFault('passphrase-wrong'), 'wrong-passphrase', CallerFault],
      [new CallerFault('passphrase-empty'), 'passphrase-weak', CallerFault],
      [new Unavailable('too-many-attempts', { remedy: 'Wait 5 s.' }), 'passphrase-delayed', CallerFault],
      [new Unavailable('vault-in-use'), 'home-in-use', Unavailable],
      [new IntegrityFault('store-damaged'), 'vault-damaged', IntegrityFault],
      [new IntegrityFault('record-damaged'), 'vault-damaged', IntegrityFault],
      [new Unavailable('store-locked'), 'locked', CallerFault],
      [new Unavailable('disk-full'), 'disk-full', Unavailable],
      [new CallerFault('vault-exists'), 'vault-exists', CallerFault],
    ]
    for (const [fault, code, kind] of cases) {
      const mapped = mapVaultFault(fault)
      assert.ok(mapped instanceof kind, code)
      assert.equal(mapped.code, code)
      assert.equal(mapped.remedy, fault.remedy)
    }
    const bug = new TypeError('a bug stays one')
    assert.equal(mapVaultFault(bug), bug)
  })
})
