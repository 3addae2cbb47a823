/** Two people hold their screens up to each other's cameras (spec §6.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareScanned, encodeValue, base32, formatKeys, type CircleId, type DeviceId } from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { suite } from './world.ts'

const random = createSeededRandom('scans')
const circle = base32(random.bytes(32)) as CircleId

function device() {
  const publicKey = random.bytes(44)
  return { id: suite.hash(publicKey).toHex() as DeviceId, publicKey }
}

const [ann, bob, bobsPhone, eve] = [device(), device(), device(), device()]
const annSees = { suite, circle, ownKey: ann.publicKey, theirs: [bob, bobsPhone] }
const bobSees = { suite, circle, ownKey: bob.publicKey, theirs: [ann] }

describe('a scanned code', () => {
  it('names the device that showed it, when both see the same keys, in capitals too', () => {
    assert.equal(compareScanned(annSees, formatKeys(bobSees)), bob)
    assert.equal(compareScanned(bobSees, ` ${formatKeys(annSees).toUpperCase()}\n`), ann)
    const phone = { ...bobSees, ownKey: bobsPhone.publicKey }
    assert.equal(compareScanned(annSees, formatKeys(phone)), bobsPhone)
  })

  it('is refused when the one who shows has another key than we know of', () => {
    const shown = formatKeys({ ...bobSees, ownKey: eve.publicKey })
    assert.throws(() => compareScanned(annSees, shown), { code: 'keys-differ' })
  })

  it('is refused when the one who shows takes somebody else for us', () => {
    const shown = formatKeys({ ...bobSees, theirs: [eve] })
    assert.throws(() => compareScanned(annSees, shown), { code: 'keys-differ' })
    assert.throws(() => compareScanned(annSees, formatKeys({ ...bobSees, theirs: [] })), {
      code: 'keys-differ',
    })
  })

  it('does not pass for oneself: showing our own code back is no proof', () => {
    assert.throws(() => compareScanned(annSees, formatKeys(annSees)), { code: 'keys-differ' })
  })

  it('of another circle, or no code at all, is refused by name', () => {
    const other = base32(random.bytes(32)) as CircleId
    assert.throws(() => compareScanned(annSees, formatKeys({ ...bobSees, circle: other })), {
      code: 'wrong-circle',
    })
    const shown = formatKeys(bobSees)
    const junk = ['', 'triode:abc', 'triode-keys:', 'triode-keys:!!', shown.slice(0, -3), `${shown}aa`]
    junk.push(`triode-keys:${'a'.repeat(5_000)}`, `triode-keys:${base32(encodeValue([2, 1, 2]))}`)
    for (let n = 0; n < 200; n++) junk.push(`triode-keys:${base32(random.bytes(n))}`)
    for (const text of junk) {
      assert.throws(() => compareScanned(annSees, text), { code: 'scan-malformed' }, text.slice(0, 60))
    }
  })
})
