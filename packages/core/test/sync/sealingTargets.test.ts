/** Whom an entry is sealed to is worked out when readers or cards change, and not for each message. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

describe('the readers of a conversation', () => {
  it('are digested once for many messages, and anew when somebody joins', (t) => {
    const town = new Town()
    const [alice, bob] = town.people('Alice', 'Bob') as [Member, Member]
    town.meet(alice, bob)
    const lengths: number[] = []
    const hash = suite.hash.bind(suite)
    t.mock.method(suite, 'hash', (bytes: Uint8Array) => {
      lengths.push(bytes.length)
      return hash(bytes)
    })
    const digestsOf = (devices: Member[]): number => {
      const list = devices.map(({ person }) => person.device).join('\n')
      return lengths.filter((length) => length === list.length).length
    }
    const before = digestsOf([alice, bob])
    for (let n = 0; n < 20; n++) alice.say(`message ${n}`)
    assert.equal(digestsOf([alice, bob]) - before, 1)
    const carol = town.join(alice, 'Carol')
    town.meet(alice, carol)
    alice.say('with Carol')
    town.meet(alice, carol)
    assert.deepEqual(carol.texts, ['with Carol'], 'sealed to her too')
  })
})
