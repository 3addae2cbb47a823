/** Names and seats in the log are for those who have the circle's names key (spec §5.13): keepers have it not. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  base32,
  createNamesKey,
  createSuite,
  decodeEntry,
  encodeValue,
  Fault,
  fromBase32,
  isName,
  MAX_ROOM_CHANGE,
  type NamesKey,
  PeerFault,
  signEntry,
  sortedMembers,
  utf8,
  type CircleId,
  type EntryHash,
  type MemberId,
  type Payload,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom } from '@triode/testkit'
import { canonical, canonicalUnnamed } from './canonical.ts'
import { meet, openLog, sorted, suite, World, type Person } from './world.ts'

interface Band {
  readonly world: World
  readonly alice: Person
  readonly bob: Person
  readonly kim: Person
}

/** Kim is a keeper. */
function band(seed = 'names'): Band {
  const world = new World(seed)
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  const kim = world.join(alice, 'Kim', 'keeper')
  meet(alice, bob, kim)
  return { world, alice, bob, kim }
}

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'no fault'
  } catch (fault) {
    assert.ok(fault instanceof Fault)
    return fault.code
  }
}

/** Signs what append() would not, sealed under `names`. */
function forge(
  { log, key, device, world }: Person,
  payload: Payload,
  names: NamesKey | undefined,
): Uint8Array {
  const sequence = log.entries().filter(({ author }) => author === device).length
  const draft = { circle: log.circle, sequence, parents: log.heads(), at: world.now++, payload }
  return signEntry(suite, key, draft, names)
}

describe('A keeper', () => {
  it('sees members, devices, roles and policies, and neither a name nor a room', () => {
    const { alice, bob, kim } = band()
    const room = alice.room(bob)
    bob.says({ type: 'nickname', nickname: 'Robert' })
    alice.setPolicy('history', 'all')
    meet(alice, bob, kim)
    assert.deepEqual(kim.log.digest(), alice.log.digest())
    assert.deepEqual(canonicalUnnamed(kim.log), canonicalUnnamed(alice.log))
    assert.deepEqual([kim.state.name, kim.roster, kim.state.rooms.size], [undefined, ['?', '?', '?'], 0])
    assert.deepEqual([alice.state.name, alice.roster], ['The Band', ['Alice', 'Kim', 'Robert']])
    assert.deepEqual(alice.inRoom(room), ['Alice', 'Robert'])
  })

  it('holds no byte of a name, and not the id of a room', () => {
    const { alice, bob, kim } = band()
    const room = alice.room(bob)
    bob.says({ type: 'nickname', nickname: 'Robert' })
    alice.says({ type: 'rename', name: 'The Orchestra' })
    meet(alice, bob, kim)
    const all = Buffer.concat(kim.log.allBytes())
    for (const name of ['Alice', 'Bob', 'Robert', 'Kim', 'The Band', 'The Orchestra'])
      assert.equal(all.includes(utf8(name)), false, name)
    assert.equal(all.includes(fromBase32(room)), false)
    // That it would be found: what is not sealed is there.
    assert.ok(all.includes(fromBase32(bob.device)) && all.includes(utf8('keeper')))
  })

  it('calls itself nothing, and who makes it a member gives it what it lacked', () => {
    const { alice, bob, kim } = band()
    alice.room(bob, alice)
    assert.equal(
      codeOf(() => kim.says({ type: 'nickname', nickname: 'K' })),
      'names-key-missing',
    )
    assert.equal(
      codeOf(() => kim.says({ type: 'nickname', nickname: undefined })),
      'role-may-do-this',
    )
    alice.giveRole(kim, 'member')
    meet(alice, bob, kim)
    assert.equal(
      codeOf(() => kim.room(bob)),
      'names-key-missing',
    )
    assert.ok(alice.log.names)
    kim.log.learnNames(alice.log.names.bytes)
    assert.deepEqual(canonical(kim.state), canonical(alice.state))
    kim.says({ type: 'nickname', nickname: 'Kimberley' })
    meet(alice, kim)
    assert.deepEqual(alice.roster, ['Alice', 'Bob', 'Kimberley'])
  })

  it('that was a member keeps the key, as it keeps what it read', () => {
    const { alice, bob, kim } = band()
    alice.giveRole(bob, 'keeper')
    meet(alice, bob, kim)
    assert.deepEqual(bob.roster, ['Alice', 'Bob', 'Kim'])
    assert.equal(
      codeOf(() => bob.says({ type: 'nickname', nickname: 'B' })),
      'role-may-do-this',
    )
  })
})

