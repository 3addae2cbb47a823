import {
  base32,
  CircleSecrets,
  encodeValue,
  formatLink,
  invitationKeys,
  invitationKnockName,
  invitationLanName,
  knockName,
  lanName,
  hourOf,
  parseLink,
  safetyWords,
  spokenKnockName,
  spokenLanName,
  type EntryHash,
  type InvitationId,
  type InvitationLink,
} from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import assert from 'node:assert/strict'
import {
  decodeProven,
  decodeRequest,
  decodeResponse,
  encodeProven,
  encodeRequest,
  encodeResponse,
  inviteeProof,
  inviterProof,
  JOIN_REQUEST_MAX_BYTES,
  type JoinBinding,
} from '../../../packages/core/src/circle/joinWire.ts'
import { decodeAnswer, encodeAnswer, encodeRefusal } from '../../../packages/device/src/joining/joinStream.ts'
import { codecCase, plainFields, refusal, textRefusal, type Area, type Case, type Refusal } from './area.ts'
import {
  alice,
  bob,
  cardOf,
  circle,
  filled,
  fixed,
  hybrid,
  idOf,
  NOW,
  primitives,
  repeatable,
  smallLog,
  NAMES,
} from './cast.ts'
import { createSuite, SUITE } from '@triode/core'

export const invitations: Area = {
  name: 'invitations',
  format: 'Invitation links, and the keys they lead to',
  spec: ['6.2', '6.3'],
  suite: 'hybrid',
  make: () => ({
    cases: [link(), link('a link for an own device', { ownDevice: true }), keys()],
    refused: badLinks(),
  }),
}

function link(name = 'a link', kind: Pick<InvitationLink, 'ownDevice'> = {}): Case {
  const given = { ...smallLog().link, ...kind }
  const text = formatLink(given)
  assert.deepEqual(parseLink(text, NOW), given)
  assert.deepEqual(parseLink(` ${text.toUpperCase()}\n`, NOW), given)
  return { name, input: plainFields(given), expected: { text } }
}

function keys(): Case {
  const secret = filled(32, 0x5e)
  return {
    name: 'keys of an invitation',
    input: { circle, inviter: alice.device, secret: secret.toHex() },
    expected: plainFields(invitationKeys(hybrid, circle, alice.device, secret)),
  }
}

function badLinks(): Refusal[] {
  const fields = [1, filled(32, 1), 'hybrid', filled(32, 2), filled(32, 3), NOW, ['lan:']] as const
  const text = (...changed: Parameters<typeof encodeValue>[0][]): string =>
    `triode:${base32(encodeValue(changed))}`
  const bad: readonly [name: string, text: string][] = [
    ['nothing', ''],
    ['another scheme', 'https://example.org/'],
    ['cut', formatLink(smallLog().link).slice(0, -3)],
    ['another version', text(2, ...fields.slice(1))],
    ['a secret of 31 bytes', text(...fields.slice(0, 4), filled(31, 3), NOW, ['lan:'])],
    ['a field too many', text(...fields, 0)],
    ['an address with a blank', text(...fields.slice(0, 6), ['a b'])],
    ['too long', `triode:${'a'.repeat(4_096)}`],
  ]
  return bad.map(([name, given]) =>
    textRefusal(name, { text: given }, 'CallerFault link-malformed', () => parseLink(given)),
  )
}

const BINDING: JoinBinding = {
  suite: hybrid,
  circle,
  exporter: filled(32, 0xee),
  inviteeKey: bob.signing.publicKey,
  inviterKey: alice.signing.publicKey,
}

export const joining: Area = {
  name: 'joining',
  format: 'Join request, answer and proofs',
  spec: ['6.4', '6.5', '6.6'],
  suite: 'hybrid',
  about: 'The exporter, which comes from TLS, is given; "answer" is what travels on the stream.',
  make: () => ({ cases: [request(), ...proofs(), ...responses(), answer(), told()], refused: badRequests() }),
}

const REQUEST = {
  invitation: idOf(16, 0x1d) as InvitationId,
  nickname: 'Bob',
  consent: filled(64, 3),
  card: cardOf(bob),
}

const RESPONSE = {
  admission: idOf(32, 0xad) as EntryHash,
  names: NAMES.bytes,
  secrets: [new CircleSecrets(createMemoryStore(), circle).create(fixed(0xc5))],
  entries: smallLog().log.allBytes(),
  cards: [cardOf(alice)],
}

function request(): Case {
  return codecCase('request', REQUEST, encodeRequest, decodeRequest)
}

