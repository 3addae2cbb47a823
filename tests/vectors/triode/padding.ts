import { pad, paddedLength, unpad } from '../../../packages/core/src/feed/padding.ts'
import assert from 'node:assert/strict'
import type { Area, Case } from './area.ts'
import { filled } from './cast.ts'

export const padding: Area = {
  name: 'padding',
  format: 'Padding of entries',
  spec: ['9.4'],
  about:
    'Longer plaintexts are given by their lengths alone. Under "padded" stands what is no padding: it has no content.',
  make: () => ({
    cases: [
      ...SHORT.map(whole),
      ...LENGTHS.map(lengthOf),
      ...Object.entries(BAD).map(([name, hex]) => bad(name, hex)),
    ],
  }),
}

const SHORT: readonly Uint8Array[] = [filled(0, 0), filled(1, 0), filled(5, 0x61), filled(31, 0x80)]
const LENGTHS = [62, 63, 64, 100, 255, 256, 300, 1_000, 4_095, 4_096, 12_000, 15_871]

function whole(plaintext: Uint8Array): Case {
  const padded = pad(plaintext)
  assert.deepEqual(unpad(padded), plaintext)
  return {
    name: `${plaintext.length} bytes`,
    input: { plaintext: plaintext.toHex() },
    expected: { padded: padded.toHex() },
  }
}

function lengthOf(length: number): Case {
  assert.equal(pad(filled(length, 1)).length, paddedLength(length))
  return {
    name: `the length of ${length} bytes`,
    input: { length },
    expected: { paddedLength: paddedLength(length) },
  }
}

const BAD: Readonly<Record<string, string>> = {
  nothing: '',
  'zeros only': '00'.repeat(64),
  'another mark': `010281${'00'.repeat(61)}`,
  'too short': '80',
  'longer than it has to be': `80${'00'.repeat(127)}`,
}

function bad(name: string, padded: string): Case {
  assert.equal(unpad(Uint8Array.fromHex(padded)), undefined)
  return { name, input: { padded }, expected: { plaintext: null } }
}
