import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  PeerFault,
  attachmentValue,
  blobIdOf,
  createSimulationSuite,
  decodeValue,
  encodeValue,
  isFileName,
  readAttachment,
  type Attachment,
  type Value,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import fc from 'fast-check'
import { checkAttachments } from '../../src/file/attachmentCodec.ts'
import { anyAttachment, blobOf, fileOf, folderOf } from './samples.ts'

const suite = createSimulationSuite(nodePrimitives())

function travelled(attachment: Attachment): Attachment {
  return readAttachment(decodeValue(encodeValue(attachmentValue(attachment)), 100_000))
}

describe('an attachment', () => {
  it('comes out as it went in, in one encoding', () => {
    fc.assert(
      fc.property(anyAttachment, (attachment) => {
        assert.deepEqual(travelled(attachment), attachment)
        checkAttachments([attachment])
      }),
    )
  })

  it('of a kind to come keeps its fields', () => {
    const fields: Value = [7, 'a map', [filled(16), null, true], 12]
    const attachment = readAttachment(decodeValue(encodeValue(fields), 1_000))
    assert.equal(attachment.kind, 'unknown')
    assert.deepEqual(encodeValue(attachmentValue(attachment)), encodeValue(fields))
  })

  it('decodes or is the peer’s fault, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(9), fc.constant(null), fc.string(), fc.uint8Array())),
        (fields) => {
          try {
            readAttachment([...fields])
          } catch (fault) {
            assert.ok(fault instanceof PeerFault)
          }
        },
      ),
    )
  })

  for (const [what, at, value] of [
    ['without a name', 1, ''],
    ['with a name that leads out', 1, '..'],
    ['with a path for a name', 1, 'a/b'],
    ['with a zero in its name', 1, 'a\0b'],
    ['with a name of 256 bytes', 1, 'é'.repeat(128)],
    ['with a decomposed name', 1, 'e\u0301'],
    ['with half a character in its name', 1, 'a\ud800'],
    ['with a time before 1970', 3, -1],
    ['with a time beyond all calendars', 3, 8_640_000_000_000_001],
    ['with a media type that would break a header', 5, 'text/html\r\nx: y'],
    ['with a media type that has parameters', 5, 'text/html; charset=utf-8'],
    ['with empty media', 6, [null, null, null]],
    ['with a picture of no width', 6, [0, 1, null]],
  ] as const) {
    it(`${what} is malformed`, () => {
      const fields = [...(attachmentValue(fileOf(suite, 'a')) as readonly Value[])]
      fields[at] = value
      assert.throws(() => readAttachment(fields), { code: 'malformed' })
    })
  }

  it('whose preview is large, whose blob is too large or has another root than a hash is malformed', () => {
    const blob = blobOf(suite, 'a')
    for (const wrong of [
      { ...fileOf(suite, 'a'), preview: { ...blob, size: 65_537 } },
      { ...fileOf(suite, 'a'), blob: { ...blob, size: 2 ** 48 + 1 } },
      { ...fileOf(suite, 'a'), blob: { ...blob, root: filled(33) } },
      { ...folderOf(suite, 'a'), index: { ...blob, secret: filled(31) } },
    ]) {
      assert.throws(() => readAttachment(attachmentValue(wrong)), { code: 'malformed' })
      assert.throws(
        () => {
          checkAttachments([wrong])
        },
        { code: 'attachment-invalid' },
      )
    }
  })

  it('is refused to whoever sends it under a name, or in a number, that nobody would take', () => {
    const check = (attachments: readonly Attachment[]) => (): void => {
      checkAttachments(attachments)
    }
    assert.throws(check([fileOf(suite, 'a/b')]), { code: 'file-name-invalid' })
    assert.throws(check([folderOf(suite, '')]), { code: 'file-name-invalid' })
    assert.throws(check([{ ...fileOf(suite, 'a'), mediaType: 'jpeg' }]), { code: 'media-type-invalid' })
    assert.throws(check(Array.from({ length: 17 }, () => fileOf(suite, 'a'))), { code: 'too-many-files' })
  })
})

describe('a blob’s id', () => {
  it('is another for each secret, size and root', () => {
    const { id, ...parts } = blobOf(suite, 'a')
    assert.equal(blobIdOf(suite, parts), id)
    assert.notEqual(blobIdOf(suite, { ...parts, secret: filled(32) }), id)
    assert.notEqual(blobIdOf(suite, { ...parts, size: parts.size + 1 }), id)
    assert.notEqual(blobIdOf(suite, { ...parts, root: filled(32) }), id)
  })
})

describe('a name', () => {
  it('may have anything else that file systems take', () => {
    for (const name of [
      'a',
      '...',
      '.profile',
      'C:\\x',
      'CON',
      ' a ',
      'a\nb',
      'é'.repeat(127),
      '🎷'.repeat(63),
    ])
      assert.ok(isFileName(name), name)
  })
})

function filled(length: number): Uint8Array {
  return new Uint8Array(length).fill(7)
}
