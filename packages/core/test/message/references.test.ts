import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BlobId, Change, OpenedEntry } from '@triode/core'
import { fileOf, folderOf } from '../file/samples.ts'
import { Pen, idOf, openReader, suite, type Reader } from './cast.ts'

const score = { ...fileOf(suite, 'score.pdf'), preview: fileOf(suite, 'small').blob }
const tour = folderOf(suite, 'Tour')
const ids = {
  score: [score.blob.id, score.preview.id],
  tour: [tour.blob.id, tour.index.id],
}

function gone(changes: readonly Change[]): BlobId[] {
  return changes.flatMap((change) => (change.kind === 'blob-gone' ? [change.blob] : []))
}

/** Bob's message with a score. */
function withScore(): { reader: Reader; bob: Pen; message: OpenedEntry } {
  const [reader, bob] = [openReader(), new Pen('bob')]
  const message = bob.text(1, 'the score', { attachments: [score] })
  reader.take(message)
  return { reader, bob, message }
}

describe('a blob that messages name', () => {
  it('is known as the file, the preview or the index that it is, through a restart', () => {
    const { reader, bob, message } = withScore()
    const other = bob.text(2, '', { attachments: [tour, score] })
    assert.deepEqual(gone(reader.take(other)), [])
    reader.reopen()
    const { files } = reader.timeline
    assert.deepEqual(files.all().toSorted(), [...ids.score, ...ids.tour].toSorted())
    for (const id of ids.score) assert.deepEqual(files.messagesOf(id), [idOf(other), idOf(message)])
    for (const id of ids.tour) assert.deepEqual(files.messagesOf(id), [idOf(other)])
    assert.equal(files.has('nothing' as BlobId), false)
  })

  it('goes with the last message that does, when that is deleted', () => {
    const { reader, bob, message } = withScore()
    const again = bob.text(2, 'again', { attachments: [score] })
    reader.take(again)
    assert.deepEqual(gone(reader.take(bob.write(3, { kind: 'delete', target: idOf(message) }))), [])
    assert.deepEqual(reader.timeline.files.messagesOf(score.blob.id), [idOf(again)])
    const changes = reader.take(bob.write(4, { kind: 'delete', target: idOf(again) }))
    assert.deepEqual(gone(changes), ids.score)
    assert.deepEqual(gone(reader.take(bob.write(5, { kind: 'delete', target: idOf(again) }))), [])
    assert.deepEqual(reader.timeline.files.all(), [])
  })

  it('goes with it when that is hidden, or expires', () => {
    const { reader, bob, message } = withScore()
    assert.deepEqual(gone(reader.timeline.hide(idOf(message))), ids.score)
    const short = bob.text(2, '', { attachments: [tour], expiresAfterMs: 1_000 })
    reader.take(short)
    assert.deepEqual(gone(reader.timeline.expire(short.receivedAt + 1_000)), ids.tour)
    assert.deepEqual(reader.timeline.files.all(), [])
  })

  it('stays through edits, and is not named by what was deleted before it came', () => {
    const { reader, bob, message } = withScore()
    reader.take(bob.write(2, { kind: 'edit', target: idOf(message), text: 'the new score', mentions: [] }))
    assert.ok(reader.timeline.files.has(score.blob.id))
    const late = bob.text(3, '', { attachments: [tour] })
    assert.deepEqual(gone(reader.take(bob.write(4, { kind: 'delete', target: idOf(late) }), late)), [])
    assert.equal(reader.timeline.files.has(tour.blob.id), false)
  })

  it('is not named by a message that is refused, nor after a transaction that failed', () => {
    const [reader, bob] = [openReader(), new Pen('bob')]
    const wrong = { ...score, blob: { ...score.blob, size: 1 } }
    reader.take(bob.text(1, '', { attachments: [wrong] }))
    assert.deepEqual(reader.timeline.files.all(), [])
    const failing = (): void => {
      reader.store.transaction(() => {
        reader.timeline.apply(bob.text(2, '', { attachments: [score] }))
        throw new Error('disk')
      })
    }
    assert.throws(failing, /disk/)
    reader.timeline.discard()
    assert.deepEqual(reader.timeline.files.all(), [])
  })

  it('goes with its conversation', () => {
    const { reader } = withScore()
    reader.timeline.erase()
    assert.deepEqual(reader.timeline.files.all(), [])
    reader.reopen()
    assert.equal(reader.timeline.files.has(score.blob.id), false)
  })
})
