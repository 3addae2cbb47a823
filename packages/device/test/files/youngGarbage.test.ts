import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { YoungGarbage } from '../../src/files/youngGarbage.ts'
import { mostLying } from './garbage.ts'
import { MIB } from './stories.ts'

/** V8 gives memory back beside what goes on, so a little more lies than was collected. */
describe('buffers that live for a moment', () => {
  it('are collected when so much of them was made, and lie otherwise', () => {
    assert.ok(mostLying(new YoungGarbage(4 * MIB)) <= 12 * MIB)
    assert.ok(mostLying() > 20 * MIB)
  })

  it('are collected in threads that begin with it at the same moment', async () => {
    const most = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const worker = new Worker(new URL('./garbageWorker.ts', import.meta.url))
        const [lay] = (await once(worker, 'message')) as [number]
        await worker.terminate()
        return lay
      }),
    )
    for (const lay of most) assert.ok(lay <= 12 * MIB, String(lay))
  })
})
