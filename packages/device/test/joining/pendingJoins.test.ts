/** Keys that a device made to join with, until it is in, or can't be any more. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSuite, type CircleId, type InvitationLink } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore } from '@triode/testkit'
import { PendingJoins } from '../../src/joining/pendingJoins.ts'

const suite = createSuite('hybrid', nodePrimitives())
const ID = 'a'.repeat(51) + 'q'

function linkOf(secret: number, expires: number): InvitationLink {
  return { secret: new Uint8Array(32).fill(secret), expires, circle: ID as CircleId } as InvitationLink
}

describe('keys to join with', () => {
  it('are the same for another try with the same link, and are erased when it has expired', () => {
    const store = createMemoryStore()
    const [one, other] = [linkOf(1, 1_000), linkOf(2, 2_000)]
    const pending = { pkcs8: Uint8Array.of(1), certificate: Uint8Array.of(2), circle: one.circle }
    const joins = new PendingJoins(store)
    joins.put(suite, one, { ...pending, expires: one.expires })
    joins.put(suite, other, { ...pending, expires: other.expires })
    assert.deepEqual(new PendingJoins(store).get(suite, one), { ...pending, expires: 1_000 })
    assert.deepEqual(joins.sweep(1_000), [])
    assert.deepEqual(joins.sweep(1_001), [], 'the other attempt at this circle goes on')
    assert.equal(joins.get(suite, one), undefined)
    assert.notEqual(joins.get(suite, other), undefined)
    assert.deepEqual(joins.sweep(2_001), [one.circle])
    assert.deepEqual(store.map('joins').entries(), [])
  })

  it('are found by the secret, which is not stored', () => {
    const store = createMemoryStore()
    const link = linkOf(7, 1_000)
    new PendingJoins(store).put(suite, link, {
      pkcs8: Uint8Array.of(1),
      certificate: Uint8Array.of(2),
      expires: 1_000,
      circle: link.circle,
    })
    const secret = Buffer.from(link.secret).toString('hex')
    for (const [key, value] of store.map('joins').entries()) {
      assert.equal(Buffer.from(value).toString('hex').includes(secret), false)
      assert.equal(key.includes(secret), false)
    }
  })
})
