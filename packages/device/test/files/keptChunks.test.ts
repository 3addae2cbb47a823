/** Whose files a keeper fetches first (spec §16.6): nobody keeps out the others by giving nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, CircleId, DeviceId } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { KeptChunks, type KeptChunksOptions } from '../../src/files/keepers/keptChunks.ts'
import { KEPT_TURN_MS, MAX_KEPT_FETCHED, MAX_KEPT_FETCHED_OF_ONE } from '../../src/files/tuning.ts'

const circle = 'circle' as CircleId

/** @param left devices, each `member/device`, with how many blobs each left */
async function keeper(left: Readonly<Record<string, number>>) {
  const clock = createVirtualClock(0)
  const authors = new Map<BlobId, DeviceId>()
  for (const [device, count] of Object.entries(left))
    for (let n = 0; n < count; n++) authors.set(`${device}/${String(n)}` as BlobId, device as DeviceId)
  const wanted = new Set<BlobId>()
  const runtime = {
    id: circle,
    suite: { hashBytes: 32 },
    state: { devices: { get: (device: DeviceId) => ({ member: device.split('/')[0] }) } },
    participant: {
      sync: { keepers: { service: { isOn: true } } },
      keeping: {
        kept: {
          blobs: {
            all: () => authors,
            isWhole: () => false,
            authorsOf: (id: BlobId) => [authors.get(id)],
            get: () => ({ length: 1, root: new Uint8Array(32) }),
          },
        },
      },
    },
  }
  const options = {
    ...{ clock, quota: {}, circles: () => [runtime], isUp: () => true },
    open: {
      hold: (_: unknown, { id }: { readonly id: BlobId }) => Promise.resolve({ id, isWhole: false }),
      release: () => undefined,
    },
    transfers: () => ({
      want: ({ stored }: { readonly stored: { readonly id: BlobId } }) => wanted.add(stored.id),
      drop: (_: unknown, id: BlobId) => Promise.resolve(wanted.delete(id)),
    }),
    failed: (cause: unknown) => {
      throw cause
    },
  }
  const chunks = new KeptChunks(options as unknown as KeptChunksOptions)
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += KEPT_TURN_MS / 4) {
      clock.advance(KEPT_TURN_MS / 4)
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
  }
  chunks.start({ circles: new Map() } as never)
  await pass(KEPT_TURN_MS / 4)
  return { chunks, pass, of: (name: string) => [...wanted].filter((id) => id.startsWith(name)).length }
}

test('a member is one, however many devices leave things in its name', async () => {
  const { chunks, of } = await keeper({ 'Mallory/1': 9, 'Mallory/2': 9, 'Mallory/3': 9, 'Alice/1': 1 })
  assert.deepEqual([of('Mallory'), of('Alice')], [MAX_KEPT_FETCHED_OF_ONE, 1])
  await chunks.stop()
})

test('members who give nothing of what they left keep nobody out for long', async () => {
  const many = { 'M1/1': 9, 'M2/1': 9, 'M3/1': 9, 'M4/1': 9, 'Alice/1': 1 }
  const { chunks, pass, of } = await keeper(many)
  assert.deepEqual([of('M'), of('Alice')], [MAX_KEPT_FETCHED, 0])
  await pass(2 * KEPT_TURN_MS)
  assert.equal(of('Alice'), 1)
  assert.ok(of('M') < MAX_KEPT_FETCHED)
  await chunks.stop()
})