describe('The names key', () => {
  it('is the one that the first entry tells of, and no other', () => {
    const { world, alice, kim } = band()
    assert.ok(alice.log.names)
    const other = createNamesKey(suite, world.random)
    assert.equal(
      codeOf(() => kim.log.learnNames(other.bytes)),
      'names-key-wrong',
    )
    assert.equal(kim.log.names, undefined)
    const { payload } = decodeEntry(suite, alice.log.allBytes()[0] ?? new Uint8Array(0)).entry
    assert.ok(payload.type === 'create')
    assert.deepEqual(payload.namesId, alice.log.names.id)
  })

  it('is in the store, and not there when what stored it failed', () => {
    const { alice, kim } = band()
    const { names } = alice.log
    assert.ok(names)
    assert.throws(() =>
      kim.log.transaction(() => {
        kim.log.learnNames(names.bytes)
        assert.equal(kim.state.name, 'The Band')
        throw new RangeError('full')
      }),
    )
    assert.deepEqual([kim.log.names, kim.state.name], [undefined, undefined])
    kim.log.learnNames(names.bytes)
    kim.log.reload()
    assert.equal(kim.state.name, 'The Band')
  })

  it('reads what waits for an entry before it, too', () => {
    const { alice, bob, kim } = band()
    const before = alice.log.size
    bob.says({ type: 'nickname', nickname: 'Robert' })
    bob.says({ type: 'nickname', nickname: 'Rob' })
    const [first, second] = bob.log.allBytes().slice(before)
    assert.ok(first && second && alice.log.names)
    assert.equal(kim.log.add(second), 'pending')
    kim.log.learnNames(alice.log.names.bytes)
    assert.equal(kim.log.add(first), 'added')
    assert.deepEqual(kim.roster, ['Alice', 'Kim', 'Rob'])
  })
})

describe('Nonsense of a member', () => {
  const cases: Readonly<Record<string, (band: Band) => Payload>> = {
    'a nickname': () => ({ type: 'nickname', nickname: 'Bobby' }),
    'a name of the circle': () => ({ type: 'rename', name: 'Mine' }),
    'a room': ({ alice }) => ({ type: 'room', nonce: new Uint8Array(16), members: sorted([alice]) }),
  }
  for (const [what, payload] of Object.entries(cases)) {
    it(`sealed under another key: ${what} is none, for all`, () => {
      const made = band(what)
      const { world, alice, bob, kim } = made
      alice.giveRole(bob, 'owner')
      meet(alice, bob, kim)
      bob.log.add(forge(bob, payload(made), createNamesKey(suite, world.random)))
      meet(alice, bob, kim)
      assert.deepEqual(canonical(alice.state), canonical(bob.state))
      assert.deepEqual(canonicalUnnamed(kim.log), canonicalUnnamed(alice.log))
      const { type } = payload(made)
      if (type === 'nickname') assert.deepEqual(alice.roster, ['?', 'Alice', 'Kim'])
      if (type === 'rename') assert.equal(alice.state.name, undefined)
      if (type === 'room') assert.deepEqual([...alice.state.refused.values()], ['seatsAreOpen'])
      // Neither stands in the way of what is said well later.
      bob.says({ type: 'nickname', nickname: 'Bob again' })
      bob.says({ type: 'rename', name: 'The Trio' })
      const room = bob.room(alice)
      meet(alice, bob, kim)
      assert.deepEqual([alice.state.name, alice.inRoom(room)], ['The Trio', ['Alice', 'Bob again']])
    })
  }

  it('sealed well, and no name: is none', () => {
    const { alice, bob } = band()
    for (const nickname of ['', ' ', 'a\u202eb', 'x'.repeat(65)]) {
      bob.log.add(forge(bob, { type: 'nickname', nickname }, bob.log.names))
      meet(alice, bob)
      assert.deepEqual(alice.roster, ['?', 'Alice', 'Kim'], JSON.stringify(nickname))
      assert.deepEqual(canonical(alice.state), canonical(bob.state))
    }
  })

  it('sealed well, and no seats: makes no room', () => {
    const { alice, bob } = band()
    const names = alice.log.names
    assert.ok(names)
    const nonce = new Uint8Array(16)
    const ids = [alice, bob].map(({ member }) => fromBase32(member))
    const seats = [
      [nonce, ids.toSorted((one, other) => Buffer.compare(one, other)).toReversed()],
      [nonce, [ids[0] ?? nonce, ids[0] ?? nonce]],
      [nonce.subarray(1), []],
      [nonce],
      [nonce, [], 0],
      'seats',
    ]
    for (const wrong of seats) {
      const sequence = bob.log.entries().filter(({ author }) => author === bob.device).length
      const place = { code: 7, author: fromBase32(bob.device), sequence }
      const sealed = names.in(place).seats(wrong)
      const bytes = forge(bob, { type: 'sealed-room', seats: sealed }, undefined)
      assert.equal(decodeEntry(suite, bytes, names).entry.payload.type, 'sealed-room')
      bob.log.add(bytes)
    }
    meet(alice, bob)
    assert.deepEqual([alice.state.rooms.size, alice.state.refused.size], [0, seats.length])
    assert.deepEqual(canonical(alice.state), canonical(bob.state))
  })

  it('copied from another entry opens nowhere else', () => {
    const { alice, bob } = band()
    alice.says({ type: 'nickname', nickname: 'Al' })
    meet(alice, bob)
    const last = alice.log.allBytes().at(-1) ?? new Uint8Array(0)
    const bare = openLog(suite, alice.log.circle, undefined)
    for (const bytes of alice.log.allBytes()) bare.add(bytes)
    const { body } = decodeEntry(suite, last)
    // The sealed field is the end of the body: Bob writes one like it, with these very bytes.
    const own = forge(bob, { type: 'nickname', nickname: 'XX' }, bob.log.names)
    const ownBody = decodeEntry(suite, own).body
    const copied = Uint8Array.from(ownBody)
    copied.set(body.subarray(-92), copied.length - 92)
    const signature = bob.key.sign(Buffer.concat([utf8('triode/v1/log/entry'), copied]))
    assert.equal(bob.log.add(encodeValue([copied, signature])), 'added')
    meet(alice, bob)
    assert.deepEqual(alice.roster, ['?', 'Al', 'Kim'])
  })
})

