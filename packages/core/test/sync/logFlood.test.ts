/** Honest log entries behind a flood that is longer than one burst of sync, and of which the other device takes nothing more (spec §5.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base32, decodeEntry, signEntry, sortedMembers, type MemberId, type Payload } from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

const CAP = 8_192
/** Rooms of 256 strangers, 9 KB each: 4.5 MB, more than the 4 MiB of a burst. */
const ROOMS = 500

/** All the entries that `liar` may have, before the eyes of `witness` only: `long` ones first, without effect. */
function flood(liar: Member, witness: Member, name: string, long: number): void {
  const random = createSeededRandom(name)
  const strangers = sortedMembers(Array.from({ length: 256 }, () => base32(random.bytes(32)) as MemberId))
  let parents = witness.log.heads()
  for (let sequence = 0; sequence < CAP; sequence++) {
    const payload: Payload =
      sequence < long
        ? { type: 'room', nonce: random.bytes(16), members: strangers }
        : { type: 'nickname', nickname: name }
    const { circle } = witness.log
    const bytes = signEntry(
      suite,
      liar.person.key,
      { circle, sequence, parents, at: sequence, payload },
      liar.person.log.names,
    )
    assert.equal(witness.log.add(bytes), 'added')
    parents = [decodeEntry(suite, bytes).entry.hash]
  }
}

describe('behind a flood that was shown to one device only', () => {
  it('others hear of honest entries, those that stand on it included', () => {
    const town = new Town()
    const [alice, bob, carol, mallory] = town.people('Alice', 'Bob', 'Carol', 'Mallory') as [
      Member,
      Member,
      Member,
      Member,
    ]
    for (let round = 0; round < 2; round++) for (const other of [bob, carol, mallory]) town.meet(alice, other)
    flood(mallory, alice, 'A', ROOMS)
    flood(mallory, bob, 'B', 0)
    carol.says({ type: 'nickname', nickname: 'Caroline' })
    town.meet(alice, carol)
    alice.says({ type: 'rename', name: 'The Orchestra' })
    town.meet(alice, bob)
    assert.equal(bob.log.state().members.get(carol.person.member)?.nickname, 'Caroline')
    assert.equal(bob.log.state().name, 'The Orchestra')
    // What nobody builds upon, each keeps for itself.
    bob.says({ type: 'nickname', nickname: 'Robert' })
    town.meet(alice, bob)
    assert.deepEqual(alice.log.digest(), bob.log.digest())
    assert.deepEqual([...alice.faults, ...bob.faults], [])
  })
})
