/** Films and sound of one's own, or that others sent, as they are gone through before they are sent: whoever made them may mean harm. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { merged, overlap } from '../../../packages/device/src/files/media/blank.ts'
import { scanOf } from '../../../packages/device/src/files/media/recording/scanOf.ts'
import type { Scan } from '../../../packages/device/src/files/media/recording/scan.ts'
import { CONTENT, film, TELLING } from '../../../packages/device/test/files/media/films.ts'
import { matroska } from '../../../packages/device/test/files/media/matroskas.ts'
import { flac, id3, ogg, SONG, wav } from '../../../packages/device/test/files/media/sounds.ts'
import { ContractBroken, target, type Target } from '../target.ts'

/** One step takes a byte at least, but for looks and what is empty: of a hostile file there may be some of these between. */
const MAX_STEPS_A_BYTE = 16

/** What is left of it. */
function gone(scan: Scan, input: Uint8Array): Uint8Array {
  const out = Uint8Array.from(input)
  let answer = new Uint8Array(0)
  let at = 0
  for (let steps = 0; ; steps++) {
    if (steps > MAX_STEPS_A_BYTE * (input.length + 16)) throw new ContractBroken('it does not come to an end')
    const { done, value } = scan.next(answer)
    if (done === true) {
      if (overlap(value.later, [{ from: 0, to: 8 }]) || merged(value.later).length !== value.later.length)
        throw new ContractBroken('what is to be emptied is not where films are kept')
      return out
    }
    answer = new Uint8Array(0)
    if ('peek' in value) answer = input.slice(at, at + value.peek)
    else if ('put' in value) {
      if (at + value.put.length > input.length) throw new ContractBroken('it puts more than there is')
      out.set(value.put, at)
      at += value.put.length
    } else if ('allBut' in value) at = Math.max(at, input.length - value.allBut)
    else {
      const bytes = 'zero' in value ? value.zero : value.pass
      if (!(bytes >= 0)) throw new ContractBroken('it goes back')
      at = Math.min(input.length, at + bytes)
    }
  }
}

/** As a muxer writes them. */
function made(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, '../../../packages/device/test/files/media/made', name))
}

function recordingTarget(name: string, files: readonly string[], seeds: () => readonly Uint8Array[]): Target {
  return target({
    name: `recording-${name}`,
    covers: files.map((file) => `device/files/media/recording/${file}.ts`),
    faults: [],
    seeds,
    decode: (input) => {
      const scan = scanOf(input)
      return scan && gone(scan, input)
    },
  })
}

export const recordingTargets: readonly Target[] = [
  recordingTarget('iso', ['iso', 'isoMovie', 'isoTrack', 'isoSamples', 'isoTags', 'isoFree'], () => [
    ...Object.values(TELLING).map((choices) => film({ ...choices, shownBytes: 20, isFirst: true })),
    film({ ...CONTENT, shownBytes: 20 }),
    made('fast.mp4'),
  ]),
  recordingTarget('matroska', ['matroska', 'ebml'], () => [
    matroska(),
    matroska({ isLive: true, types: [2] }),
  ]),
  recordingTarget('id3', ['id3'], () => [
    id3(2, [
      ['TT2', 'a'],
      ['TSS', 'b'],
    ]),
    id3(3, [
      ['TIT2', 'a'],
      ['TXXX', 'b\0c'],
    ]),
    Buffer.concat([
      id3(4, [
        ['TPE1', 'a'],
        ['PRIV', 'b'],
      ]),
      flac(SONG).subarray(0, 300),
    ]),
  ]),
  recordingTarget('flac', ['flac', 'vorbisComment', 'cover'], () => [flac(SONG).subarray(0, 400)]),
  recordingTarget('wav', ['wav'], () => [
    wav([
      ['INAM', 'a'],
      ['ISFT', 'b'],
    ]).subarray(0, 300),
  ]),
  recordingTarget('ogg', ['ogg', 'oggChecksum'], () => [
    made('song.opus'),
    ogg('opus', SONG).subarray(0, 600),
    ogg('vorbis', SONG, 255).subarray(0, 600),
  ]),
]