describe('Sealed names', () => {
  const key = createNamesKey(suite, createSeededRandom('key'))
  const place = { code: 9, author: new Uint8Array(32), sequence: 3 }
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }).filter((name) => isName(name, 64))

  it('open to what they were, in four lengths, and to nothing when a bit of them is another', () => {
    const lengths = new Set<number>()
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(9), (name, at, flip, field) => {
        const seal = key.in(place)
        const sealed = seal.name(field, name)
        lengths.add(sealed.length)
        assert.deepEqual(seal.name(field, name), sealed)
        assert.equal(seal.openName(field, sealed), name)
        assert.equal(seal.openName(field + 1, sealed), undefined)
        const changed = Uint8Array.from(sealed)
        changed[at % sealed.length] = (changed[at % sealed.length] ?? 0) ^ flip
        assert.equal(seal.openName(field, changed), undefined)
      }),
    )
    assert.ok([...lengths].every((length) => [92, 156, 220, 284].includes(length)))
  })

  it('of one length alike in another entry, or of another author, look nothing like it', () => {
    const sealed = [
      key.in(place).name(0, 'Alice'),
      key.in(place).name(4, 'Alice'),
      key.in({ ...place, sequence: 4 }).name(0, 'Alice'),
      key.in({ ...place, author: new Uint8Array(32).fill(1) }).name(0, 'Alice'),
      key.in({ ...place, code: 10 }).name(0, 'Alice'),
    ]
    assert.equal(new Set(sealed.map((one) => one.slice(0, 12).toHex())).size, sealed.length)
    assert.equal(new Set(sealed.map((one) => one.slice(12).toHex())).size, sealed.length)
  })

  it('take any bytes for nothing, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        const seal = key.in(place)
        assert.equal(seal.openName(0, bytes), undefined)
        assert.equal(
          seal.openSeats(bytes, () => 'seats'),
          undefined,
        )
      }),
    )
  })

  it('hide how few sit in a room: up to fourteen beside its maker look alike', () => {
    const lengths = [0, 1, 14].map((others) => {
      const members = Array.from({ length: others }, (_, at) => new Uint8Array(32).fill(at))
      return key.in(place).seats([new Uint8Array(16), members]).length
    })
    assert.deepEqual(lengths, [540, 540, 540])
  })

  it('of a room with 256 members fit an entry, under the suite with the longest keys', () => {
    const cnsa = createSuite('cnsa', nodePrimitives())
    const random = createSeededRandom('cnsa')
    const ids = Array.from({ length: MAX_ROOM_CHANGE }, () => base32(random.bytes(32)) as MemberId)
    const parents = Array.from({ length: 16 }, () => base32(random.bytes(cnsa.hashBytes)) as EntryHash)
    const payload = { type: 'room', nonce: random.bytes(16), members: sortedMembers(ids) } as const
    const circle = base32(random.bytes(32)) as CircleId
    const draft = { circle, sequence: 8_191, parents, at: 1_800_000_000_000, payload }
    const names = createNamesKey(cnsa, random)
    const bytes = signEntry(cnsa, cnsa.signing.generate(random), draft, names)
    assert.deepEqual(decodeEntry(cnsa, bytes, names).entry.payload, payload)
    assert.ok(bytes.length < 15_000 && bytes.length > 14_500, `${bytes.length} bytes`)
  })

  it('are bounded: a name or seats in the clear are malformed', () => {
    const { alice } = band()
    const sign = (code: number, field: Uint8Array | string) => {
      const parents = alice.log.heads().map(fromBase32)
      const head = [1, fromBase32(alice.log.circle), code, fromBase32(alice.device), 9, parents, 1]
      return encodeValue([encodeValue([...head, field]), new Uint8Array(64)])
    }
    const wrong = [
      sign(9, 'Alice'),
      sign(9, new Uint8Array(91)),
      sign(9, new Uint8Array(285)),
      sign(7, new Uint8Array(539)),
      sign(8, new Uint8Array(539)),
    ]
    for (const bytes of wrong)
      assert.throws(
        () => decodeEntry(suite, bytes, alice.log.names),
        (fault) => fault instanceof PeerFault && fault.code === 'malformed',
      )
  })
})
