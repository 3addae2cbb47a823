/** What comes on a stream is handed over as it comes, in order, whatever lay in the stream before. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { suite, test } from 'node:test'
import { takeStraight } from '../src/takeStraight.ts'

function piece(number: number): Buffer {
  return Buffer.from(`piece ${String(number)}`)
}

suite('a stream that is taken from straight', () => {
  test('hands over what comes within the call that brings it, and not by way of the stream', async () => {
    const stream = new Readable({ read: () => undefined })
    const taken: Buffer[] = []
    takeStraight(stream, (bytes) => taken.push(bytes))
    stream.on('data', () => assert.fail('it went through the stream'))
    await once(stream, 'resume')
    for (const number of [1, 2, 3]) {
      const bytes = piece(number)
      assert.equal(stream.push(bytes), true)
      assert.equal(taken.at(-1), bytes, 'it waits in the stream')
    }
  })

  test('hands over first what lay there before', async () => {
    const stream = new Readable({ read: () => undefined })
    const taken: string[] = []
    for (const number of [1, 2]) stream.push(piece(number))
    takeStraight(stream, (bytes) => taken.push(bytes.toString()))
    // It does not flow yet.
    stream.push(piece(3))
    await once(stream, 'resume')
    stream.push(piece(4))
    assert.equal(taken.length, 4)
    assert.deepEqual(
      taken,
      [1, 2, 3, 4].map((number) => piece(number).toString()),
    )
  })

  test('waits while it is paused, and goes on in order', async () => {
    const stream = new Readable({ read: () => undefined, highWaterMark: 10 })
    const taken: string[] = []
    takeStraight(stream, (bytes) => taken.push(bytes.toString()))
    await once(stream, 'resume')
    stream.push(piece(1))
    stream.pause()
    stream.push(piece(2))
    assert.equal(stream.push(piece(3)), false, 'whoever brings it is not told to wait')
    assert.deepEqual(taken, ['piece 1'])
    stream.resume()
    await once(stream, 'resume')
    stream.push(piece(4))
    assert.deepEqual(
      taken,
      [1, 2, 3, 4].map((number) => piece(number).toString()),
    )
  })

  test('ends, and fails, as any other', async () => {
    const ending = new Readable({ read: () => undefined })
    const taken: string[] = []
    takeStraight(ending, (bytes) => taken.push(bytes.toString()))
    await once(ending, 'resume')
    ending.push(piece(1))
    ending.push(null)
    await once(ending, 'end')
    assert.deepEqual(taken, ['piece 1'])
    const failing = new Readable({ read: () => undefined })
    takeStraight(failing, () => undefined)
    const failed = once(failing, 'error')
    failing.destroy(new Error('cut'))
    assert.equal(((await failed)[0] as Error).message, 'cut')
  })

  test('takes nothing after it was given up', async () => {
    const stream = new Readable({ read: () => undefined })
    const taken: string[] = []
    takeStraight(stream, (bytes) => {
      taken.push(bytes.toString())
      stream.destroy()
    })
    await once(stream, 'resume')
    for (const number of [1, 2]) stream.push(piece(number))
    await once(stream, 'close')
    assert.deepEqual(taken, ['piece 1'])
  })
})
