import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock, storeCompliance, type StoreUnderTest } from '@triode/testkit'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { type Vault, createVault, openVault } from '../src/index.ts'
import { CHEAP, PASSPHRASE } from './place.ts'

const options = {
  primitives: nodePrimitives(),
  random: systemRandom,
  clock: createVirtualClock(),
  kdf: CHEAP,
}

function underTest(root: string, vault: Vault): StoreUnderTest {
  return {
    store: vault.store,
    // A kill from outside is in crash.test.ts; here everything in memory is thrown away.
    reopen: () => {
      vault.close()
      return underTest(root, openVault(vault.dir, options).unlock(PASSPHRASE))
    },
    dispose: () => {
      vault.close()
      rmSync(root, { recursive: true })
    },
  }
}

storeCompliance('vault', () => {
  const root = mkdtempSync(join(tmpdir(), 'triode-vault-'))
  return underTest(root, createVault(join(root, 'home'), PASSPHRASE, options))
})
