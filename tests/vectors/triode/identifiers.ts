import {
  base32,
  ConversationIds,
  deviceIdOf,
  feedIdOf,
  fromBase32,
  invitationIdOf,
  invitationTag,
  messageId,
  parseMessageId,
  roomIdOf,
  type ConversationId,
} from '@triode/core'
import assert from 'node:assert/strict'
import { textRefusal, type Area, type Case, type Json } from './area.ts'
import { alice, bob, circle, filled, hybrid, idOf } from './cast.ts'

export const identifiers: Area = {
  name: 'identifiers',
  format: 'Identifiers',
  spec: ['2'],
  suite: 'hybrid',
  about: 'Ids are text: base32 (RFC 4648, lower case, no padding) of the bytes that the section derives.',
  make: () => ({ cases: [...texts(), ...derived()], refused: refused() }),
}

function texts(): Case[] {
  return [0, 1, 2, 3, 4, 5, 16, 32].map((length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 255)
    const text = base32(bytes)
    assert.deepEqual(fromBase32(text), bytes)
    return { name: `base32 of ${length} bytes`, input: { bytes: bytes.toHex() }, expected: { text } }
  })
}

function derived(): Case[] {
  const of = new ConversationIds(hybrid, circle)
  const conversation = idOf(16, 7) as ConversationId
  const feed = feedIdOf(hybrid, conversation, alice.device, filled(8, 1))
  const message = messageId(feed, 0x0102_0304)
  assert.deepEqual(parseMessageId(message), { feed, seq: 0x0102_0304 })
  const tag = invitationTag(hybrid, circle, filled(32, 0x5e))
  const keys = { circle, one: alice.member, other: bob.member }
  return [
    one('device', { spki: alice.signing.publicKey.toHex() }, deviceIdOf(hybrid, alice.signing.publicKey)),
    one('member, named by its first device', { device: alice.device }, alice.member),
    one('conversation of the circle', { circle }, of.circle),
    one('conversation with oneself', { circle, member: alice.member }, of.self(alice.member)),
    one('conversation of two', keys, of.direct(alice.member, bob.member)),
    one('conversation of two, the other way round', keys, of.direct(bob.member, alice.member)),
    one(
      'room',
      { circle, creator: alice.device, nonce: filled(16, 9).toHex() },
      roomIdOf(hybrid, circle, alice.device, filled(16, 9)),
    ),
    {
      name: 'invitation tag',
      input: { circle, secret: filled(32, 0x5e).toHex() },
      expected: { tag: tag.toHex() },
    },
    one(
      'invitation',
      { circle, inviter: alice.device, tag: tag.toHex() },
      invitationIdOf(hybrid, circle, alice.device, tag),
    ),
    one('feed', { conversation, device: alice.device, incarnation: filled(8, 1).toHex() }, feed),
    one('message', { feed, seq: 0x0102_0304 }, message),
    one('message, the highest number', { feed, seq: 0xffff_fff0 }, messageId(feed, 0xffff_fff0)),
  ]
}

function one(name: string, input: Record<string, Json>, id: string): Case {
  return { name, input, expected: { id } }
}

function refused() {
  const bad: readonly [string, string][] = [
    ['capitals', 'MY'],
    ['a letter that is not one', 'm1'],
    ['bits left over', 'mz'],
    ['a length that no bytes have', 'mym'],
    ['padding', 'my======'],
  ]
  const ids: readonly [string, string][] = [
    ['a message id of 31 letters', 'a'.repeat(31)],
    ['a message id with a foreign letter', `${'a'.repeat(31)}1`],
  ]
  return [
    ...bad.map(([name, text]) =>
      textRefusal(name, { text }, 'CallerFault base32-malformed', () => fromBase32(text)),
    ),
    ...ids.map(([name, text]) =>
      textRefusal(name, { text }, 'CallerFault message-id-malformed', () => parseMessageId(text)),
    ),
  ]
}
