/** What one guest can make everybody else compute. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { consentStatement, invitationIdOf } from '@triode/core'
import { logOf } from './attackHistory.ts'
import { credulous, World } from './world.ts'

const TWINS = 1_500

describe('A guest', () => {
  it('does not stop a circle by admitting thousands of devices beside each other with one invitation', () => {
    const world = new World('cost', credulous)
    const alice = world.found('Alice')
    const mallory = world.join(alice, 'Mallory', 'guest')
    const tag = new Uint8Array(16)
    const invite = mallory.signs(
      { type: 'invite-device', tag, expires: world.now * 2 },
      { parents: alice.log.heads(), sequence: 0 },
    )
    alice.log.add(invite)
    const { circle } = alice.log
    const invitation = invitationIdOf(credulous, circle, mallory.device, tag)
    const parents = alice.log.heads()
    const twins = Array.from({ length: TWINS }, () => {
      const key = credulous.signing.generate(world.random)
      const consent = key.sign(consentStatement(circle, invitation, true))
      const terms = { member: mallory.member, invitation, publicKey: key.publicKey, consent }
      return mallory.signs({ type: 'device', ...terms }, { parents, sequence: 1 })
    })
    const log = logOf(credulous, circle, [...alice.log.allBytes(), ...twins], () => false)
    const started = performance.now()
    const { devices } = log.state()
    const took = performance.now() - started
    assert.equal([...devices.values()].filter(({ member }) => member === mallory.member).length, 2)
    // Took the square of their number, with a decoding of two hashes in each step: most of a minute.
    assert.ok(took < 10_000, `${took} ms`)
  })
})
