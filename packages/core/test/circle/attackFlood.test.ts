/** A device that runs twice and fills both of its logs, each before the eyes of another: do these still understand each other? */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeEntry } from '@triode/core'
import { credulous, meet, World, type Person } from './world.ts'

const CAP = 8_192

/** As many nicknames as a device may say, before the eyes of `witness` only. */
function flood(liar: Person, witness: Person, name: string): void {
  let parents = witness.log.heads()
  for (let sequence = 0; sequence < CAP; sequence++) {
    const bytes = liar.signs({ type: 'nickname', nickname: name }, { sequence, parents })
    assert.equal(witness.log.add(bytes), 'added')
    parents = [decodeEntry(credulous, bytes).entry.hash]
  }
}

describe('A device that floods two others with different entries', () => {
  it('does not keep them apart', () => {
    const world = new World('flood', credulous)
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob', 'owner')
    const mallory = world.join(alice, 'Mallory', 'guest')
    meet(alice, bob, mallory)
    flood(mallory, alice, 'A')
    flood(mallory, bob, 'B')
    const removal = alice.remove(mallory)
    bob.says({ type: 'nickname', nickname: 'Robert' })
    for (let round = 0; round < 2; round++) {
      bob.learnFrom(alice)
      alice.learnFrom(bob)
    }
    assert.equal(bob.log.verdict(removal.hash), true)
    assert.equal(bob.rightNow(mallory), 'removed')
    assert.deepEqual(bob.log.digest(), alice.log.digest())
  })
})
