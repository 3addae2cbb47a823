/** What two devices show each other to compare keys (spec §6.7). */
import { base32, compareScanned, encodeValue, formatKeys } from '@triode/core'
import assert from 'node:assert/strict'
import { textRefusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, bob, carol, circle, filled, hybrid, type Person } from './cast.ts'

export const scannedKeys: Area = {
  name: 'scanned-keys',
  format: 'What is scanned to compare keys',
  spec: ['6.7'],
  suite: 'hybrid',
  about: 'Keys are SPKI. What is refused, Alice scans, who believes Bob to have his one key.',
  make: () => ({
    cases: [shownBy('one device, to one', bob, [alice]), shownBy('to two devices', bob, [alice, carol])],
    refused: refusals(),
  }),
}

const keyOf = ({ device, signing }: Person) => ({ id: device, publicKey: signing.publicKey })
const known = { suite: hybrid, circle, ownKey: alice.signing.publicKey, theirs: [keyOf(bob)] }

function textOf(who: Person, believed: readonly Person[], of = circle): string {
  return formatKeys({
    suite: hybrid,
    circle: of,
    ownKey: who.signing.publicKey,
    theirs: believed.map(keyOf),
  })
}

function shownBy(name: string, who: Person, believed: readonly Person[]): Case {
  const text = textOf(who, believed)
  assert.equal(compareScanned(known, text).id, who.device)
  const keys = believed.map(({ signing }) => signing.publicKey.toHex())
  return {
    name,
    input: { circle, ownKey: who.signing.publicKey.toHex(), theirs: keys },
    expected: { text },
  }
}

function refusals(): Refusal[] {
  const raw = (...fields: Parameters<typeof encodeValue>[0][]): string =>
    `triode-keys:${base32(encodeValue(fields))}`
  const hash = filled(32, 1)
  const other = base32(filled(32, 9)) as typeof circle
  const bad: readonly [name: string, text: string, code?: string][] = [
    ['nothing', ''],
    ['another scheme', textOf(bob, [alice]).replace('-keys', '')],
    ['cut', textOf(bob, [alice]).slice(0, -3)],
    ['another version', raw(2, filled(32, 9), hash, [hash])],
    ['a field too many', raw(1, filled(32, 9), hash, [hash], 0)],
    [
      'nine devices',
      raw(
        1,
        filled(32, 9),
        hash,
        Array.from({ length: 9 }, () => hash),
      ),
    ],
    ['of another circle', textOf(bob, [alice], other), 'wrong-circle'],
    ['a key that Alice does not know', textOf(carol, [alice]), 'keys-differ'],
    ['who takes another for Alice', textOf(bob, [carol]), 'keys-differ'],
    ['who knows no key of Alice', textOf(bob, []), 'keys-differ'],
    ['what Alice shows herself', textOf(alice, [bob]), 'keys-differ'],
  ]
  return bad.map(([name, text, code = 'scan-malformed']) =>
    textRefusal(name, { text }, `CallerFault ${code}`, () => compareScanned(known, text)),
  )
}
