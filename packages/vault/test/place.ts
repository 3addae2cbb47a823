/** Where the vault's tests happen: folders of their own, cheap stretching, a clock that stands still. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { type VirtualClock, createVirtualClock } from '@triode/testkit'
import { type Vault, type VaultOptions, createVault } from '../src/index.ts'
import { CHEAP, PASSPHRASE, sub } from './values.ts'

export { CHEAP, PASSPHRASE, sub }

export interface Place {
  /** Where the vault is, or will be. */
  readonly dir: string
  /** Beside it, for backups. */
  readonly beside: (name: string) => string
  readonly clock: VirtualClock
  readonly options: VaultOptions
}

/** A folder that is removed when the test ends. */
export function place(t: Pick<TestContext, 'after'>): Place {
  const root = mkdtempSync(join(tmpdir(), 'triode-vault-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const clock = createVirtualClock()
  const options = { primitives: nodePrimitives(), random: systemRandom, clock, kdf: CHEAP }
  return { dir: join(root, 'home'), beside: (name) => join(root, name), clock, options }
}

/** A new, unlocked vault that is closed when the test ends. */
export function newVault(
  t: Pick<TestContext, 'after'>,
  options?: Partial<VaultOptions>,
): Place & { vault: Vault } {
  const where = place(t)
  const vault = createVault(where.dir, PASSPHRASE, { ...where.options, ...options })
  t.after(() => vault.close())
  return { ...where, vault }
}

export function filesOf(dir: string): string[] {
  return readdirSync(dir).sort()
}

/** For assert.throws: a fault of this kind with this code. */
export function fault(kind: new (...args: never[]) => Error, code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof kind, String(error))
    assert.equal((error as Error & { code: string }).code, code)
    return true
  }
}
