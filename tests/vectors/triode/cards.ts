import {
  CARD_MAX_BYTES,
  decodeValue,
  encodeValue,
  LABEL,
  labelled,
  openCard,
  type CircleId,
} from '@triode/core'
import assert from 'node:assert/strict'
import { plainFields, refusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, cardOf, circle, filled, hybrid, idOf } from './cast.ts'

export const cards: Area = {
  name: 'cards',
  format: 'Device cards',
  spec: ['5.9'],
  suite: 'hybrid',
  about: 'Signed with the Ed25519 key of the seed, over the label triode/v1/card/signature and the body.',
  make: () => ({ cases: [card(7), card(0xffff_ffff)], refused: refusals() }),
}

const keyOf = () => alice.signing.publicKey

export function open(bytes: Uint8Array) {
  return openCard(hybrid, circle, bytes, keyOf)
}

function card(generation: number): Case {
  const bytes = cardOf(alice, generation)
  const opened = open(bytes)
  assert.equal(opened.generation, generation)
  return {
    name: `a card of generation ${generation}`,
    input: { ...plainFields(opened), circle, seed: alice.seed.toHex() },
    expected: { bytes: bytes.toHex() },
  }
}

type Fields = Parameters<typeof encodeValue>[0][]

function signedFields(...fields: Fields): Uint8Array {
  const body = encodeValue(fields)
  return encodeValue([body, alice.signing.sign(labelled(LABEL.deviceCard, body))])
}

/** The fields of a sound card, to change one. */
function fieldsOf(card: Uint8Array): Fields {
  const [body] = decodeValue(card, CARD_MAX_BYTES) as [Uint8Array]
  return [...(decodeValue(body, CARD_MAX_BYTES) as Fields)]
}

function refusals(): Refusal[] {
  const good = fieldsOf(cardOf(alice))
  const change = (at: number, value: Fields[number]): Uint8Array => signedFields(...good.with(at, value))
  const other = openCard.bind(undefined, hybrid, idOf(32, 5) as CircleId, cardOf(alice), keyOf)
  assert.throws(other, { code: 'wrong-circle' })
  const bad: readonly [name: string, bytes: Uint8Array, code: string][] = [
    ['another version', change(0, 2), 'version-unknown'],
    ['of another circle', change(1, filled(32, 5)), 'wrong-circle'],
    ['a sealing key of another length', change(5, filled(32, 1)), 'malformed'],
    [
      'seventeen addresses',
      change(
        6,
        Array.from({ length: 17 }, () => 'lan:'),
      ),
      'malformed',
    ],
    ['an address with a blank', change(6, ['tcp:1 2']), 'malformed'],
    ['an address of 129 letters', change(6, ['a'.repeat(129)]), 'malformed'],
    ['a generation beyond 32 bits', change(3, 2 ** 32), 'malformed'],
    ['a field too many', signedFields(...good, 0), 'malformed'],
    ['a signature of nobody', encodeValue([encodeValue(good), filled(64, 1)]), 'signature-invalid'],
    ['nothing', new Uint8Array(0), 'malformed'],
  ]
  return bad.map(([name, bytes, code]) =>
    refusal(name, bytes, `PeerFault ${code}`, open, { circle, seed: alice.seed.toHex() }),
  )
}
