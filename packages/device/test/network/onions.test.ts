/** What an onion service of one circle gives away of the others of the same device: nothing. */
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { Link } from '@triode/channels'
import {
  hourOf,
  invitationKeys,
  invitationOnionSeed,
  invitationVisitorKey,
  parseLink,
  parseSpokenCode,
  spokenKnockName,
} from '@triode/core'
import { dialTunnel } from '@triode/tunnel'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import type { Door } from '../../src/network/door.ts'
import { Bench, codeOf, eventually, inside, pair, type TestDevice } from '../devices.ts'

const bench = new Bench()
let alice: TestDevice
let circle: CircleRuntime
let other: CircleRuntime
let bobs: CircleRuntime

before(async () => {
  const made = await pair(bench)
  alice = made.alice
  await alice.device.createCircle({ name: 'Another' })
  const find = (one: TestDevice, isThis: boolean): CircleRuntime => {
    const found = inside(one).circles.find(({ id }) => (id === made.circle) === isThis)
    assert.ok(found)
    return found
  }
  circle = find(alice, true)
  other = find(alice, false)
  bobs = find(made.bob, true)
})
after(() => bench.end())

/** Bob calls Alice under the knock of their circle or `knock`, at the service of `service`, or at her address. */
function call(
  service: string | undefined,
  knock = bobs.names.knocks(circle.self)[0] ?? '',
  authorize = (key: Uint8Array): boolean => bobs.callers.activeDevice(key) === circle.self,
): Promise<unknown> {
  const [here, there] = duplexPair()
  const at = { stream: there, channel: 'tor', remote: 'tor:to-aaaaaaaa:1' }
  const link: Link = service === undefined ? at : { ...at, service }
  const { door } = inside(alice).network as unknown as { door: Door }
  void door.accept(link)
  return dialTunnel(here, bobs.identity, { knock, authorize }).then((tunnel) => tunnel.accepted)
}

void describe('an onion service', () => {
  void it('is answered by its own circle, and by no other of the device', async () => {
    assert.equal(await codeOf(call(other.id)), 'knock-unknown')
    assert.equal(await codeOf(call(`${other.id}/invitation`)), 'knock-unknown')
    await call(circle.id)
  })

  void it('does not answer to the number of a spoken code, which can be guessed', async () => {
    const { code } = await alice.device.inviteSpoken({ circle: circle.id })
    const knock = spokenKnockName(circle.suite, parseSpokenCode(code).number, hourOf(Date.now()))
    assert.equal(await codeOf(call(circle.id, knock, () => true)), 'knock-unknown')
    await call(undefined, knock, () => true)
  })

  void it('has a key of its own in each circle, and the same for as long as the circle lasts', () => {
    const [one, two] = [circle.onionService(), other.onionService()]
    assert.ok(one && two)
    assert.notDeepEqual(one.seed, two.seed)
    assert.deepEqual(circle.onionService(), one)
    const keys = [...one.visitors, ...two.visitors].map((key) => key.toHex())
    assert.equal(new Set(keys).size, keys.length)
  })

  void it('is visited with keys that members make from what they share, another for each device', () => {
    const keys = circle.onionService()?.visitors.map((key) => key.toHex())
    const visit = bobs.whereabouts.visitTo(circle.self)
    assert.deepEqual(
      visit.keys.map((key) => key.toHex()),
      keys,
    )
    assert.notDeepEqual(
      bobs.onionService()?.visitors.map((key) => key.toHex()),
      keys,
    )
  })

  void it('is made for each invitation as well, where who holds the link finds it by that alone', async () => {
    const { link } = await alice.device.invite({ circle: circle.id })
    const { circle: id, inviter, secret } = parseLink(link)
    const { lan } = invitationKeys(circle.suite, id, inviter, secret)
    const [service] = await eventually('the service', () => {
      const services = circle.invitationServices().filter(({ seed }) => {
        return seed.toHex() === invitationOnionSeed(circle.suite, lan).toHex()
      })
      return services.length === 1 ? services : undefined
    })
    assert.deepEqual(service?.visitors, [invitationVisitorKey(circle.suite, lan)])
    assert.deepEqual(other.invitationServices(), [])
  })
})
