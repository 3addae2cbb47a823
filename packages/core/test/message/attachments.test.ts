import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  MAX_CONTENT_BYTES,
  attachmentValue,
  decodeContent,
  encodeContent,
  encodeValue,
  type Attachment,
  type Body,
  type Value,
} from '@triode/core'
import { createMemorySearch } from '@triode/testkit'
import fc from 'fast-check'
import { anyAttachment, blobOf, fileOf, folderOf } from '../file/samples.ts'
import { NOW, Pen, idOf, openReader, suite, type Reader } from './cast.ts'

const score = fileOf(suite, 'score.pdf')
const tour = folderOf(suite, 'Tour')
const fromTheFuture: Attachment = { kind: 'unknown', fields: [9, 'a map', new Uint8Array([1, 2]), [null]] }

function encoded(body: Body): Uint8Array {
  return encodeContent({ lamport: 1, at: NOW, body })
}

function textWith(text: string, attachments: readonly Attachment[]): Body {
  return { kind: 'text', text, mentions: [], attachments }
}

describe('a text with attachments', () => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 50 }),
        fc.array(anyAttachment, { minLength: 1, maxLength: 16 }),
        (text, attachments) => {
          const body = textWith(text, attachments)
          assert.deepEqual(decodeContent(encoded(body)).body, body)
        },
      ),
    )
  })

  it('without any is what it was before there were attachments', () => {
    const before = encodeValue([1, 1, NOW, 0, 'hello', null, [], null])
    assert.deepEqual(encoded({ kind: 'text', text: 'hello', mentions: [] }), before)
    assert.deepEqual(encoded(textWith('hello', [])), before)
    assert.equal('attachments' in decodeContent(before).body, false)
  })

  it('may have no words, which a text without attachments may not', () => {
    assert.ok(encoded(textWith('', [score])))
    assert.throws(() => encoded(textWith('', [])), { code: 'text-empty' })
  })

  it('is malformed with an empty list, with 17, or with one that is', () => {
    const head: Value[] = [1, 1, NOW, 0, 'a', null, [], null]
    const good = attachmentValue(score)
    assert.ok(decodeContent(encodeValue([...head, [good]])))
    for (const bad of [[], Array.from({ length: 17 }, () => good), [[0, 'a']], [3], null, 'a'] as Value[]) {
      assert.throws(() => decodeContent(encodeValue([...head, bad])), { code: 'malformed' })
    }
    assert.throws(() => decodeContent(encodeValue([...head, [good], 0])), { code: 'malformed' })
  })

  it('is refused to its sender when all of it is more than an entry has', () => {
    const long = Array.from({ length: 16 }, (_, n) => fileOf(suite, `${String(n)}${'x'.repeat(250)}`))
    assert.ok(encoded(textWith('', long)).length <= MAX_CONTENT_BYTES)
    assert.throws(() => encoded(textWith('x'.repeat(12_000), long)), { code: 'too-many-files' })
    assert.throws(() => encoded(textWith('', [...long, score])), { code: 'too-many-files' })
  })
})

/** Whether the file that `score` names could be opened with what is kept. */
function holdsSecret(reader: Reader): boolean {
  const held = [...reader.store.series(`timeline/${reader.timeline.conversation}`).range()]
  const secret = Buffer.from(score.blob.secret)
  return held.some(({ value }) => Buffer.from(value).includes(secret))
}

