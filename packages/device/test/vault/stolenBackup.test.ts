/** One backup, restored on two machines that both go on: two devices with the same keys. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { CircleId } from '@triode/core'
import { Bench, eventsOf, eventually, pair, PASSPHRASE, textsIn, type TestDevice } from '../devices.ts'
import { recordingOf } from '../thief.ts'
import { Wiretap } from '../wiretap.ts'

describe('a backup that is restored twice', () => {
  const tap = new Wiretap()
  let bench: Bench
  let alice: TestDevice
  let circle: CircleId
  let first: TestDevice
  let second: TestDevice

  before(async () => {
    bench = new Bench()
    const made = await pair(bench)
    const { bob } = made
    alice = made.alice
    circle = made.circle
    await says(bob, 'before the backup')
    const file = join(bench.folder, 'bob.backup')
    await bob.device.backup(file)
    await says(bob, 'after the backup')
    await hears(alice, 'after the backup')
    await bob.device.close()
    first = await bench.open()
    second = await bench.open()
    await first.device.restore(file, PASSPHRASE)
    await second.device.restore(file, PASSPHRASE)
  })
  after(async () => {
    await bench.end()
    tap.end()
  })

  it('lets both write and read: everything arrives, once, and nobody sees a fork', async () => {
    for (const round of ['one', 'two']) {
      await says(first, `the first, ${round}`)
      await says(second, `the second, ${round}`)
      await says(alice, `Alice, ${round}`)
      for (const device of [first, second]) await hears(device, `Alice, ${round}`)
      for (const which of ['first', 'second']) await hears(alice, `the ${which}, ${round}`)
    }
    const texts = await textsIn(alice, circle)
    assert.equal(new Set(texts).size, texts.length)
    assert.equal(texts.length, 8)
    const forks = [alice, first, second].flatMap((one) =>
      eventsOf(one, 'fault').filter(({ code }) => code === 'feed-forked'),
    )
    assert.deepEqual(forks, [])
  })

  it('uses no key of an entry and no place of a feed for two ciphertexts', () => {
    const byKey = new Map<string, string>()
    assert.ok(tap.sealed.length >= 8)
    for (const { key, nonce, plaintext, aad } of tap.sealed) {
      const use = key.toHex() + nonce.toHex()
      const what = plaintext.toHex() + aad.toHex()
      assert.equal(byKey.get(use) ?? what, what, 'a key and nonce sealed two plaintexts')
      byKey.set(use, what)
    }
    const byPlace = new Map<string, string>()
    for (const { feed, seq, body } of recordingOf(tap).versions) {
      const place = `${feed.id}/${String(seq)}`
      assert.equal(byPlace.get(place) ?? body.toHex(), body.toHex(), 'a place was written twice')
      byPlace.set(place, body.toHex())
    }
    assert.ok(byPlace.size >= 8)
  })

  it('is told of in the audit log of both, and in their status', async () => {
    for (const { device } of [first, second]) {
      const { records } = await device.audit({ limit: 500 })
      assert.ok(records.some((record) => record.event === 'vault-restored'))
      assert.equal((await device.status()).vault?.restored, true)
    }
  })

  async function says({ device }: TestDevice, text: string): Promise<void> {
    await device.send({ where: circle, text })
  }

  async function hears(one: TestDevice, text: string): Promise<void> {
    await eventually(
      `it: ${text}`,
      async () => (await textsIn(one, circle)).includes(text) || undefined,
      40_000,
    )
  }
})
