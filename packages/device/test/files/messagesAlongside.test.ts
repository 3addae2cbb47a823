/**
 * Messages on a tunnel on which a file travels (spec §15.7, pace): how long one takes there and back. On a busy machine that
 * is noise for the most part, so the bounds are wide: a file that did not hold back would make it seconds.
 */
import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { blobOf, MIB, Scene, whole } from './transferScene.ts'

/** 10 Mbit/s. */
const SLOW = 1_250_000

let scene: Scene
beforeEach(() => {
  scene = new Scene()
})
afterEach(() => scene.end())

/** Milliseconds of round trips, from short to long, until `isOver`. */
async function roundTrips(stream: Duplex, isOver: () => boolean): Promise<number[]> {
  const took: number[] = []
  while (!isOver()) {
    const from = performance.now()
    const answered = new Promise((resolve) => stream.once('data', resolve))
    stream.write(new Uint8Array(500))
    await answered
    took.push(performance.now() - from)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return took.sort((a, b) => a - b)
}

describe('a message beside a file', () => {
  for (const direction of ['with', 'against'] as const) {
    it(`on a slow link with a deep buffer, ${direction} the file, is not delayed by seconds`, async () => {
      const [alice, bob] = [scene.node(), scene.node()]
      const sent = alice.keep(blobOf(5 * MIB))
      const [end] = await (direction === 'with'
        ? scene.connect(alice, bob, SLOW)
        : scene.connect(bob, alice, SLOW))
      const echo = end.tunnel.open('/echo')
      const got = bob.want(sent.empty())
      const from = performance.now()
      const took = await roundTrips(echo, () => got.isWhole)
      const rate = (got.shape.size * 1_000) / (performance.now() - from)
      const [half = Infinity, nineOfTen = Infinity] = [0.5, 0.9].map(
        (part) => took[Math.floor(took.length * part)],
      )
      assert.ok(took.length > 30, 'messages went meanwhile')
      assert.ok(half < 100, `half of them took up to ${String(half)} ms`)
      assert.ok(nineOfTen < 250, `nine of ten took up to ${String(nineOfTen)} ms`)
      assert.ok(rate > SLOW / 2, `the file came with ${String(rate)} bytes a second`)
      await whole(got)
    })
  }
})