function responses(): Case[] {
  const decode = (bytes: Uint8Array) => decodeResponse(hybrid, bytes)
  return [
    codecCase('response', RESPONSE, encodeResponse, decode),
    codecCase('response to a keeper', { ...RESPONSE, names: undefined }, encodeResponse, decode),
  ]
}

function proofs(): Case[] {
  const [requestBody, body] = [encodeRequest(REQUEST), encodeResponse(RESPONSE)]
  const keysOf = invitationKeys(hybrid, circle, alice.device, filled(32, 0x5e))
  const { suite: _, ...known } = plainFields({ ...BINDING, suite: undefined })
  const invitee = inviteeProof(BINDING, keysOf.inviteeProof, requestBody)
  const inviter = inviterProof(BINDING, keysOf.inviterProof, requestBody, body)
  const proven = encodeProven({ body: requestBody, proof: invitee })
  assert.deepEqual(decodeProven(proven, JOIN_REQUEST_MAX_BYTES), { body: requestBody, proof: invitee })
  return [
    {
      name: 'proof of the invitee',
      input: { ...known, key: keysOf.inviteeProof.toHex(), body: requestBody.toHex() },
      expected: { proof: invitee.toHex(), bytes: proven.toHex() },
    },
    {
      name: 'proof of the inviter',
      input: {
        ...known,
        key: keysOf.inviterProof.toHex(),
        requestBody: requestBody.toHex(),
        body: body.toHex(),
      },
      expected: { proof: inviter.toHex() },
    },
  ]
}

function answer(): Case {
  const bytes = encodeAnswer(filled(8, 1))
  assert.deepEqual(decodeAnswer(bytes), filled(8, 1))
  return { name: 'answer', input: { response: filled(8, 1).toHex() }, expected: { bytes: bytes.toHex() } }
}

function told(): Case {
  const bytes = encodeRefusal('invitation-spent')
  assert.throws(() => decodeAnswer(bytes), { code: 'invitation-refused' })
  return {
    name: 'answer that refuses',
    input: { code: 'invitation-spent' },
    expected: { bytes: bytes.toHex() },
  }
}

function badRequests(): Refusal[] {
  const fields = [1, filled(16, 1), 'Bob', filled(64, 3), filled(100, 4)] as const
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0], code?: string][] = [
    ['another version', [2, ...fields.slice(1)], 'version-unknown'],
    ['an invitation id of 15 bytes', [1, filled(15, 1), ...fields.slice(2)]],
    ['a nickname that is blank', [1, filled(16, 1), ' ', ...fields.slice(3)]],
    ['no consent', [...fields.slice(0, 3), filled(0, 0), filled(100, 4)]],
    ['a field too many', [...fields, null]],
  ]
  return bad.map(([name, value, code = 'malformed']) =>
    refusal(name, encodeValue(value), `PeerFault ${code}`, decodeRequest),
  )
}

export const networkNames: Area = {
  name: 'network-names',
  format: 'Knock and LAN names',
  spec: ['6.8', '7.3', '8.2'],
  suite: 'hybrid',
  make: () => ({ cases: [0, hourOf(NOW), hourOf(NOW) + 1].map(namesAt) }),
}

function namesAt(hour: number): Case {
  const [secret, key] = [filled(32, 0xc5), filled(32, 0x1e)]
  return {
    name: `names in hour ${hour}`,
    input: {
      hour,
      circleSecret: secret.toHex(),
      device: alice.device,
      invitationKey: key.toHex(),
      spokenNumber: 4_821,
    },
    expected: {
      knock: knockName(hybrid, secret, hour),
      invitationKnock: invitationKnockName(hybrid, key, hour),
      lan: lanName(hybrid, secret, alice.device, hour),
      invitationLan: invitationLanName(hybrid, key, hour),
      spokenKnock: spokenKnockName(hybrid, 4_821, hour),
      spokenLan: spokenLanName(hybrid, 4_821, hour),
    },
  }
}

export const words: Area = {
  name: 'safety-words',
  format: 'Safety words',
  spec: ['6.7'],
  make: () => ({
    cases: [...Object.values(SUITE).map((name) => createSuite(name, primitives)), repeatable].map((suite) => {
      const [one, other] = [filled(44, 1), filled(44, 2)]
      const compared = safetyWords(suite, circle, one, other)
      assert.deepEqual(safetyWords(suite, circle, other, one), compared)
      return {
        name: `words of two keys, suite ${suite.name}`,
        input: { suite: suite.name, circle, spkiA: one.toHex(), spkiB: other.toHex() },
        expected: { words: compared },
      }
    }),
  }),
}
