/** Files of the vault: key file, tries, backups and records. */
import { IntegrityFault, PeerFault, CallerFault, encodeValue, utf8 } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BACKUP_PREFIX_BYTES,
  decodeHeader,
  encodeFrame,
  encodeHeader,
  FrameReader,
  headerLength,
} from '../../../packages/vault/src/backupFormat.ts'
import { ChunkCipher } from '../../../packages/vault/src/chunkCipher.ts'
import { ChunkMarks } from '../../../packages/vault/src/blobs/chunkMarks.ts'
import { decodeStateHeader, encodeStateHeader } from '../../../packages/vault/src/blobs/stateFile.ts'
import { kdfFields, kdfFromFields } from '../../../packages/vault/src/kdf.ts'
import { readKeyFile, writeKeyFile } from '../../../packages/vault/src/keyFile.ts'
import { packMapRecord, unpackMapRecord } from '../../../packages/vault/src/sealedRecord.ts'
import { Tries } from '../../../packages/vault/src/tries.ts'
import { filled, primitives } from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { ContractBroken, target, type Target } from '../target.ts'

const folder = mkdtempSync(join(tmpdir(), 'triode-fuzz-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

const WRAP = {
  kdf: { name: 'pbkdf2-hmac-sha512', iterations: 1_000 },
  salt: filled(16, 1),
  sealed: filled(90, 2),
} as const

function written(name: string, write: () => void): Uint8Array {
  write()
  return new Uint8Array(readFileSync(join(folder, name)))
}

export const vaultTargets: readonly Target[] = [
  target({
    name: 'backup-header',
    covers: ['vault/backupFormat.ts decodeHeader'],
    faults: [PeerFault],
    seeds: () => bytesIn('vault', 'header'),
    decode: (input) => {
      const length = headerLength(input)
      if (length === undefined) return { input, header: undefined }
      return { input, header: decodeHeader(input.subarray(BACKUP_PREFIX_BYTES)) }
    },
    encode: ({ input, header }) => {
      if (header === undefined) return input
      const whole = encodeHeader(header)
      return Buffer.concat([input.subarray(0, BACKUP_PREFIX_BYTES), whole.subarray(BACKUP_PREFIX_BYTES)])
    },
  }),
  target({
    name: 'backup-frames',
    covers: ['vault/backupFormat.ts FrameReader'],
    faults: [PeerFault],
    seeds: () => [...bytesIn('vault', 'frame'), Buffer.concat(bytesIn('vault', 'frame'))],
    decode: framed,
    encode: ({ input, frames, isInside }) => (isInside ? input : Buffer.concat(frames.map(encodeFrame))),
  }),
  target({
    name: 'backup-chunk',
    covers: [],
    faults: [],
    seeds: () => [filled(16, 0), filled(40, 1)],
    decode: (input) => {
      if (new ChunkCipher(filled(32, 1), primitives).open(input, true) !== undefined)
        throw new ContractBroken('it opened what nobody sealed')
    },
  }),
  target({
    name: 'key-derivation',
    covers: ['vault/kdf.ts kdfFromFields', 'vault/wrap.ts unwrapSecret'],
    faults: [],
    seeds: () => [utf8('["argon2id",65536,3,1]'), utf8('["pbkdf2-hmac-sha512",600000]')],
    words: ['"', ',', '[', '0', '9', '1e9', '-', 'null'],
    decode: (input) => {
      const kdf = kdfFromFields(listOf(input))
      return kdf === undefined ? undefined : kdfFromFields(kdfFields(kdf))
    },
  }),
  target({
    name: 'key-file',
    covers: ['vault/keyFile.ts readKeyFile'],
    faults: [IntegrityFault, CallerFault],
    seeds: () => [
      written('vault.json', () => writeKeyFile(folder, WRAP, primitives)),
      utf8('{"format":"triode-vault","version":1,"state":"unfinished"}'),
    ],
    words: ['"version":2,', '"state":', '"kdf":', 'null', '[', '{', '\u0000', '"check":'],
    decode: (input) => {
      writeFileSync(join(folder, 'vault.json'), input)
      return readKeyFile(folder, primitives)
    },
  }),
  target({
    name: 'tries-file',
    covers: ['vault/tries.ts'],
    faults: [],
    seeds: () => [written('vault.tries', () => new Tries(folder, createVirtualClock(), primitives).begin())],
    decode: (input) => {
      writeFileSync(join(folder, 'vault.tries'), input)
      return new Tries(folder, createVirtualClock(), primitives).waitMs
    },
  }),
  target({
    name: 'blob-state',
    covers: ['vault/blobs/stateFile.ts decodeStateHeader'],
    faults: [],
    seeds: () =>
      (['sha256', 'sha384'] as const).map((hash) =>
        encodeStateHeader(primitives, {
          hash,
          size: 300_000,
          root: filled(hash === 'sha256' ? 32 : 48, 1),
          sealedId: filled(44, 2),
          bootId: filled(16, 3),
        }),
      ),
    decode: (input) => {
      const header = decodeStateHeader(primitives, input)
      const known = header && encodeStateHeader(primitives, header)
      if (known !== undefined && Buffer.compare(known, input.subarray(0, known.length)) !== 0)
        throw new ContractBroken('it decodes, but its one encoding is another')
      return header
    },
  }),
  target({
    name: 'blob-marks',
    covers: [],
    faults: [],
    seeds: () => [filled(2, 255), filled(4_200, 0x5a)],
    decode: (input) => {
      const marks = new ChunkMarks(Math.max(1, input.length * 8 - 3))
      marks.load(0, input)
      const runs = marks.runs()
      const counted = runs.reduce((sum, [, count]) => sum + count, 0)
      const isInside = runs.every(([from, count]) => from >= 0 && count > 0 && from + count <= marks.chunks)
      if (!isInside || counted !== marks.count) throw new ContractBroken('it counts what is not there')
      for (const [from, count] of runs)
        if (
          !marks.has(from) ||
          marks.firstAbsent(from) !== (from + count < marks.chunks ? from + count : undefined)
        )
          throw new ContractBroken('its runs are not what it has')
    },
  }),
  target({
    name: 'map-record',
    covers: ['vault/sealedRecord.ts unpackMapRecord', 'vault/sealedRecord.ts openRecord'],
    faults: [IntegrityFault],
    seeds: () => [packMapRecord('key', encodeValue(['value'])), packMapRecord('', filled(0, 0))],
    decode: unpackMapRecord,
  }),
]

function framed(input: Uint8Array) {
  const [whole, dripping] = [new FrameReader(), new FrameReader()]
  const frames = whole.push(input)
  let count = 0
  for (let at = 0; at < input.length; at += 5) count += dripping.push(input.slice(at, at + 5)).length
  if (count !== frames.length || whole.isInside !== dripping.isInside)
    throw new ContractBroken('in pieces it gives other frames than whole')
  return { input, frames, isInside: whole.isInside }
}

function listOf(input: Uint8Array): unknown[] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(input))
    return Array.isArray(value) ? (value as unknown[]) : []
  } catch {
    return []
  }
}
