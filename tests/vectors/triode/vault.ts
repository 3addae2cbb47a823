import { encodeValue, utf8 } from '@triode/core'
import {
  BACKUP_PREFIX_BYTES,
  decodeHeader,
  encodeFrame,
  encodeHeader,
  FrameReader,
  headerLength,
  streamKey,
  type Frame,
} from '../../../packages/vault/src/backupFormat.ts'
import { ChunkCipher } from '../../../packages/vault/src/chunkCipher.ts'
import type { Kdf } from '../../../packages/vault/src/kdf.ts'
import { Sealer } from '../../../packages/vault/src/sealer.ts'
import { unwrapSecret, wrapSecret, type Wrap } from '../../../packages/vault/src/wrap.ts'
import assert from 'node:assert/strict'
import { plain, refusal, type Area, type Case, type Refusal } from './area.ts'
import { filled, fixed, primitives } from './cast.ts'

/** Far below what vaults use: these are for checking, not for keeping. */
const KDFS: readonly Kdf[] = [
  { name: 'argon2id', memoryKib: 64, passes: 1, parallelism: 1 },
  { name: 'pbkdf2-hmac-sha512', iterations: 1_000 },
]
const PASSPHRASE = 'correct horse battery staple'
const SECRET = { master: filled(32, 0x3a), incarnation: filled(16, 0x1c), restoredCount: 2 }
const SALT = filled(16, 0x5a)

export const vault: Area = {
  name: 'vault',
  format: 'Wrapped master key, and backups',
  spec: ['12.2', '12.7'],
  about:
    'The costs of the key derivations are far below those of a vault. The nonce of a wrap is bytes of 0x77.',
  make: () => ({
    cases: [...KDFS.map(wrapped), ...KDFS.map(header), ...frames(), chunks()],
    refused: refusals(),
  }),
}

function wrapOf(kdf: Kdf): Wrap {
  return wrapSecret(SECRET, PASSPHRASE, kdf, SALT, new Sealer(primitives, fixed(0x77)), primitives)
}

function wrapped(kdf: Kdf): Case {
  const wrap = wrapOf(kdf)
  const sealer = new Sealer(primitives, fixed(0))
  assert.deepEqual(unwrapSecret(wrap, PASSPHRASE, sealer, primitives), SECRET)
  assert.equal(unwrapSecret(wrap, 'another', sealer, primitives), undefined)
  return {
    name: `a master key under a passphrase, ${kdf.name}`,
    input: {
      passphrase: PASSPHRASE,
      kdf: plain(kdf),
      salt: SALT.toHex(),
      ...(plain(SECRET) as Record<string, string>),
    },
    expected: { sealed: wrap.sealed.toHex() },
  }
}

function header(kdf: Kdf): Case {
  const given = { wrap: wrapOf(kdf), streamSalt: filled(32, 0x66) }
  const bytes = encodeHeader(given)
  assert.equal(headerLength(bytes), bytes.length - BACKUP_PREFIX_BYTES)
  assert.deepEqual(plain(decodeHeader(bytes.subarray(BACKUP_PREFIX_BYTES))), plain(given))
  return {
    name: `the header of a backup, ${kdf.name}`,
    input: plain(given) as Case['input'],
    expected: {
      header: bytes.toHex(),
      bytes: bytes.subarray(BACKUP_PREFIX_BYTES).toHex(),
      streamKey: streamKey(primitives, SECRET.master, given.streamSalt, bytes).toHex(),
    },
  }
}

const FRAMES: readonly Frame[] = [
  { type: 'name', kind: 0, name: 'settings' },
  { type: 'record', key: 'name', value: utf8('Alice') },
  { type: 'name', kind: 1, name: 'timeline' },
  { type: 'record', key: filled(20, 1), value: filled(3, 2) },
  { type: 'end', names: 2, records: 2 },
]

function frames(): Case[] {
  return FRAMES.map((frame, at) => {
    const bytes = encodeFrame(frame)
    assert.deepEqual(plain(new FrameReader().push(bytes)), plain([frame]))
    return {
      name: `frame ${at} of a backup: ${frame.type}`,
      input: plain(frame) as Case['input'],
      expected: { frame: bytes.toHex() },
    }
  })
}

function chunks(): Case {
  const key = filled(32, 0x4b)
  const [sealing, opening] = [new ChunkCipher(key, primitives), new ChunkCipher(key, primitives)]
  const plaintexts = [utf8('first'), utf8('last')]
  const sealed = plaintexts.map((chunk, at) => sealing.seal(chunk, at === 1))
  assert.deepEqual(
    sealed.map((chunk, at) => opening.open(chunk, at === 1)),
    plaintexts,
  )
  assert.equal(new ChunkCipher(key, primitives).open(sealed[0] ?? key, true), undefined)
  return {
    name: 'two chunks of a stream',
    input: { key: key.toHex(), chunks: plain(plaintexts) },
    expected: { sealed: plain(sealed) },
  }
}

function refusals(): Refusal[] {
  const wrap = [['argon2id', 64, 1, 1], SALT, filled(64, 1)] as const
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0]][] = [
    ['another version', [2, wrap, filled(32, 1)]],
    ['a key derivation that does not exist', [1, [['scrypt', 1], SALT, filled(64, 1)], filled(32, 1)]],
    [
      'more memory than any machine has',
      [1, [['argon2id', 2 ** 40, 1, 1], SALT, filled(64, 1)], filled(32, 1)],
    ],
    ['no passes', [1, [['argon2id', 64, 0, 1], SALT, filled(64, 1)], filled(32, 1)]],
    [
      'less memory than eight blocks a lane',
      [1, [['argon2id', 15, 1, 2], SALT, filled(64, 1)], filled(32, 1)],
    ],
    ['a salt of 15 bytes', [1, [['argon2id', 64, 1, 1], filled(15, 1), filled(64, 1)], filled(32, 1)]],
    ['a stream salt of 31 bytes', [1, wrap, filled(31, 1)]],
    ['a field too many', [1, wrap, filled(32, 1), 0]],
  ]
  return bad.map(([name, value]) =>
    refusal(`header: ${name}`, encodeValue(value), 'PeerFault malformed', decodeHeader),
  )
}
