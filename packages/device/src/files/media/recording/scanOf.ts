/** Which reader goes through a recording, by its first bytes. */
import { FLAC, scanFlac } from './flac.ts'
import { ID3, scanId3 } from './id3.ts'
import { scanIso } from './iso.ts'
import { scanMatroska } from './matroska.ts'
import { scanOgg } from './ogg.ts'
import { giveUp, type Scan } from './scan.ts'
import { scanWav } from './wav.ts'

/** How they begin, `.` being any byte, and which reader is for them. */
type Signature = readonly [begins: string, scan: () => Scan]

const HEAD_BYTES = 12

/** What may stand behind ID3. */
const TAGGED: readonly Signature[] = [
  [FLAC, scanFlac],
  ['OggS', scanOgg],
  // A second one: which of them counts is not said in one way.
  [ID3, giveUp],
]
const ALL: readonly Signature[] = [
  // Also QuickTime that was written before it had a name for itself.
  ...['ftyp', 'moov', 'mdat', 'wide', 'skip', 'free', 'pnot'].map(
    (type) => [`....${type}`, scanIso] as const,
  ),
  ['\x1a\x45\xdf\xa3', scanMatroska],
  ['RIFF....WAVE', scanWav],
  ['RF64....WAVE', scanWav],
  [ID3, () => scanId3((head) => find(TAGGED, head))],
  ...TAGGED,
]

/** @param head some of its first bytes: 12 do @returns undefined for what none is for, or no recording */
export function scanOf(head: Uint8Array): Scan | undefined {
  return find(ALL, head)
}

function find(signatures: readonly Signature[], head: Uint8Array): Scan | undefined {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1')
  return signatures.find(([begins]) => isBeginning(text, begins))?.[1]()
}

function isBeginning(text: string, begins: string): boolean {
  return (
    text.length >= begins.length &&
    Array.from(begins, (one, at) => one === '.' || one === text[at]).every(Boolean)
  )
}
