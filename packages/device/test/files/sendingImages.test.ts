import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { Bench, eventually, pair, type TestDevice } from '../devices.ts'
import { picture, SECRET, tellingJpeg } from './media/images.ts'
import { bytesOf, eager, fileToSend, inState, whole } from './stories.ts'

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ alice, bob, circle } = await pair(bench))
  await eager(bob)
})
after(async () => {
  await bench.end()
})

describe('an image that is sent', () => {
  it('comes without what tells where it was taken, with its dimensions and a picture of itself', async () => {
    const path = fileToSend(bench, 'photo.bin', await tellingJpeg(picture(64, 48)))
    const { files, stripped } = await alice.device.sendFiles({ where: circle, paths: [path] })
    assert.deepEqual(stripped, [path])
    const [file] = files
    assert.ok(file)
    assert.deepEqual([file.mediaType, file.width, file.height], ['image/jpeg', 64, 48], 'by what is in it')
    await eventually('it to come', () => bob.device.file(file.id).catch(() => undefined))
    await whole(bob, file.id)
    const { stream } = await bob.device.readFile({ id: file.id })
    assert.equal((await bytesOf(stream)).includes(SECRET), false)
    assert.ok(readFileSync(path).includes(SECRET), 'the file itself stays as it is')
    assert.ok(file.preview !== undefined)
    const shown = await bob.device.readFile({ id: file.preview })
    assert.equal(shown.mediaType, 'image/jpeg')
    const preview = await bytesOf(shown.stream)
    assert.deepEqual([...preview.subarray(0, 2)], [0xff, 0xd8])
  })

  it('comes as it is when that is asked for', async () => {
    const original = await tellingJpeg(picture(64, 48))
    const path = fileToSend(bench, 'photo.jpg', original)
    const sent = await alice.device.sendFiles({ where: circle, paths: [path], keepMetadata: true })
    assert.deepEqual(sent.stripped, [])
    const id = sent.files[0]?.id ?? ''
    await eventually('it to come', () => bob.device.file(id).catch(() => undefined))
    await whole(bob, id)
    const { stream } = await bob.device.readFile({ id })
    assert.deepEqual(await bytesOf(stream), original)
  })

  it('has its picture there also where the image itself waits to be asked for', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: 0 })
    const path = fileToSend(bench, 'other.jpg', await tellingJpeg(picture(80, 60)))
    const { files } = await alice.device.sendFiles({ where: circle, paths: [path] })
    const [file] = files
    assert.ok(file?.preview !== undefined)
    await inState(bob, file.id, 'offered')
    const { stream } = await bob.device.readFile({ id: file.preview })
    assert.ok((await bytesOf(stream)).length > 100)
    assert.equal((await bob.device.file(file.id)).have, 0)
  })
})
