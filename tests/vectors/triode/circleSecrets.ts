/** Circle secrets as they travel and are named (spec §5.10). */
import {
  decodeSecretEntry,
  encodeSecretEntry,
  encodeValue,
  endedDigest,
  secretTag,
  type CircleSecret,
} from '@triode/core'
import assert from 'node:assert/strict'
import { codecCase, refusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, bob, filled, hybrid, smallLog } from './cast.ts'

export const circleSecrets: Area = {
  name: 'circle-secrets',
  format: 'Circle secrets: the entry that carries one, its tag, and what it covers',
  spec: ['5.10'],
  suite: 'hybrid',
  make: () => ({
    cases: [
      codecCase('an entry, nobody out', secret(0), encodeSecretEntry, decodeSecretEntry),
      codecCase('an entry that covers who is out', secret(16), encodeSecretEntry, decodeSecretEntry),
      tag(),
      ended(),
    ],
    refused: refusals(),
  }),
}

function secret(covered: 0 | 16): CircleSecret {
  return { generation: 1 + covered, secret: filled(32, 0xc5), covers: filled(covered, 6) }
}

function tag(): Case {
  const bytes = filled(32, 0xc5)
  return {
    name: 'tag on a card',
    input: { secret: bytes.toHex() },
    expected: { tag: secretTag(hybrid, bytes).toHex() },
  }
}

/** Bob is removed, so his device is what a secret has to cover. */
function ended(): Case {
  const { log } = smallLog()
  assert.equal(endedDigest(hybrid, log.state()).length, 0)
  log.append(alice.signing, { type: 'remove', member: bob.member }, log.state().createdAt + 9)
  const covers = endedDigest(hybrid, log.state())
  return { name: 'who is out', input: { devices: [bob.device] }, expected: { covers: covers.toHex() } }
}

function refusals(): Refusal[] {
  const whole = ['circle-secret', 1, 3, filled(32, 5), filled(16, 6)] as const
  const bad: readonly [name: string, bytes: Uint8Array, code?: string][] = [
    ['nothing', new Uint8Array(0)],
    ['another kind', encodeValue(['circle-secreT', ...whole.slice(1)])],
    ['another version', encodeValue([whole[0], 2, ...whole.slice(2)])],
    ['a secret of 31 bytes', encodeValue([...whole.slice(0, 3), filled(31, 5), whole[4]])],
    ['covers of 15 bytes', encodeValue([...whole.slice(0, 4), filled(15, 6)])],
    ['a field too many', encodeValue([...whole, 0])],
    ['too long', new Uint8Array(129), 'oversize'],
  ]
  return bad.map(([name, bytes, code = 'malformed']) =>
    refusal(name, bytes, `PeerFault ${code}`, decodeSecretEntry),
  )
}
