/** Alice sends what she filmed at home: what is seen and heard stays to the last bit, and where, when and with what she filmed it goes. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseBuffer } from 'music-metadata'
import { boxesIn, type Box } from '../../../src/files/media/boxes.ts'
import { access, cleaned, passed } from './cleaned.ts'
import { CONTENT, film, list, MADE, TELLING, TURNED, type FilmChoices } from './films.ts'
import { picture, SECRET, tellingJpeg } from './images.ts'
import { box, full, u16, u32 } from './isoBoxes.ts'
import { lookOver } from '../../../src/files/media/recording/lookOver.ts'
import { scanIso } from '../../../src/files/media/recording/iso.ts'

/** Boxes below a path of types, of which each is the first of its kind. */
function inside(bytes: Buffer, ...path: readonly string[]): Box[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let boxes = boxesIn(view, 0, bytes.length) ?? []
  for (const type of path) {
    const found = boxes.find((one) => one.type === type)
    assert.ok(found, type)
    boxes = boxesIn(view, found.body, found.end) ?? []
  }
  return boxes
}

function countOf(bytes: Buffer, text: string): number {
  return bytes.toString('latin1').split(text).length - 1
}

/** What is stored, as it was sent, but for what tells of each moment. */
function storeOf(bytes: Buffer): string {
  const store = inside(bytes).find(({ type }) => type === 'mdat')
  assert.ok(store)
  return bytes.subarray(store.body, store.end).toString('latin1')
}

describe('a film', () => {
  for (const [who, choices] of Object.entries(TELLING))
    for (const isFirst of [false, true])
      it(`goes without what tells where, when and with what it was made: ${who}${isFirst ? ', to be streamed' : ''}`, async () => {
        const original = film({ ...choices, isFirst })
        const { bytes, mayTell } = await cleaned(original)
        assert.ok(original.includes(SECRET) && original.includes(u32(MADE)))
        assert.deepEqual([bytes.includes(SECRET), bytes.includes(u32(MADE)), mayTell], [false, false, false])
        const emptied = storeOf(original).replaceAll(/GPS-48\.2082N-16\.3738E( at \d )?/g, (found) =>
          '\0'.repeat(found.length),
        )
        assert.equal(storeOf(bytes), emptied, 'what is seen and heard stays where it is')
        assert.equal(
          countOf(bytes, TURNED.toString('latin1')),
          countOf(bytes, 'tkhd') + 1,
          'how it is turned stays',
        )
        assert.deepEqual(
          inside(bytes).map(({ at }) => at),
          inside(original).map(({ at }) => at),
        )
        assert.deepEqual(
          await cleaned(bytes).then(({ isChanged }) => isChanged),
          false,
          'nothing is left to be taken out',
        )
      })

  it('keeps its picture, sound, chapters, captions and title', async () => {
    const original = film(CONTENT)
    const { bytes, mayTell } = await cleaned(original)
    assert.ok(!mayTell)
    for (const kept of [
      'a holiday',
      'chapters',
      'for those who do not hear',
      'what is said',
      'how it is coded',
      'chap',
      'stco',
      'elst',
    ])
      assert.equal(countOf(bytes, kept), countOf(original, kept), kept)
    assert.equal(inside(bytes, 'moov').filter(({ type }) => type === 'trak').length, 4)
    const told = await parseBuffer(bytes, 'video/mp4', { duration: true })
    assert.deepEqual([told.common.title, told.format.duration], ['a holiday', 3])
  })

  it('loses the whole track that tells of each moment, and no other', async () => {
    const { bytes } = await cleaned(film({ ...TELLING['gopro'] }))
    assert.deepEqual(
      inside(bytes, 'moov').map(({ type }) => type),
      ['mvhd', 'trak', 'trak', 'trak', 'free', 'free'],
    )
  })

  it('is looked into without reading all of it, however long it is', async () => {
    const file = access(film({ ...TELLING['gopro'], shownBytes: 5_000_000 }))
    const { overs, mayTell } = await lookOver(file, scanIso())
    assert.ok(overs.length > 0 && !mayTell)
    assert.ok(file.taken < 200_000, String(file.taken))
  })

  it('that comes as bytes is the same in the end, in whatever pieces it comes', async () => {
    for (const choices of [...Object.values(TELLING), CONTENT])
      for (const isFirst of [false, true])
        for (const pieceBytes of [1, 7, 1_000, 65_536]) {
          const original = film({ ...choices, isFirst, shownBytes: 400 })
          const { taken: _, ...whole } = await cleaned(original)
          assert.deepEqual(await passed(original, pieceBytes), whole)
        }
  })
})