describe('attachments of a message', () => {
  it('are shown, stay through edits, also those that nobody here understands, and go with a deletion', () => {
    const reader = openReader()
    const bob = new Pen('bob')
    const flagged = { ...score, otherFlags: 8 }
    const message = bob.text(1, 'the score', { attachments: [flagged, fromTheFuture] })
    reader.take(message)
    assert.deepEqual(reader.timeline.get(idOf(message))?.attachments, [flagged, fromTheFuture])
    reader.take(bob.write(2, { kind: 'edit', target: idOf(message), text: 'the new score', mentions: [] }))
    reader.reopen()
    const edited = reader.timeline.get(idOf(message))
    assert.equal(edited?.text, 'the new score')
    assert.deepEqual(edited.attachments, [flagged, fromTheFuture])
    reader.take(bob.write(3, { kind: 'delete', target: idOf(message) }))
    assert.deepEqual(reader.timeline.get(idOf(message))?.attachments, [])
    assert.ok(!holdsSecret(reader))
  })

  it('go with their keys when their message expires', () => {
    const reader = openReader()
    const message = new Pen('bob').text(1, 'the score', { attachments: [score], expiresAfterMs: 1_000 })
    reader.take(message)
    assert.ok(holdsSecret(reader))
    reader.timeline.expire(message.receivedAt + 1_000)
    assert.equal(reader.timeline.get(idOf(message)), undefined)
    assert.ok(!holdsSecret(reader))
  })

  it('whose id is not that of their secret, size and root make the message malformed', () => {
    const { blob } = score
    for (const wrong of [
      { ...score, blob: { ...blob, secret: blobOf(suite, 'other').secret } },
      { ...score, blob: { ...blob, size: blob.size + 1 } },
      { ...score, blob: { ...blob, root: blobOf(suite, 'other').root } },
      { ...score, preview: { ...blobOf(suite, 'preview'), id: blob.id } },
      { ...tour, index: { ...tour.index, id: tour.blob.id } },
    ]) {
      const reader = openReader()
      const mallory = new Pen('mallory')
      const changes = reader.take(mallory.text(1, 'look', { attachments: [wrong] }))
      assert.deepEqual(
        changes.map((change) => change.kind === 'refused' && change.reason),
        ['malformed'],
      )
      assert.deepEqual(reader.texts(), [])
      const refuse = (): void => {
        reader.timeline.check(textWith('look', [wrong]))
      }
      assert.throws(refuse, { code: 'attachment-invalid' })
    }
  })

  it('leave no room for an edit that is too long beside them, whichever comes first', () => {
    const bob = new Pen('bob')
    const many = Array.from({ length: 16 }, (_, n) => fileOf(suite, `${String(n)}${'x'.repeat(200)}`))
    const message = bob.text(1, 'files', { attachments: many })
    const edit = (lamport: number, text: string): ReturnType<Pen['write']> =>
      bob.write(lamport, { kind: 'edit', target: idOf(message), text, mentions: [] })
    const [short, long] = [edit(2, 'all files'), edit(3, 'x'.repeat(12_000))]
    for (const order of [
      [message, short, long],
      [long, message, short],
      [long, short, message],
    ]) {
      const reader = openReader()
      const changes = reader.take(...order)
      assert.deepEqual(reader.texts(), ['all files'])
      const refused = changes.filter((change) => change.kind === 'refused')
      assert.deepEqual(
        refused.map(({ id, reason }) => ({ id, reason })),
        [{ id: idOf(long), reason: 'too-long' }],
      )
      const check = (text: string) => (): void => {
        reader.timeline.check({ kind: 'edit', target: idOf(message), text, mentions: [] })
      }
      assert.throws(check('x'.repeat(12_000)), { code: 'text-too-long' })
      check('short enough')()
    }
  })

  it('are found by their names, after an edit and a restart as well, and not once they are gone', () => {
    const search = createMemorySearch()
    const reader = openReader('alice', search)
    const bob = new Pen('bob')
    const message = bob.text(1, 'for tonight', { attachments: [score, tour, fromTheFuture] })
    reader.take(message)
    assert.deepEqual(search.find('score.pdf'), [idOf(message)])
    reader.take(bob.write(2, { kind: 'edit', target: idOf(message), text: 'for tomorrow', mentions: [] }))
    assert.deepEqual(search.find('tour'), [idOf(message)])
    assert.deepEqual(search.find('tonight'), [])
    search.remove(idOf(message))
    for (const _ of reader.timeline.fillSearch());
    assert.deepEqual(search.find('tour tomorrow'), [idOf(message)])
    reader.take(bob.write(3, { kind: 'delete', target: idOf(message) }))
    assert.deepEqual(search.find('score.pdf'), [])
  })

  it('alone count as unread like any text', () => {
    const reader = openReader()
    reader.take(new Pen('bob').text(1, '', { attachments: [score] }))
    assert.equal(reader.timeline.unread(), 1)
  })
})
