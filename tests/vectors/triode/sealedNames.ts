/** Names and seats as they stand in the membership log. */
import { fromBase32, NamesKey, type SealPlace } from '@triode/core'
import assert from 'node:assert/strict'
import type { Area, Case } from './area.ts'
import { alice, bob, filled, hybrid, NAMES } from './cast.ts'

const AUTHOR = fromBase32(alice.device)

export const sealedNames: Area = {
  name: 'sealed-names',
  format: 'Names and seats, sealed in the membership log',
  spec: ['5.13'],
  suite: 'hybrid',
  about:
    '"field" is the place among the fields of the type; "text" is null where what is sealed does not open.',
  make: () => ({
    cases: [
      { name: 'id of the key', input: { key: NAMES.bytes.toHex() }, expected: { id: NAMES.id.toHex() } },
      name('nickname of a founder', { code: 0, author: AUTHOR, sequence: 0 }, 4, 'Alice'),
      name('its circle, called alike', { code: 0, author: AUTHOR, sequence: 0 }, 0, 'Alice'),
      name('of 63 bytes', { code: 9, author: AUTHOR, sequence: 7 }, 0, 'a'.repeat(63)),
      name('of 64 bytes', { code: 9, author: AUTHOR, sequence: 7 }, 0, 'a'.repeat(64)),
      name('of 192 bytes', { code: 10, author: AUTHOR, sequence: 2 ** 40 }, 0, '\u97f3'.repeat(64)),
      room(),
      ...closed(),
    ],
  }),
}

function name(title: string, place: SealPlace, field: number, text: string): Case {
  const sealed = NAMES.in(place).name(field, text)
  assert.equal(NAMES.in(place).openName(field, sealed), text)
  return { name: title, input: inputOf(place, field, text), expected: { sealed: sealed.toHex() } }
}

function inputOf({ code, author, sequence }: SealPlace, field: number, text: string | null): Case['input'] {
  return { key: NAMES.bytes.toHex(), type: code, author: author.toHex(), sequence, field, text }
}

function room(): Case {
  const place = { code: 7, author: AUTHOR, sequence: 3 }
  const seats = [filled(16, 4), [fromBase32(bob.device)]]
  const sealed = NAMES.in(place).seats(seats)
  return {
    name: 'a room with one other',
    input: {
      ...inputOf(place, 0, null),
      nonce: filled(16, 4).toHex(),
      members: [fromBase32(bob.device).toHex()],
    },
    expected: { sealed: sealed.toHex() },
  }
}

/** What opens for nobody. */
function closed(): Case[] {
  const place = { code: 9, author: AUTHOR, sequence: 7 }
  const sealed = NAMES.in(place).name(0, 'Alice')
  const other = new NamesKey(hybrid, filled(32, 0x02))
  const ways: readonly (readonly [title: string, place: SealPlace, field: number, sealed: Uint8Array])[] = [
    ['under another key', place, 0, other.in(place).name(0, 'Alice')],
    ['from another type', { ...place, code: 10 }, 0, sealed],
    ['from another author', { ...place, author: fromBase32(bob.device) }, 0, sealed],
    ['from another entry', { ...place, sequence: 8 }, 0, sealed],
    ['from another field', place, 4, sealed],
    ['cut', place, 0, sealed.subarray(1)],
  ]
  return ways.map(([title, at, field, bytes]) => {
    assert.equal(NAMES.in(at).openName(field, bytes), undefined)
    return {
      name: `sealed ${title}: no name`,
      input: { ...inputOf(at, field, null), sealed: bytes.toHex() },
      expected: { text: null },
    }
  })
}
