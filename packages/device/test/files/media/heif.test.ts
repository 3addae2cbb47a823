/** Alice sends what her telephone took, a HEIC: nobody learns from it where she lives. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { dimensionsOf } from '../../../src/files/media/dimensions.ts'
import { examine } from '../../../src/files/media/inspect.ts'
import { strip } from '../../../src/files/media/strip.ts'
import { PICTURE, SIZE, tellingHeic, type HeicChoices } from './heifs.ts'
import { box } from './isoBoxes.ts'
import { SECRET } from './images.ts'

const KINDS = ['image/heic', 'image/heif', 'image/avif'] as const

/** What is sent. */
function cleaned(original: Buffer, mediaType: (typeof KINDS)[number] = 'image/heic'): Buffer {
  const { parts, mayTell } = examine(original, mediaType, false)
  assert.ok(!mayTell)
  const sent = parts ?? [{ from: 0, to: original.length }]
  return Buffer.concat(
    sent.map((part) => ('bytes' in part ? part.bytes : original.subarray(part.from, part.to))),
  )
}

function isLeftAlone(choices: HeicChoices): boolean {
  const { parts, mayTell } = examine(tellingHeic(choices), 'image/heic', false)
  return mayTell && parts === undefined
}

describe('a HEIC', () => {
  it('goes without Exif, XMP, and whatever nothing is shown by; all else stands where it stood', () => {
    for (const kind of KINDS)
      for (const wide of [false, true]) {
        const original = tellingHeic({ wide })
        assert.ok(original.includes(SECRET), 'the test’s own image tells')
        const sent = cleaned(original, kind)
        assert.equal(sent.length, original.length)
        assert.ok(!sent.includes('GPS') && !sent.includes('at home'))
        assert.equal(sent.indexOf(PICTURE), original.indexOf(PICTURE))
        for (const kept of ['iloc', 'ipma', 'ispe', 'irot', 'iref', 'pitm', 'iinf'])
          assert.equal(sent.indexOf(kept), original.indexOf(kept), kept)
        // Exif and XMP are still there, of nothing.
        assert.ok(sent.includes(Buffer.from('000000004d4d002a00000008000000000000', 'hex')))
        assert.ok(sent.includes('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>  '))
      }
  })

  it('that tells nothing goes as it is, and nobody is told that something was taken out', () => {
    const sent = cleaned(tellingHeic())
    const again = examine(sent, 'image/heic', false)
    assert.deepEqual([again.parts, again.mayTell], [undefined, false])
  })

  it('goes as it is when asked to', () => {
    const { parts, mayTell } = examine(tellingHeic(), 'image/heic', true)
    assert.deepEqual([parts, mayTell], [undefined, false])
  })

  it('has a size, as it is to be shown', () => {
    const { width, height } = SIZE
    assert.deepEqual(examine(tellingHeic(), 'image/heic', false).media, { width, height })
    assert.deepEqual(examine(tellingHeic({ turned: 3 }), 'image/heic', false).media, {
      width: height,
      height: width,
    })
    assert.equal(strip(tellingHeic({ turned: 1 }), 'image/heic').orientation, 8)
    assert.deepEqual(dimensionsOf(tellingHeic({ turned: 1 }), 'image/avif'), { width, height })
  })

  it('is left alone, and named, where it holds what is not known', () => {
    assert.ok(isLeftAlone({ coded: 'new1' }), 'a picture of a kind that is still to come')
    assert.ok(isLeftAlone({ exifOff: 100 }), 'Exif that lies in the picture')
    assert.ok(isLeftAlone({ exifOff: -1e6 }), 'Exif that lies outside of the file')
    assert.ok(isLeftAlone({ exifOff: PICTURE.length + 40 }), 'Exif in what says where everything is')
    assert.ok(isLeftAlone({ behind: [box('moov', Buffer.alloc(8))] }), 'a film with places of its own')
    assert.ok(isLeftAlone({ behind: [Buffer.from('trailing')] }), 'what is no box')
    assert.ok(!isLeftAlone({ behind: [box('mpvd', Buffer.from(SECRET))] }), 'a film of the moment goes')
  })

  it('when it is cut or changed anywhere is left alone or written over, never more than that', () => {
    const original = tellingHeic()
    const start = original.indexOf(PICTURE)
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const broken = cut ? original.subarray(0, at) : Buffer.from(original).fill(byte, at, at + 1)
        const { parts, changed } = strip(broken, 'image/heic')
        let length = 0
        for (const part of parts) {
          if ('from' in part)
            assert.ok(part.from === length && part.from <= part.to && part.to <= broken.length)
          length += 'from' in part ? part.to - part.from : part.bytes.length
        }
        assert.equal(length, broken.length)
        if (!changed || at < start) return
        const end = start + PICTURE.length
        assert.deepEqual(cleaned(broken).subarray(start, end), broken.subarray(start, end))
      }),
      { numRuns: 2_000 },
    )
  })
})
