/** Alice sends a song, and what she recorded in her street: who plays what stays, and where and with what it was recorded goes. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseBuffer } from 'music-metadata'
import { oggChecksum } from '../../../src/files/media/recording/oggChecksum.ts'
import { cleaned, passed } from './cleaned.ts'
import { picture, SECRET, tellingJpeg } from './images.ts'
import { flac, flacPicture, HEARD, id3, id3v1, MEMO, ogg, SONG, wav, type Fields } from './sounds.ts'

const TAGGED: Fields = [
  ['TIT2', 'Song of the boat'],
  ['TPE1', 'The Oars'],
  ['TSSE', SECRET],
  ['PRIV', Buffer.from(`owner\0${SECRET}`)],
  ['GEOB', Buffer.from(SECRET)],
  ['TXXX', `REPLAYGAIN_TRACK_GAIN\0-6.0 dB`],
  ['TXXX', `Recorded at\0${SECRET}`],
  ['TYER', '2016'],
]
const SHORT: Fields = [
  ['TT2', 'Song of the boat'],
  ['TP1', 'The Oars'],
  ['TSS', SECRET],
  ['TYE', '2016'],
]

const FILES: Readonly<
  Record<string, { readonly song: Buffer; readonly memo: Buffer; readonly mediaType: string }>
> = {
  'MP3 with ID3v2.2': {
    song: mp3(id3(2, SHORT)),
    memo: mp3(id3(2, [['TT2', `Home Street 5 ${SECRET}`]])),
    mediaType: 'audio/mpeg',
  },
  'MP3 with ID3v2.3': {
    song: mp3(id3(3, TAGGED)),
    memo: mp3(id3(3, [['TIT2', `Home Street 5 ${SECRET}`]])),
    mediaType: 'audio/mpeg',
  },
  'MP3 with ID3v2.4': {
    song: mp3(id3(4, TAGGED)),
    memo: mp3(id3(4, [['TIT2', `Home Street 5 ${SECRET}`]])),
    mediaType: 'audio/mpeg',
  },
  FLAC: { song: flac(SONG, [[2, Buffer.from(`riff${SECRET}`)]]), memo: flac(MEMO), mediaType: 'audio/flac' },
  'FLAC behind ID3': {
    song: Buffer.concat([id3(3, TAGGED), flac(SONG)]),
    memo: Buffer.concat([id3(3, []), flac(MEMO)]),
    mediaType: 'audio/flac',
  },
  Opus: { song: ogg('opus', SONG), memo: ogg('opus', MEMO), mediaType: 'audio/ogg' },
  WAV: {
    song: wav([
      ['INAM', 'Song of the boat'],
      ['IART', 'The Oars'],
      ['ICRD', '2016'],
      ['ISFT', SECRET],
      ['ICMT', SECRET],
    ]),
    memo: wav([['INAM', `Home Street 5 ${SECRET}`]]),
    mediaType: 'audio/wav',
  },
  Vorbis: { song: ogg('vorbis', SONG), memo: ogg('vorbis', MEMO), mediaType: 'audio/ogg' },
}

function mp3(tag: Buffer): Buffer {
  return Buffer.concat([tag, HEARD])
}

for (const [format, { song, memo, mediaType }] of Object.entries(FILES)) {
  describe(format, () => {
    it('keeps who plays what, and loses where and with what it was recorded', async () => {
      const { bytes, mayTell, isChanged } = await cleaned(song)
      assert.ok(song.includes(SECRET))
      assert.deepEqual([bytes.includes(SECRET), mayTell, isChanged], [false, false, true])
      const { common } = await parseBuffer(bytes, mediaType)
      assert.deepEqual([common.title, common.artist, common.year], ['Song of the boat', 'The Oars', 2016])
      assert.deepEqual((await cleaned(bytes)).isChanged, false)
    })

    it('of a recorder loses its name, which may be a street', async () => {
      const { bytes, mayTell } = await cleaned(memo)
      assert.deepEqual(
        [bytes.includes('Home Street'), bytes.includes(SECRET), mayTell],
        [false, false, false],
      )
    })

    it('is heard as before, and is the same in whatever pieces it comes', async () => {
      const { taken: _, ...whole } = await cleaned(song)
      const heardAt = song.length - 4_000
      assert.ok(whole.bytes.subarray(heardAt, -200).equals(song.subarray(heardAt, -200)))
      for (const pieceBytes of [1, 100, 65_536]) assert.deepEqual(await passed(song, pieceBytes), whole)
    })

    it('cut or changed anywhere stays as long as it was, and is the same in pieces', async () => {
      const short = song.subarray(0, 1_200)
      await fc.assert(
        fc.asyncProperty(fc.nat(short.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
          const broken = isCut ? short.subarray(0, Math.max(12, at)) : Buffer.from(short)
          if (!isCut && at >= 12) broken[at] = byte
          const { taken: _, ...out } = await cleaned(broken)
          assert.deepEqual(await passed(broken, 64), out)
        }),
        { numRuns: 300 },
      )
    })
  })
}

describe('ID3 at the end of MP3', () => {
  it('keeps of music all but the comment, and of what was recorded neither name nor day', async () => {
    const song = Buffer.concat([mp3(id3(4, TAGGED)), id3v1('Song of the boat', 'The Oars', SECRET)])
    const { bytes, mayTell } = await cleaned(song)
    assert.ok(!mayTell && bytes.subarray(-128).equals(id3v1('Song of the boat', 'The Oars', '')))
    const memo = Buffer.concat([mp3(id3(3, [['TIT2', 'Home Street']])), id3v1('Home Street', '', '')])
    const { bytes: left } = await cleaned(memo)
    assert.ok(!left.includes('Home Street') && !left.includes('2016') && left.includes('TAG'))
    for (const pieceBytes of [1, 127, 1_000, 100_000])
      assert.ok((await passed(memo, pieceBytes)).bytes.equals(left), String(pieceBytes))
    const short = Buffer.concat([id3(3, [['TIT2', 'Home Street']], 0), Buffer.from('TAG')])
    assert.ok((await passed(short, 5)).bytes.equals((await cleaned(short)).bytes))
  })
})

describe('a cover', () => {
  it('goes without what it tells, as a picture that is sent for itself', async () => {
    const cover = Buffer.from(await tellingJpeg(picture(40, 30), 1))
    const framed = Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), cover])
    for (const [song, mediaType] of [
      [
        mp3(
          id3(4, [
            ['TPE1', 'The Oars'],
            ['APIC', framed],
          ]),
        ),
        'audio/mpeg',
      ],
      [flac([['ARTIST', 'The Oars']], [[6, flacPicture(cover)]]), 'audio/flac'],
      [
        ogg('opus', [
          ['ARTIST', 'The Oars'],
          ['METADATA_BLOCK_PICTURE', flacPicture(cover).toString('base64')],
        ]),
        'audio/ogg',
      ],
    ] as const) {
      const before = (await parseBuffer(song, mediaType)).common.picture?.[0]
      assert.ok(before !== undefined && Buffer.from(before.data).includes(SECRET), mediaType)
      const { bytes, mayTell } = await cleaned(song)
      const after = (await parseBuffer(bytes, mediaType)).common.picture?.[0]
      assert.ok(after !== undefined && !mayTell)
      assert.deepEqual([after.data.length, Buffer.from(after.data).includes(SECRET)], [cover.length, false])
    }
  })
})

describe('of sound it is said that it may go on telling', () => {
  it('when what is said of it was made harmless for old players, goes on elsewhere, or breaks off', async () => {
    for (const flags of [0x80, 0x40]) assert.ok((await cleaned(mp3(id3(3, TAGGED, 50, flags)))).mayTell)
    assert.ok((await cleaned(mp3(id3(4, TAGGED, 50, 0x10)))).mayTell)
    assert.ok((await cleaned(id3(4, TAGGED).subarray(0, 60))).mayTell)
    assert.ok((await cleaned(Buffer.concat([id3(4, TAGGED), id3(4, TAGGED), HEARD]))).mayTell)
    assert.ok((await cleaned(flac(SONG).subarray(0, 60))).mayTell)
    assert.ok((await cleaned(ogg('opus', SONG).subarray(0, 120))).mayTell)
  })

  it('when a WAV holds what is not known, which may be what is heard: it stays', async () => {
    const odd = wav([]).toString('latin1').replace('bext', 'what')
    const { bytes, mayTell } = await cleaned(Buffer.from(odd, 'latin1'))
    assert.ok(mayTell && bytes.includes(HEARD) && bytes.includes('what'))
  })

  it('when very many blocks stand where some belong', async () => {
    const many = Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(4 * 70_000)])
    assert.ok((await cleaned(many)).mayTell)
  })
})

it('a page of Ogg has the checksum that the format says', () => {
  // RFC 3533 §6 has no example. Catalogues of checksums have this one, turned around at its end, as CRC-32/CKSUM: 765e7680.
  assert.equal(oggChecksum(Buffer.from('123456789')), 0x89a1897f)
})
