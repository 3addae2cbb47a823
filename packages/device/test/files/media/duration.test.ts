/** How long a recording lasts, also one that says so nowhere: a browser did not know when it began it. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { recordingOf } from '../../../src/files/media/duration.ts'
import type { RandomAccess } from '../../../src/files/media/randomAccess.ts'
import { lastTimeOf } from '../../../src/files/media/webm.ts'
import { recording, voiceNote } from './recording.ts'

function access(bytes: Uint8Array): RandomAccess & { reads: number } {
  return {
    size: bytes.length,
    reads: 0,
    read(from, to) {
      this.reads++
      return Promise.resolve(bytes.subarray(from, to))
    },
  }
}

it('is told by a header, where that says it', async () => {
  assert.deepEqual(await recordingOf(access(recording(3)), 'audio/wav'), { durationMs: 3_000 })
})

it('is that of the last block, where a browser recorded it', async () => {
  const note = voiceNote(7_260)
  assert.deepEqual(await recordingOf(access(note), 'audio/webm'), { durationMs: 7_240 })
  assert.deepEqual(await recordingOf(access(note), 'video/webm'), { durationMs: 7_240 })
})

it('is read a little at a time, however many blocks there are', async () => {
  const file = access(voiceNote(600_000, 400))
  assert.deepEqual(await recordingOf(file, 'audio/webm'), { durationMs: 599_980 })
  assert.ok(file.size > 10_000_000 && file.reads < 100, `${String(file.reads)} reads of ${String(file.size)}`)
})

it('is not known of what is no recording, and nobody waits for that', async () => {
  assert.deepEqual(await recordingOf(access(Buffer.from('no recording')), 'audio/webm'), {})
  assert.deepEqual(await recordingOf(access(new Uint8Array(0)), 'audio/webm'), {})
})

it('of bytes of any kind is a number or nothing', async () => {
  const note = voiceNote(100)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(note.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(note.length),
      async (changes, length) => {
        const bytes = Uint8Array.from(note.subarray(0, length))
        for (const [at, value] of changes) bytes[at] = value
        const last = await lastTimeOf(access(bytes)).catch((error: unknown) => {
          assert.ok(error instanceof RangeError)
        })
        assert.ok(last === undefined || last >= 0)
      },
    ),
    { numRuns: 500 },
  )
})
