import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { CallerFault } from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { type Vault, openVault } from '../src/index.ts'
import { startChanger, startWriter } from './child.ts'
import { PASSPHRASE, fault, newVault, sub } from './place.ts'
import { OTHER_PASSPHRASE } from './values.ts'

/** Each takes about a fifth of a second. SIGKILL shows what a crash of the process leaves, not one of the machine. */
const KILLS = 20

describe('a vault whose process is killed at any moment', () => {
  it(`has all that was acknowledged, whole transactions only, after each of ${KILLS} kills`, async (t) => {
    const { vault, dir, options } = newVault(t)
    vault.close()
    const random = createSeededRandom('kills')
    let committed = 0
    let acknowledged = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(t, dir)
      assert.equal(await writer.firstLine, 'open')
      const [delay = 0] = random.bytes(1)
      await setTimeout(delay / 2)
      // Half of them get something done, however slow the machine is; the others die when they die.
      if (kill % 2 === 0) await writer.printed(4)
      await writer.kill()
      const seen = writer.lines.length - 1
      acknowledged += seen

      const again = openVault(dir, options).unlock(PASSPHRASE)
      const { store } = again
      const written = store.series('log').count()
      const least = committed + seen
      assert.ok(written >= least, `${least} transactions were acknowledged, ${written} are there`)
      assert.ok(written <= least + 1, 'at most one was committed and not yet acknowledged')
      committed = written
      if (written > 0) {
        const n = written - 1
        assert.deepEqual(store.map('counter').get('n'), sub(n))
        assert.deepEqual(store.series('log').get(sub(n)), new Uint8Array(400).fill(n))
        assert.equal(store.map('epoch').entries().length, (n % 7) + 1)
      }
      if (kill % 7 === 6) assert.deepEqual((await again.integrityCheck()).problems, [])
      again.close()
    }
    assert.ok(acknowledged > KILLS, `the writers got something done: ${acknowledged}`)
  })

  it('opens with one of two passphrases, the acknowledged one or the next, when it dies while changing them', async (t) => {
    const { vault, dir, options } = newVault(t)
    vault.store.map('m').set('a', sub(7))
    vault.close()
    let passphrase = PASSPHRASE
    let changes = 0
    for (let kill = 0; kill < 6; kill++) {
      const changer = startChanger(t, dir, passphrase)
      assert.equal(await changer.firstLine, 'open')
      await setTimeout(10 + kill * 7)
      await changer.kill()
      changes += changer.lines.length - 1
      const acknowledged = changer.lines.length > 1 ? (changer.lines.at(-1) ?? '') : passphrase
      const next = acknowledged === PASSPHRASE ? OTHER_PASSPHRASE : PASSPHRASE
      const locked = openVault(dir, options)
      let again: Vault
      try {
        again = locked.unlock(acknowledged)
        passphrase = acknowledged
      } catch (error) {
        fault(CallerFault, 'passphrase-wrong')(error)
        again = locked.unlock(next)
        passphrase = next
      }
      assert.deepEqual(again.store.map('m').get('a'), sub(7))
      again.close()
    }
    assert.ok(changes > 0)
  })
})
