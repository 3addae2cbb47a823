/** Recordings as a muxer writes them, and not these tests: made/README.md says how. What can be decoded of them is the same before and after. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { describe, it } from 'node:test'
import { parseBuffer } from 'music-metadata'
import { lacksProgram } from '../../../../../tests/lab/needs.ts'
import { mediaTypeOf } from '../../../src/files/media/mediaType.ts'
import { cleaned, passed } from './cleaned.ts'
import { SECRET } from './images.ts'

const FOLDER = join(import.meta.dirname, 'made')
const NAMES = readdirSync(FOLDER).filter((name) => extname(name) !== '.md')
const NO_FFMPEG = lacksProgram('ffmpeg', 'ffmpeg')
/** Places, days and programs, as they stand there. What coders write into what they code is left. */
const TOLD = [SECRET, '+48.2082', '2026-05-01', 'Lavf']

/** A hash of all that is decoded of each stream. */
function decoded(path: string): string {
  const { status, stdout, stderr } = spawnSync('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0',
    '-dn',
    '-c:s',
    'copy',
    '-f',
    'streamhash',
    '-',
  ])
  assert.equal(`${String(status)}${stderr.toString()}`, '0', path)
  return stdout.toString()
}

describe('a recording that a muxer wrote', () => {
  for (const name of NAMES) {
    const original = readFileSync(join(FOLDER, name))

    it(`goes without place, day and program: ${name}`, async () => {
      const { bytes, mayTell, isChanged } = await cleaned(original)
      assert.ok(TOLD.some((word) => original.includes(word)))
      assert.deepEqual(
        TOLD.filter((word) => bytes.includes(word)),
        [],
      )
      assert.deepEqual([mayTell, isChanged, (await cleaned(bytes)).isChanged], [false, true, false])
      assert.ok((await passed(original, 777)).bytes.equals(bytes))
      const [was, is] = [
        await parseBuffer(original, mediaTypeOf(name)),
        await parseBuffer(bytes, mediaTypeOf(name)),
      ]
      assert.deepEqual(
        [is.common.artist, is.common.album, is.format.duration, is.format.codec],
        [was.common.artist, was.common.album, was.format.duration, was.format.codec],
      )
    })

    it(`is decoded as before: ${name}`, { skip: NO_FFMPEG }, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'triode-made-'))
      try {
        const path = join(folder, name)
        writeFileSync(path, (await cleaned(original)).bytes)
        assert.equal(decoded(path), decoded(join(FOLDER, name)))
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }

  it('loses a track that tells of each moment, and no picture', { skip: NO_FFMPEG }, async () => {
    // What was sound stands for it: its samples lie among those of the picture.
    const original = Buffer.from(readFileSync(join(FOLDER, 'late.mov')))
    original.write('meta', original.indexOf('mhlrsoun') + 4, 'latin1')
    const { bytes, mayTell } = await cleaned(original)
    assert.ok(!mayTell)
    const folder = mkdtempSync(join(tmpdir(), 'triode-made-'))
    try {
      const [was, is] = [join(folder, 'was.mov'), join(folder, 'is.mov')]
      writeFileSync(was, original)
      writeFileSync(is, bytes)
      const [before, after] = [was, is].map((path) => decoded(path).split('\n')[0])
      assert.equal(after, before)
      assert.equal((await parseBuffer(original, 'video/quicktime')).format.trackInfo.length, 3)
      assert.equal((await parseBuffer(bytes, 'video/quicktime')).format.trackInfo.length, 2)
      assert.ok(differences(original, bytes) > 1_000, 'the samples are empty')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** Bytes that are not the same. */
function differences(one: Buffer, other: Buffer): number {
  return one.reduce((count, byte, at) => count + (byte === other[at] ? 0 : 1), 0)
}