describe('of a film it is said that it may go on telling', () => {
  async function mayTell(choices: FilmChoices): Promise<boolean> {
    return (await cleaned(film(choices))).mayTell
  }
  const moments = TELLING['gopro']?.tracks ?? []
  const [moment] = moments
  assert.ok(moment)

  it('when what tells of each moment comes in fragments, of which the list is nowhere', async () => {
    const more = [box('mvex', full('trex', 0, u32(4, 1, 0, 0, 0)))]
    assert.ok(await mayTell({ more, tracks: moments }))
    assert.ok(!(await mayTell({ more })), 'without that it is not said')
  })

  it('when that lies where the picture does, or in another file: then nothing is written over', async () => {
    const original = film({ tracks: moments })
    const [start] = moment.chunks
    assert.ok(start)
    const place = u32(original.indexOf(start))
    const at = original.lastIndexOf(place)
    assert.ok(at > 0)
    const shownAt = original.indexOf('picture 2')
    const broken = Buffer.from(original)
    u32(shownAt).copy(broken, at)
    const { bytes, mayTell: isTold } = await cleaned(broken)
    assert.ok(isTold)
    assert.equal(storeOf(bytes), storeOf(broken))
    const elsewhere = Buffer.from(original)
    u32(4).copy(elsewhere, at)
    const other = await cleaned(elsewhere)
    assert.ok(other.mayTell)
    assert.equal(storeOf(other.bytes), storeOf(elsewhere))
  })

  it('when it is cut, holds what is not known, or what can’t be looked into', async () => {
    const whole = film()
    assert.ok((await cleaned(whole.subarray(0, whole.length - 9))).mayTell)
    assert.ok(await mayTell({ behind: [box('what')] }))
    assert.ok(await mayTell({ behind: [Buffer.from('no box at all, and long enough')] }))
    assert.ok(await mayTell({ more: [box('cmov', Buffer.from('packed'))] }))
    assert.ok(!(await mayTell({ behind: [Buffer.alloc(100)] })), 'zeros to the end tell nothing')
  })
})

describe('sound in the same boxes', () => {
  const song = [
    ['\u00a9nam', 'Song of the boat'],
    ['\u00a9ART', 'The Oars'],
    ['\u00a9too', `Recorder ${SECRET}`],
    ['\u00a9day', '2016-05-01'],
    ['apID', `alice@example.org ${SECRET}`],
    ['trkn', Buffer.from([0, 0, 0, 3, 0, 9, 0, 0])],
  ] as const

  function sound(items: Parameters<typeof list>[0]): Buffer {
    return film({ brand: 'M4A ', isSound: true, more: [box('udta', list(items))] })
  }

  it('keeps who plays what, and loses who bought it, and with what it was made', async () => {
    const { bytes, mayTell } = await cleaned(sound(song))
    assert.deepEqual([bytes.includes(SECRET), mayTell], [false, false])
    const { common } = await parseBuffer(bytes, 'audio/mp4')
    assert.deepEqual(
      [common.title, common.artist, common.date, common.track.no],
      ['Song of the boat', 'The Oars', '2016-05-01', 3],
    )
  })

  it('of a recorder loses its name, which may be a street, and its day', async () => {
    const { bytes } = await cleaned(
      sound([
        ['\u00a9nam', 'Home Street 5'],
        ['\u00a9day', '2026-05-01'],
      ]),
    )
    assert.ok(!bytes.includes('Home Street') && !bytes.includes('2026-05-01'))
  })

  it('keeps its cover, without what that tells', async () => {
    const cover = await tellingJpeg(picture(40, 30), 1)
    const { bytes } = await cleaned(
      sound([
        ['\u00a9ART', 'The Oars'],
        ['covr', Buffer.from(cover)],
        ['\u00a9too', SECRET],
      ]),
    )
    assert.ok(cover.includes(SECRET) && !bytes.includes(SECRET))
    const { common } = await parseBuffer(bytes, 'audio/mp4')
    assert.equal(common.picture?.[0]?.data.length, cover.length)
  })
})

describe('a film that was made to do harm', () => {
  it('cut or changed anywhere stays as long as it was, and is the same in pieces', async () => {
    const whole = film({ ...TELLING['gopro'], shownBytes: 30, isFirst: true })
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const broken = isCut ? whole.subarray(0, Math.max(8, at)) : Buffer.from(whole)
        if (!isCut && at >= 8) broken[at] = byte
        const { taken: _, ...out } = await cleaned(broken)
        assert.deepEqual(await passed(broken, 64), out)
      }),
      { numRuns: 500 },
    )
  })

  it('has boxes of no size, of sizes beyond all bounds, and very many: it ends, and soon', async () => {
    const start = box('ftyp', Buffer.from('mp42\0\0\0\0', 'latin1'))
    const long = (size: bigint, type: string): Buffer => {
      const head = Buffer.alloc(16)
      head.writeUInt32BE(1)
      head.write(type, 4, 'latin1')
      head.writeBigUInt64BE(size, 8)
      return head
    }
    const many = Buffer.concat(Array.from({ length: 70_000 }, () => box('moof')))
    const inMovie = box('moov', Buffer.concat(Array.from({ length: 70_000 }, () => box('trak'))))
    const nested = Array.from({ length: 1_000 }).reduce<Buffer>((inner) => box('trak', inner), box('udta'))
    const began = performance.now()
    for (const more of [
      Buffer.from([0, 0, 0, 0, 0x6d, 0x6f, 0x6f, 0x76]),
      Buffer.from([0, 0, 0, 7, 0x6d, 0x6f, 0x6f, 0x76]),
      long(0xffff_ffff_ffff_ffffn, 'moov'),
      long(0xffff_ffff_ffff_ffffn, 'mdat'),
      long(3n, 'moov'),
      long(20n, 'free'),
      many,
      inMovie,
      box('moov', nested),
      box('moov', Buffer.alloc(8 * 100_000, box('free'))),
      box('moov', u32(0), u16(9)),
    ])
      assert.ok((await cleaned(Buffer.concat([start, more]))).mayTell)
    const lists = box('udta', Buffer.alloc(8 * 400_000, box('meta')))
    const said = film({ more: Array.from({ length: 10 }, () => lists) })
    assert.ok(!(await cleaned(said)).bytes.includes(SECRET), 'what is too much to be looked into goes')
    const took = performance.now() - began
    assert.ok(took < 10_000, String(took))
  })
})
