/** Alice sends a GIF: it tells nothing of her, and Bob sees its first frame before it is there. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeImage } from '../../../src/files/media/codecs.ts'
import { decodeGif } from '../../../src/files/media/gifFrame.ts'
import { inspect } from '../../../src/files/media/inspect.ts'
import { strip } from '../../../src/files/media/strip.ts'
import { NOISE, NOISE_DIGEST, tellingGif } from './gifs.ts'
import { picture, SECRET } from './images.ts'

const folder = mkdtempSync(join(tmpdir(), 'triode-gif-'))
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const shown = picture(60, 40)

function cleaned(original: Buffer): Buffer {
  const { parts, mayTell } = strip(original, 'image/gif')
  assert.ok(!mayTell)
  return Buffer.concat(
    parts.map((part) => ('bytes' in part ? part.bytes : original.subarray(part.from, part.to))),
  )
}

describe('a GIF', () => {
  it('goes without comments, XMP and what programs add, and shows the same, as often', () => {
    const original = tellingGif(shown)
    assert.ok(original.includes(SECRET), 'the test\u2019s own image tells')
    const sent = cleaned(original)
    assert.ok(!sent.includes(SECRET) && sent.includes('NETSCAPE2.0'))
    assert.deepEqual(decodeGif(sent).data, shown.data)
    const frames = (bytes: Buffer): number => bytes.toString('latin1').split('\x2c').length
    assert.equal(frames(sent), frames(original))
    assert.equal(strip(sent, 'image/gif').changed, false)
  })

  it('is decoded, whichever way its rows stand, and also where codes grow long', () => {
    assert.deepEqual(decodeGif(tellingGif(shown, true)).data, shown.data)
    assert.deepEqual(decodeGif(tellingGif(shown)).data, shown.data)
    const { data } = decodeGif(NOISE)
    assert.equal(createHash('sha256').update(data).digest('hex'), NOISE_DIGEST)
  })

  it('has a preview, which tells nothing either', async () => {
    const path = join(folder, 'fun.gif')
    writeFileSync(path, tellingGif(shown))
    const { size, mtimeMs } = statSync(path)
    const looked = await inspect(
      { path, size, modifiedMs: mtimeMs },
      { keepMetadata: false, withPreview: true },
    )
    assert.deepEqual([looked.mediaType, looked.mayTell], ['image/gif', false])
    assert.deepEqual(looked.media, { width: shown.width, height: shown.height })
    assert.ok(looked.preview !== undefined && !Buffer.from(looked.preview).includes(SECRET))
    const { width, height, data } = await decodeImage(new Uint8Array(looked.preview).buffer, 'image/jpeg')
    assert.deepEqual([width, height], [shown.width, shown.height])
    // The right half is blue below.
    const at = (30 * width + 50) * 4
    assert.ok((data[at + 2] ?? 0) > 200 && (data[at] ?? 0) < 60)
  })

  it('when it is cut or changed anywhere is refused or taken apart, never more than that, and decoded or not', () => {
    const original = tellingGif(shown)
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        // Not its size, which would be looked at before.
        fc.pre(cut || at < 6 || at > 9)
        const broken = cut ? original.subarray(0, at) : Buffer.from(original).fill(byte, at, at + 1)
        for (const part of strip(broken, 'image/gif').parts)
          if ('from' in part) assert.ok(part.from <= part.to && part.to <= broken.length)
        try {
          const { width, height, data } = decodeGif(broken)
          assert.equal(data.length, width * height * 4)
        } catch (error) {
          assert.ok(error instanceof RangeError)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
