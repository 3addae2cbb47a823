/** Who hands history over to whom, by the membership log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { historyGiver, type HistoryGiver } from '@triode/core'
import { World, type Person } from '../circle/world.ts'

/** Alice with two further devices, and Bob, whom she invited, with one further. */
function circle(history?: string) {
  const world = new World(`history ${history ?? ''}`)
  const alice = world.found('alice')
  if (history !== undefined) alice.setPolicy('history', history)
  const [phone, bob] = [world.addDevice(alice), world.join(alice, 'bob')]
  const carol = world.join(alice, 'carol')
  bob.learnFrom(alice)
  const tablet = world.addDevice(bob)
  const gives = (from: Person, to: Person): HistoryGiver | undefined =>
    historyGiver(bob.state, from.device, to.device)
  return { world, alice, phone, bob, tablet, carol, gives }
}

test('since-joining, which is the default: to later devices of the same member alone', () => {
  for (const policy of [undefined, 'since-joining']) {
    const { alice, phone, bob, tablet, gives } = circle(policy)
    assert.equal(gives(alice, phone), 'own')
    assert.equal(gives(bob, tablet), 'own')
    assert.equal(gives(phone, alice), undefined)
    assert.equal(gives(alice, bob), undefined)
    assert.equal(gives(alice, tablet), undefined)
  }
})

test('none: to nobody', () => {
  const { alice, phone, bob, tablet, gives } = circle('none')
  for (const [from, to] of [
    [alice, phone],
    [bob, tablet],
    [alice, bob],
  ] as const)
    assert.equal(gives(from, to), undefined)
})

test('all: also to the first device of a member from those of the one who invited it', () => {
  const { alice, phone, bob, tablet, carol, gives } = circle('all')
  assert.equal(gives(alice, bob), 'inviter')
  assert.equal(gives(phone, bob), 'inviter')
  assert.equal(gives(alice, tablet), undefined)
  assert.equal(gives(carol, bob), undefined)
  assert.equal(gives(bob, alice), undefined)
})

test('a device that is revoked, or whose member was removed, neither gives nor gets', () => {
  const { alice, phone, bob, tablet } = circle('all')
  alice.learnFrom(bob)
  alice.remove(bob)
  alice.revokeDevice(phone)
  const { state } = alice
  const gives = (from: Person, to: Person): HistoryGiver | undefined =>
    historyGiver(state, from.device, to.device)
  assert.equal(gives(bob, tablet), undefined)
  assert.equal(gives(alice, bob), undefined)
  assert.equal(gives(alice, phone), undefined)
})
