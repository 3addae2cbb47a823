/** Frames on a byte stream (spec §10.1), however the stream cuts them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { concat, frameLength, FrameSplitter, MAX_FRAME_BYTES, PeerFault } from '@triode/core'
import { held } from './rawPeer.ts'

const framed = (frames: readonly Uint8Array[]): Uint8Array =>
  concat(...frames.flatMap((frame) => [frameLength(frame.length), frame]))

function pushAll(splitter: FrameSplitter, bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const frames: Uint8Array[] = []
  let at = 0
  for (const cut of [...cuts, bytes.length]) {
    const end = Math.max(at, Math.min(cut, bytes.length))
    frames.push(...splitter.push(bytes.subarray(at, end)))
    at = end
  }
  return frames.map((frame) => frame.slice())
}

describe('frames on a stream', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    const lists = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 })
    fc.assert(
      fc.property(lists, fc.array(fc.nat(400), { maxLength: 30 }), (frames, cuts) => {
        const bytes = framed(frames)
        const sorted = [...cuts].sort((a, b) => a - b)
        assert.deepEqual(pushAll(new FrameSplitter(), bytes, sorted), frames)
        const byByte = Array.from(bytes, (_, index) => index)
        assert.deepEqual(pushAll(new FrameSplitter(), bytes, byByte), frames)
      }),
      { numRuns: 300 },
    )
  })

  it('are refused by name before anything is set aside for one that is too long', () => {
    for (const length of [MAX_FRAME_BYTES + 1, 0x7fff_ffff, 0xffff_ffff]) {
      for (const cut of [0, 1, 3]) {
        const splitter = new FrameSplitter()
        const bytes = frameLength(length)
        splitter.push(bytes.subarray(0, cut))
        assert.throws(() => splitter.push(bytes.subarray(cut)), isOversize)
        assert.ok(held(splitter, []) <= 8)
      }
    }
    const longest = new Uint8Array(MAX_FRAME_BYTES)
    assert.deepEqual(new FrameSplitter().push(framed([longest])), [longest])
  })

  it('hold no more than what has come of one, twice at most, however slowly it drips', () => {
    const splitter = new FrameSplitter()
    splitter.push(frameLength(MAX_FRAME_BYTES))
    assert.ok(held(splitter, []) < 16, 'an announcement alone costs nothing')
    for (let n = 1; n <= 100_000; n++) {
      splitter.push(Uint8Array.of(n))
      if (n % 10_000 === 0) assert.ok(held(splitter, []) <= 2 * (n + 4))
    }
  })

  it('are plain arrays, so that nothing cut from one keeps the chunk it came in', () => {
    const [frame] = new FrameSplitter().push(Buffer.from(framed([new Uint8Array(10)])))
    assert.ok(frame)
    assert.equal(frame.constructor, Uint8Array)
    assert.equal(frame.slice(0, 2).buffer.byteLength, 2)
  })
})

function isOversize(error: unknown): boolean {
  return error instanceof PeerFault && error.code === 'oversize'
}
