import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Bench, codeOf, event, eventsOf, eventually, pair, PASSPHRASE, type TestDevice } from '../devices.ts'

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ alice, bob, circle } = await pair(bench))
})
after(async () => {
  await bench.end()
})

async function tunnels(one: TestDevice, wanted: number): Promise<void> {
  await eventually(`${String(wanted)} tunnels`, async () =>
    (await one.device.peers(circle)).length === wanted ? true : undefined,
  )
}

describe('a channel', () => {
  it('is turned off and on while the device runs: its tunnels end and form again', async () => {
    const [before] = (await alice.device.status()).channels
    assert.equal(before?.state, 'on')
    assert.match(before.reveals, /network address/)
    assert.equal(before.costly, true)
    const off = await alice.device.setChannel({ name: 'tcp', on: false })
    assert.deepEqual([off.state, off.addresses, off.reason], ['off', [], undefined])
    assert.equal((await event(alice, 'channel')).channel.state, 'off')
    await tunnels(alice, 0)
    await tunnels(bob, 0)
    // A second time there is nothing to do.
    assert.equal((await alice.device.setChannel({ name: 'tcp', on: false })).state, 'off')
    const on = await alice.device.setChannel({ name: 'tcp', on: true })
    assert.deepEqual([on.state, on.addresses.length], ['on', 1])
    await tunnels(alice, 1)
    assert.ok(eventsOf(alice, 'channel').some(({ channel }) => channel.state === 'on'))
  })

  it('stays off through a lock, and through a start without any channel', async () => {
    // Carol listens at one address all the while: that is where Dave finds her again.
    const other = await pair(bench)
    const dave = other.bob
    await dave.device.setChannel({ name: 'tcp', on: false })
    await dave.device.lock()
    await dave.device.unlock(PASSPHRASE)
    assert.equal((await dave.device.status()).channels[0]?.state, 'off')
    await dave.device.close()
    const alone = await bench.open(dave.home, [])
    await alone.device.unlock(PASSPHRASE)
    const chosen = await alone.device.setChannel({ name: 'tcp', on: true })
    assert.equal(chosen.state, 'off', 'a device that was opened without it does not use it')
    await alone.device.close()
    const again = await bench.open(dave.home)
    await again.device.unlock(PASSPHRASE)
    assert.equal((await again.device.status()).channels[0]?.state, 'on')
    await eventually('a tunnel', async () =>
      (await again.device.peers(other.circle)).length === 1 ? true : undefined,
    )
  })

  it('that listens on any free port takes the same one at the next start: two that both were away find each other', async () => {
    const other = await pair(bench)
    const devices = [other.alice, other.bob]
    const ports = async (one: TestDevice) => (await one.device.status()).channels[0]?.addresses
    const before = await Promise.all(devices.map(ports))
    await Promise.all(devices.map(({ device }) => device.close()))
    const again = await Promise.all(devices.map(({ home }) => bench.open(home)))
    for (const { device } of again) await device.unlock(PASSPHRASE)
    assert.deepEqual(await Promise.all(again.map(ports)), before)
    await Promise.all(
      again.map(({ device }) =>
        eventually('a tunnel', async () =>
          (await device.peers(other.circle)).length === 1 ? true : undefined,
        ),
      ),
    )
  })

  it('has the router asked only by who was told what that shows, and no more once a circle forbids it', async () => {
    // At a loopback address there is no router to ask.
    const { device } = alice
    const tcp = { mapPort: true }
    assert.equal((await device.status()).channels[0]?.tcp?.mapPort, false)
    await assert.rejects(
      device.setChannel({ name: 'tcp', on: true, tcp }),
      (fault: { code: string; message: string }) => {
        assert.equal(fault.code, 'channel-untold')
        assert.match(fault.message, /router.*port/)
        return true
      },
    )
    assert.equal(
      await codeOf(device.setChannel({ name: 'lan', on: true, told: true, tcp })),
      'channel-option',
    )
    const on = await device.setChannel({ name: 'tcp', on: true, told: true, tcp })
    assert.deepEqual([on.state, on.tcp?.mapPort, on.tcp?.ports], ['on', true, []])
    await device.lock()
    await device.unlock(PASSPHRASE)
    assert.equal((await device.status()).channels[0]?.tcp?.mapPort, true, 'it is kept')
    await device.setPolicy({ circle, key: 'port-mapping', value: 'none' })
    const forbidden = await eventually('it to be forbidden', async () => {
      const [port] = (await device.status()).channels[0]?.tcp?.ports ?? []
      return port?.state === 'failed' ? port : undefined
    })
    assert.match(forbidden.reason ?? '', /circle.*forbids/)
    await device.setPolicy({ circle, key: 'port-mapping', value: 'as-chosen' })
    await eventually('it to be allowed', async () =>
      (await device.status()).channels[0]?.tcp?.ports.length === 0 ? true : undefined,
    )
    const off = await device.setChannel({ name: 'tcp', on: true, tcp: { mapPort: false } })
    assert.deepEqual([off.tcp?.mapPort, off.tcp?.ports], [false, []])
    await tunnels(alice, 1)
  })

  it('is one that there is', async () => {
    assert.equal(await codeOf(alice.device.setChannel({ name: 'pigeon', on: true })), 'channel-unknown')
  })

  it('turned off and on many times at once ends as asked last', async () => {
    const changes = Array.from({ length: 9 }, (_, n) =>
      alice.device.setChannel({ name: 'tcp', on: n % 2 === 0 }),
    )
    await Promise.all(changes)
    assert.equal((await alice.device.status()).channels[0]?.state, 'on')
    await tunnels(alice, 1)
  })
})
