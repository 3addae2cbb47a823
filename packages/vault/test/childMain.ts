/** What the processes of child.ts run: `childMain.ts holder|writer|changer DIR`. */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { Fault } from '@triode/core'
import { type Vault, openVault } from '../src/index.ts'
import { CHEAP, OTHER_PASSPHRASE, PASSPHRASE, sub } from './values.ts'

const [role, dir = ''] = process.argv.slice(2)
const options = { primitives: nodePrimitives(), random: systemRandom, clock: systemClock, kdf: CHEAP }

// Kills leave no time for it later.
flushCompileCache()
try {
  const vault = openVault(dir, options).unlock(process.argv[4] ?? PASSPHRASE)
  say('open')
  if (role === 'writer') writeForEver(vault)
  else if (role === 'changer') changeForEver(vault, process.argv[4] ?? PASSPHRASE)
  // Named here, it is not collected: with it would go the lock.
  else setInterval(() => vault.isReadOnly, 60_000)
} catch (error) {
  say(error instanceof Fault ? `fault ${error.code}` : `error ${String(error)}`)
}

/**
 * Transaction n sets a series record n, counts in a map, and now and then erases and refills a name; each is big enough
 * to be caught in the middle. The line comes after the commit: it is the acknowledgement.
 */
function writeForEver(vault: Vault): never {
  const { store } = vault
  const log = store.series('log')
  for (let n = log.count(); ; n++) {
    store.transaction(() => {
      log.set(sub(n), new Uint8Array(400).fill(n))
      store.map('counter').set('n', sub(n))
      for (let i = 0; i < 30; i++)
        store.series('bulk').set(sub((n * 30 + i) % 500), new Uint8Array(900).fill(n))
      if (n % 7 === 0) store.erase('epoch')
      store.map('epoch').set(`key ${n}`, sub(n))
    })
    say(String(n))
  }
}

function changeForEver(vault: Vault, first: string): never {
  for (let old = first; ;) {
    const next = old === PASSPHRASE ? OTHER_PASSPHRASE : PASSPHRASE
    vault.changePassphrase(old, next)
    say(next)
    old = next
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}
