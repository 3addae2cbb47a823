/** Spoken codes: how they are read, and a whole meeting with fixed scalars (spec §6.8). */
import {
  answerMeeting,
  cpaceGenerator,
  encodeValue,
  formatSpokenCode,
  LABEL,
  labelled,
  parseSpokenCode,
  spokenSecret,
  startMeeting,
  u32,
  type InviterMeeting,
  type MeetingBinding,
} from '@triode/core'
import assert from 'node:assert/strict'
import { plainFields, refusal, textRefusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, bob, filled, fixed, hybrid, primitives } from './cast.ts'

const CODE = { number: 4_821, words: ['crucial', 'clown'] } as const
const LINK = 'triode:abcdefgh'
/** Bytes of the two sides' scalars, repeated. */
const [JOINER_SCALAR, INVITER_SCALAR] = [0x11, 0x22]
const BINDING: MeetingBinding = {
  suite: hybrid,
  primitives,
  exporter: filled(32, 0xee),
  joinerKey: bob.signing.publicKey,
  inviterKey: alice.signing.publicKey,
}

export const spokenCodes: Area = {
  name: 'spoken-codes',
  format: 'Spoken codes, and the meeting of the two who share one',
  spec: ['6.8'],
  suite: 'hybrid',
  about:
    'The exporter, which comes from TLS, and the scalars of CPace are given. "joinerKey" and "inviterKey" are SPKI. The refused ' +
    'bytes of a meeting are answered by the inviter, or taken by the joiner, of the case "a meeting".',
  make: () => ({
    cases: [...READINGS.map(reading), meeting()],
    refused: [...badCodes(), ...badHellos(), ...badAnswers(), ...badLast()],
  }),
}

/** As people type it. */
const READINGS = [
  '4821-crucial-clown',
  ' 48 21 CRUC clow',
  '4821, Crucial & clowns',
  '9999 zoo act',
  '1000 abandon.zoo',
]

function reading(text: string): Case {
  const code = parseSpokenCode(text)
  assert.deepEqual(parseSpokenCode(formatSpokenCode(code)), code)
  return {
    name: `read: ${text}`,
    input: { text },
    expected: {
      number: code.number,
      words: code.words,
      code: formatSpokenCode(code),
      secret: spokenSecret(code).toHex(),
    },
  }
}

function begun(): ReturnType<typeof startMeeting> {
  return startMeeting(BINDING, CODE, fixed(JOINER_SCALAR))
}

function answered(hello: Uint8Array): InviterMeeting {
  return answerMeeting(BINDING, CODE, hello, fixed(INVITER_SCALAR))
}

function meeting(): Case {
  const near = begun()
  const far = answered(near.hello)
  const { proof, finish } = near.prove(far.answer)
  assert.ok(far.holds(proof))
  const last = far.handOver(LINK)
  assert.equal(finish(last), LINK)
  const { joinerKey, inviterKey, exporter } = BINDING
  const parties = [joinerKey, inviterKey].map((key) => hybrid.hash(key))
  const channel = labelled(LABEL.spokenMeeting, u32(CODE.number), ...parties)
  const input = { secret: spokenSecret(CODE), channel, session: exporter }
  return {
    name: 'a meeting',
    input: {
      ...plainFields({ code: formatSpokenCode(CODE), exporter, joinerKey, inviterKey, link: LINK }),
      joinerScalar: filled(32, JOINER_SCALAR).toHex(),
      inviterScalar: filled(32, INVITER_SCALAR).toHex(),
    },
    expected: plainFields({
      ...input,
      generator: cpaceGenerator(primitives, input),
      hello: near.hello,
      answer: far.answer,
      proof,
      last,
    }),
  }
}

function badCodes(): Refusal[] {
  const bad: readonly [name: string, text: string][] = [
    ['no code', ''],
    ['a number that begins with 0', '0821-crucial-clown'],
    ['three digits', '821-crucial-clown'],
    ['five digits', '48210-crucial-clown'],
    ['a word of no list', '4821-xyzzy-clown'],
    ['three letters of a longer word', '4821-cru-clown'],
    ['one word', '4821-crucial'],
    ['three words', '4821-crucial-clown-zoo'],
    ['too long', `4821-crucial-clown${' '.repeat(128)}`],
  ]
  return bad.map(([name, text]) =>
    textRefusal(name, { text }, 'CallerFault code-malformed', () => parseSpokenCode(text)),
  )
}

/** u-coordinates of low order (RFC 7748 §6.1), and one with a bit that X25519 ignores and nobody honest sets. */
const POINTS: readonly (readonly [name: string, hex: string])[] = [
  ['a share of order 2', '00'.repeat(32)],
  ['a share of order 4', `01${'00'.repeat(31)}`],
  ['a share of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
  ['a share with its top bit set', `09${'00'.repeat(30)}80`],
]

function badHellos(): Refusal[] {
  const point = filled(32, 9)
  const bad: readonly (readonly [name: string, bytes: Uint8Array, code?: string])[] = [
    ['hello: nothing', new Uint8Array(0)],
    ['hello: another version', encodeValue([2, point]), 'version-unknown'],
    ['hello: a share of 31 bytes', encodeValue([1, filled(31, 9)])],
    ['hello: a field too many', encodeValue([1, point, 0])],
    ['hello: too long', new Uint8Array(65), 'oversize'],
    ...POINTS.map(
      ([name, hex]) =>
        [`hello: ${name}`, encodeValue([1, Uint8Array.fromHex(hex)]), 'key-malformed'] as const,
    ),
  ]
  return bad.map(([name, bytes, code = 'malformed']) =>
    refusal(name, bytes, `PeerFault ${code}`, (hello) => answered(hello)),
  )
}

function badAnswers(): Refusal[] {
  const bad: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
    ['answer: no', encodeValue([false]), 'code-dead'],
    ['answer: yes, and no share', encodeValue([true]), 'malformed'],
    ...POINTS.map(
      ([name, hex]) =>
        [`answer: ${name}`, encodeValue([true, Uint8Array.fromHex(hex)]), 'key-malformed'] as const,
    ),
  ]
  return bad.map(([name, bytes, code]) =>
    refusal(name, bytes, `PeerFault ${code}`, (answer) => begun().prove(answer)),
  )
}

function badLast(): Refusal[] {
  const near = begun()
  const far = answered(near.hello)
  const last = far.handOver(LINK)
  const changed = Uint8Array.from(last)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  const other = answerMeeting(
    BINDING,
    { ...CODE, words: ['clown', 'crucial'] },
    near.hello,
    fixed(INVITER_SCALAR),
  )
  const bad: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
    ['last: no', encodeValue([false]), 'code-wrong'],
    ['last: of an inviter with the words in another order', other.handOver(LINK), 'code-wrong'],
    ['last: a link that was changed', changed, 'code-wrong'],
    ['last: a proof of 31 bytes', encodeValue([true, filled(31, 1), filled(32, 2)]), 'malformed'],
  ]
  const { finish } = near.prove(far.answer)
  return bad.map(([name, bytes, code]) => refusal(name, bytes, `PeerFault ${code}`, finish))
}
