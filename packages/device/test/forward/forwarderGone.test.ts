/** The device that hands a link on goes away in the middle of a file, and comes back: the file goes on from where it was. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Bench, eventually, PASSPHRASE, type TestDevice } from '../devices.ts'
import { bytesOf, digest, fileToSend, idOf, noise, whole } from '../files/stories.ts'
import { carolBetween } from './between.ts'

/** More than goes through at once before the pace holds it back (spec §8.6). */
const FILE_BYTES = 14_000_000
const SOME_BYTES = 1_000_000

let bench: Bench
/** Whom both others reach. */
let carol: TestDevice
/** Listen nowhere: they can only call. */
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ carol, alice, bob, circle } = await carolBetween(bench))
})
after(() => bench.end())

async function areLinked(linked: boolean): Promise<void> {
  await eventually(`Alice and Bob ${linked ? '' : 'not '}to be linked`, async () => {
    const peers = await alice.device.peers(circle)
    return peers.some(({ channel }) => channel === 'forward') === linked ? true : undefined
  })
}

describe('a file that goes from one to the other', { timeout: 120_000 }, () => {
  it('goes on where it was, though who hands it on was away in the middle', async () => {
    await areLinked(true)
    const content = noise(FILE_BYTES)
    const path = fileToSend(bench, 'film.bin', content)
    const id = idOf(await alice.device.sendFiles({ where: 'Bob', paths: [path] }))
    await eventually('the message', () => bob.device.file(id).catch(() => undefined))
    await bob.device.getFile({ id })
    await eventually('some of it', async () =>
      (await bob.device.file(id)).have > SOME_BYTES ? true : undefined,
    )
    await carol.device.lock()
    await areLinked(false)
    const { have } = await bob.device.file(id)
    assert.ok(have > SOME_BYTES && have < FILE_BYTES, String(have))
    await carol.device.unlock(PASSPHRASE)
    await areLinked(true)
    assert.ok((await bob.device.file(id)).have >= have)
    await whole(bob, id, 60_000)
    const { stream } = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(stream)), digest(content))
  })
})
