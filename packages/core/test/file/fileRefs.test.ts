import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSimulationSuite, messageId, type BlobId, type FeedId, type MessageId } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore } from '@triode/testkit'
import fc from 'fast-check'
import { FileRefs } from '../../src/file/fileRefs.ts'
import { blobOf } from './samples.ts'

const suite = createSimulationSuite(nodePrimitives())
const FEED = 'a'.repeat(26) as FeedId
const blobs = ['one', 'two', 'three'].map((seed) => blobOf(suite, seed).id)
const messages = Array.from({ length: 6 }, (_, n) => messageId(FEED, n + 1))

function openRefs(): FileRefs {
  return new FileRefs(createMemoryStore().map('files'))
}

describe('what messages name', () => {
  it('is what a list for each blob would say, whatever comes and goes in whatever order', () => {
    const step = fc.record({
      add: fc.boolean(),
      blob: fc.constantFrom(...blobs),
      message: fc.constantFrom(...messages),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const refs = openRefs()
        const model = new Map<BlobId, MessageId[]>(blobs.map((blob) => [blob, []]))
        for (const { add, blob, message } of steps) {
          const before = model.get(blob) ?? []
          const rest = before.filter((other) => other !== message)
          if (add) {
            refs.add(blob, message)
            if (!before.includes(message)) model.set(blob, [message, ...before])
          } else {
            assert.equal(refs.remove(blob, message), before.length === 1 && rest.length === 0)
            model.set(blob, rest)
          }
          for (const [one, list] of model) {
            assert.deepEqual(refs.messagesOf(one), list)
            assert.equal(refs.last(one), list[0])
            assert.equal(refs.has(one), list.length > 0)
          }
          const named = blobs.filter((one) => model.get(one)?.length)
          assert.deepEqual(refs.all().toSorted(), named.toSorted())
        }
      }),
    )
  })

  it('costs the same for the ten thousandth message as for the first, so that nobody can wear a device out', () => {
    const store = createMemoryStore()
    const map = store.map('files')
    let written = 0
    const refs = new FileRefs({
      ...map,
      set: (key, value) => {
        written += value.length
        map.set(key, value)
      },
    })
    const [blob = '' as BlobId] = blobs
    const costOf = (work: () => void): number => {
      written = 0
      work()
      return written
    }
    const second = costOf(() => {
      refs.add(blob, messageId(FEED, 1))
      written = 0
      refs.add(blob, messageId(FEED, 2))
    })
    for (let seq = 3; seq < 10_000; seq++) refs.add(blob, messageId(FEED, seq))
    const last = costOf(() => {
      refs.add(blob, messageId(FEED, 10_000))
    })
    assert.ok(last <= second + 64, `${String(last)} bytes after ${String(second)}`)
    assert.ok(costOf(() => refs.remove(blob, messageId(FEED, 5_000))) <= 2 * 64)
    assert.deepEqual(refs.messagesOf(blob, 2), [messageId(FEED, 10_000), messageId(FEED, 9_999)])
  })
})
