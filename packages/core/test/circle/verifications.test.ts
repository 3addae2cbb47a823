/** What was compared, and what a new device does to it (spec §6.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Verifications, type CircleId, type DeviceId } from '@triode/core'
import { createMemoryStore, createSeededRandom } from '@triode/testkit'
import { suite } from './world.ts'

const random = createSeededRandom('verifications')

function device(active = true) {
  const publicKey = random.bytes(44)
  return { id: suite.hash(publicKey).toHex() as DeviceId, publicKey, active }
}

describe('a member whose safety words were compared', () => {
  const of = (store = createMemoryStore()) => new Verifications(suite, store, 'circle' as CircleId)

  it('is verified while every device it has was compared', () => {
    const known = of()
    const [one, other] = [device(), device()]
    assert.equal(known.verificationOf([one]), 'unverified')
    known.mark(one.id, one.publicKey, 1)
    assert.equal(known.verificationOf([one]), 'verified')
    known.mark(other.id, other.publicKey, 2)
    assert.equal(known.verificationOf([one, other]), 'verified')
    known.unmark(one.id)
    known.unmark(other.id)
    assert.equal(known.verificationOf([one, other]), 'unverified')
  })

  it('is changed, and not verified, once it has a device that was not compared', () => {
    const known = of()
    const [old, added] = [device(), device()]
    known.mark(old.id, old.publicKey, 1)
    assert.equal(known.verificationOf([old, added]), 'changed')
    known.mark(added.id, added.publicKey, 2)
    assert.equal(known.verificationOf([old, added]), 'verified')
  })

  it('is changed also when the device that was compared is revoked and another stands in its place', () => {
    const known = of()
    const old = device()
    known.mark(old.id, old.publicKey, 1)
    assert.equal(known.verificationOf([{ ...old, active: false }, device()]), 'changed')
    assert.equal(known.verificationOf([{ ...old, active: false }]), 'unverified')
  })

  it('is partly verified while those not compared were there at the first comparison, and left for later', () => {
    const known = of()
    const [scanned, other, added] = [device(), device(), device()]
    known.leaveForLater(other.id, other.publicKey, 1)
    assert.equal(known.verificationOf([scanned, other]), 'unverified', 'nothing was compared yet')
    known.mark(scanned.id, scanned.publicKey, 1)
    assert.equal(known.verificationOf([scanned, other]), 'partly')
    assert.equal(known.verificationOf([scanned, other, added]), 'changed', 'one came since')
    assert.equal(
      known.verificationOf([{ ...scanned, active: false }, other]),
      'changed',
      'the compared one is gone',
    )
    const swapped = { ...other, publicKey: random.bytes(44) }
    assert.equal(known.verificationOf([scanned, swapped]), 'changed', 'left for later is a key, not a name')
    known.mark(other.id, other.publicKey, 2)
    assert.equal(known.verificationOf([scanned, other]), 'verified')
    known.unmark(scanned.id)
    known.unmark(other.id)
    known.mark(scanned.id, scanned.publicKey, 3)
    assert.equal(known.verificationOf([scanned, other]), 'changed', 'to take it back forgets what was left')
  })

  it('is not verified by a record for the same device with another key', () => {
    const known = of()
    const one = device()
    known.mark(one.id, random.bytes(44), 1)
    assert.equal(known.verificationOf([one]), 'unverified')
  })
})
