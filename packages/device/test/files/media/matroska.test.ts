/** Alice sends a film in Matroska or WebM: its tags say no more than what it is called. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { parseBuffer } from 'music-metadata'
import { elementsIn, makeVoid, type Element } from '../../../src/files/media/recording/ebml.ts'
import { cleaned, passed } from './cleaned.ts'
import { picture, SECRET, tellingJpeg } from './images.ts'
import { matroska, TAGS } from './matroskas.ts'
import { element, voiceNote } from './recording.ts'

function inside(bytes: Uint8Array, ...path: readonly number[]): Element[] {
  let all = elementsIn(bytes, 0, bytes.length) ?? []
  for (const id of path) {
    const found = all.find((one) => one.id === id)
    assert.ok(found)
    all = elementsIn(bytes, found.body, found.end) ?? []
  }
  return all
}

const [SEGMENT, INFO] = [0x18538067, 0x1549a966]

describe('a film in Matroska', () => {
  for (const isLive of [false, true])
    it(`goes without what tells where, when and with what it was made${isLive ? ', also as it was streamed' : ''}`, async () => {
      const original = matroska({ isLive })
      const { bytes, mayTell, isChanged } = await cleaned(original)
      assert.deepEqual(
        [bytes.includes(SECRET), bytes.includes(Buffer.from('0a0b0c0d0e0f1011', 'hex'))],
        [false, false],
      )
      assert.deepEqual([mayTell, isChanged], [false, true])
      for (const kept of ['a holiday', 'chapters', 'what is shown', 'a name that somebody gave', 'BPS-eng'])
        assert.equal(
          bytes.toString('latin1').split(kept).length,
          original.toString('latin1').split(kept).length,
          kept,
        )
      assert.equal((await parseBuffer(bytes, 'video/matroska')).common.title, 'a holiday')
      assert.equal((await cleaned(bytes)).isChanged, false)
    })

  it('keeps each element where it was; checksums of what was changed go, and others hold', async () => {
    const original = matroska()
    const { bytes } = await cleaned(original)
    assert.deepEqual(
      inside(bytes, SEGMENT).map(({ at, end }) => [at, end]),
      inside(original, SEGMENT).map(({ at, end }) => [at, end]),
    )
    assert.deepEqual(inside(original, SEGMENT, INFO)[0]?.id, 0xbf)
    assert.deepEqual(inside(bytes, SEGMENT, INFO)[0]?.id, 0xec)
    const clean = matroska({ tags: [['TITLE', 'a holiday']], isPlain: true })
    const { bytes: again } = await cleaned((await cleaned(clean)).bytes)
    const sum = inside(again, SEGMENT).at(-1)
    assert.ok(sum)
    const [checksum, ...rest] = elementsIn(again, sum.body, sum.end) ?? []
    assert.equal(checksum?.id, 0xbf)
    assert.equal(Buffer.from(again).readUInt32LE(checksum.body), crc32(again.subarray(rest[0]?.at, sum.end)))
  })

  it('has no tag without a field, nor tags without one, since there is no such thing', async () => {
    const { bytes } = await cleaned(matroska({ tags: [['ENCODER', SECRET]] }))
    assert.deepEqual(inside(bytes, SEGMENT).at(-1)?.id, 0xec)
    assert.ok((await parseBuffer(bytes, 'video/matroska')).format.duration !== undefined)
  })

  it('has a picture with it cleaned, and other files left alone', async () => {
    const cover = Buffer.from(await tellingJpeg(picture(40, 30), 1))
    assert.ok(!(await cleaned(matroska({ file: cover }))).bytes.includes(SECRET))
    assert.ok(
      (await cleaned(matroska({ file: Buffer.from('letters of subtitles') }))).bytes.includes(
        'letters of subtitles',
      ),
    )
  })

  it('of sound alone loses its title and day, unless it is music', async () => {
    const memo = await cleaned(
      matroska({
        types: [2],
        tags: [
          ['TITLE', 'Home Street'],
          ['DATE', '2026-05-01'],
        ],
      }),
    )
    assert.ok(!memo.bytes.includes('Home Street') && !memo.bytes.includes('2026-05-01'))
    const song = await cleaned(
      matroska({
        types: [2],
        tags: [
          ['TITLE', 'Song'],
          ['ARTIST', 'The Oars'],
          ['DATE', '2016'],
        ],
      }),
    )
    assert.ok(song.bytes.includes('Song') && song.bytes.includes('2016'))
  })

  it('may go on telling when a track tells of each moment, or it breaks off: that is said', async () => {
    assert.ok((await cleaned(matroska({ types: [1, 33] }))).mayTell)
    assert.ok((await cleaned(matroska().subarray(0, 120))).mayTell)
    assert.ok((await cleaned(Buffer.concat([matroska(), Buffer.alloc(9)]))).mayTell)
    assert.ok((await cleaned(Buffer.from('1a45dfa380', 'hex'))).mayTell)
    const many = element(
      '1254c367',
      element('7373', Buffer.alloc(4 * 66_000, Buffer.from('67c88145', 'hex'))),
    )
    assert.ok((await cleaned(Buffer.concat([matroska(), many]))).mayTell)
  })

  it('that a browser recorded goes as it is, since it says nothing', async () => {
    const note = voiceNote(2_000)
    const { bytes, mayTell, isChanged } = await cleaned(note)
    assert.ok(bytes.equals(note) && !mayTell && !isChanged)
  })

  it('is the same in whatever pieces it comes', async () => {
    for (const isLive of [false, true])
      for (const pieceBytes of [1, 9, 65_536]) {
        const { taken: _, ...whole } = await cleaned(matroska({ isLive }))
        assert.deepEqual(await passed(matroska({ isLive }), pieceBytes), whole)
      }
  })

  it('cut or changed anywhere stays as long as it was, and is the same in pieces', async () => {
    const whole = matroska({ tags: TAGS.slice(0, 2) })
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const broken = isCut ? whole.subarray(0, Math.max(4, at)) : Buffer.from(whole)
        if (!isCut && at >= 4) broken[at] = byte
        const { taken: _, ...out } = await cleaned(broken)
        assert.deepEqual(await passed(broken, 64), out)
      }),
      { numRuns: 500 },
    )
  })
})

it('an element of any length becomes Void of the same length', () => {
  for (const length of [0, 1, 100, 126, 127, 128, 129, 20_000]) {
    const bytes = Uint8Array.from(element('67c8', Buffer.alloc(length, 7)))
    makeVoid(bytes, { id: 0x67c8, at: 0, body: 6, end: bytes.length })
    const [only, ...more] = elementsIn(bytes, 0, bytes.length) ?? []
    assert.deepEqual([only?.id, only?.end, more], [0xec, bytes.length, []])
    assert.ok(bytes.subarray(only?.body).every((byte) => byte === 0))
  }
  const least = Uint8Array.of(0xbf, 0x80)
  makeVoid(least, { id: 0xbf, at: 0, body: 2, end: 2 })
  assert.deepEqual(least, Uint8Array.of(0xec, 0x80))
})
