import { decodeValue, encodeValue, type FeedId } from '@triode/core'
import { erasureStatement, signErasure } from '../../../packages/core/src/feed/erasure.ts'
import { itemValue, readItem, type Item } from '../../../packages/core/src/feed/item.ts'
import assert from 'node:assert/strict'
import { codecCase, refusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, filled, hybrid, idOf } from './cast.ts'

const HASH_BYTES = 32
const FEED = idOf(16, 8) as FeedId
const BODY_HASH = filled(HASH_BYTES, 1)
/** Of an item in a block, and a little more: so that too long a body is seen by the item itself. */
const MAX_BYTES = 32_768

const encode = (item: Item): Uint8Array => encodeValue(itemValue(item))
const decode = (bytes: Uint8Array): Item => readItem(decodeValue(bytes, MAX_BYTES), HASH_BYTES)

export const items: Area = {
  name: 'items',
  format: 'Entries in a block, and erasures',
  spec: ['9.2', '9.7'],
  suite: 'hybrid',
  about: 'A proof is signed with the Ed25519 key of the seed.',
  make: () => ({
    cases: [...examples().map(([name, item]) => codecCase(name, item, encode, decode)), proof()],
    refused: refusals(),
  }),
}

function examples(): readonly (readonly [name: string, item: Item])[] {
  const signature = signErasure(alice.signing, FEED, 5, BODY_HASH)
  return [
    ['data', { kind: 'data', body: filled(80, 7) }],
    ['data that disappears', { kind: 'data', body: filled(80, 7), expiryHour: 500_001 }],
    ['epoch start', { kind: 'epoch', body: encodeValue([1, filled(32, 1), filled(32, 2)]) }],
    ['erased by its hour', { kind: 'erased', bodyHash: BODY_HASH, expiryHour: 500_001 }],
    [
      'erased by its author',
      { kind: 'erased', bodyHash: BODY_HASH, proof: { device: alice.device, signature } },
    ],
  ]
}

function proof(): Case {
  const statement = erasureStatement(FEED, 5, BODY_HASH)
  const signature = signErasure(alice.signing, FEED, 5, BODY_HASH)
  assert.ok(hybrid.signing.verifier(alice.signing.publicKey).verify(statement, signature))
  return {
    name: 'what the author signs to erase',
    input: { feed: FEED, seq: 5, bodyHash: BODY_HASH.toHex(), seed: alice.seed.toHex() },
    expected: { signed: statement.toHex(), signature: signature.toHex() },
  }
}

function refusals(): Refusal[] {
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0], code?: string][] = [
    ['erased without a reason', [0, BODY_HASH, 0]],
    ['erased with half a proof', [0, BODY_HASH, 0, filled(32, 2)]],
    ['a hash of another length', [0, filled(31, 1), 5]],
    ['the hour 0', [2, 0, filled(80, 7)]],
    ['a form that does not exist', [3, filled(80, 7)]],
    ['more than 16 KiB', filled(16_385, 0), 'oversize'],
  ]
  return bad.map(([name, value, code = 'malformed']) =>
    refusal(name, encodeValue(value), `PeerFault ${code}`, decode),
  )
}
