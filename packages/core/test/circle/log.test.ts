/** The log as a thing on a disk that arrives in pieces from strangers (spec §5.2, §5.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  decodeEntry,
  encodeValue,
  Fault,
  IntegrityFault,
  LOCATOR_MAX_HASHES,
  LOG_ENTRY_MAX_BYTES,
  MembershipLog,
  PeerFault,
  Reader,
  signEntry,
  Unavailable,
  type Payload,
} from '@triode/core'
import { createMemoryStore, type MemoryStore } from '@triode/testkit'
import { meet, openLog, type Person, suite, World } from './world.ts'

function band(): { world: World; alice: Person; bob: Person } {
  const world = new World('log')
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  meet(alice, bob)
  return { world, alice, bob }
}

function emptyLog(alice: Person): { log: MembershipLog; store: MemoryStore } {
  const store = createMemoryStore()
  return { log: openLog(suite, alice.log.circle, alice.log.names, store), store }
}

function peerFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof PeerFault && error.code === code
}

describe('The membership log', () => {
  it('opens again after a crash with all that was added', () => {
    const { alice } = band()
    const { log, store } = emptyLog(alice)
    for (const bytes of alice.log.allBytes()) assert.equal(log.add(bytes), 'added')
    const reopened = MembershipLog.open({ suite, store: store.crash() }, alice.log.circle)
    assert.deepEqual(reopened.digest(), alice.log.digest())
    assert.deepEqual([...reopened.state().members.keys()], [...alice.state.members.keys()])
  })

  it('adds nothing when the disk is full, and goes on when there is room', () => {
    const { alice } = band()
    const { log, store } = emptyLog(alice)
    const [first, second] = alice.log.allBytes()
    assert.ok(first && second)
    log.add(first)
    store.failWith(new Unavailable('disk-full'))
    assert.throws(() => log.add(second), Unavailable)
    assert.equal(log.size, 1)
    store.failWith(undefined)
    assert.equal(log.add(second), 'added')
    assert.equal(store.crash().series(`circle/${alice.log.circle}/log`).count(), 2)
  })

  it('forgets in memory what a failed transaction took back', () => {
    const { alice } = band()
    const before = alice.log.digest()
    assert.throws(() => {
      alice.log.transaction(() => {
        alice.says({ type: 'rename', name: 'Never' })
        throw new Unavailable('disk-full')
      })
    }, Unavailable)
    assert.deepEqual(alice.log.digest(), before)
    assert.equal(alice.state.name, 'The Band')
    alice.says({ type: 'rename', name: 'At last' })
    assert.equal(alice.state.name, 'At last')
  })

  it('says so when its records are damaged', () => {
    const { alice } = band()
    const store = alice.store as MemoryStore
    const records = store.series(`circle/${alice.log.circle}/log`)
    const [first] = records.range()
    assert.ok(first)
    records.set(first.sub, first.value.subarray(1))
    assert.throws(() => MembershipLog.open({ suite, store }, alice.log.circle), IntegrityFault)
    records.delete(first.sub)
    assert.throws(() => MembershipLog.open({ suite, store }, alice.log.circle), IntegrityFault)
  })

  it('holds back what came before its parents, and takes it in when they come', () => {
    const { alice } = band()
    const { log } = emptyLog(alice)
    const entries = alice.log.allBytes()
    const [first, ...rest] = entries
    assert.ok(first)
    for (const bytes of rest.toReversed()) assert.equal(log.add(bytes), 'pending')
    assert.deepEqual(log.wanted(), [decodeEntry(suite, first).entry.hash])
    assert.equal(log.add(first), 'added')
    assert.equal(log.size, entries.length)
    assert.deepEqual(log.wanted(), [])
  })

  it('holds back no more than a bounded number', () => {
    const { world, alice, bob } = band()
    const { log } = emptyLog(alice)
    for (let i = 0; i < 2_000; i++) {
      const parents = [decodeEntry(suite, alice.log.allBytes()[i % 3] ?? new Uint8Array()).entry.hash]
      const payload: Payload = { type: 'nickname', nickname: `N${i}` }
      const bytes = bob.signs(payload, { sequence: i, parents, at: world.now })
      assert.equal(log.add(bytes), 'pending')
    }
    for (const bytes of alice.log.allBytes()) log.add(bytes)
    assert.ok(log.size <= 3 + 512, `${log.size} entries`)
  })

  it('takes no entry whose signature is not its author’s', () => {
    const { alice, bob } = band()
    const { log } = emptyLog(alice)
    for (const bytes of alice.log.allBytes()) log.add(bytes)
    bob.says({ type: 'nickname', nickname: 'Bobby' })
    const { body } = decodeEntry(suite, bob.log.allBytes().at(-1) ?? new Uint8Array())
    const forged = encodeValue([body, alice.key.sign(body)])
    assert.throws(() => log.add(forged), peerFault('signature-invalid'))
    assert.equal(log.size, 3)
  })

  it('takes one body for one entry, whatever signature it carries', () => {
    const { alice } = band()
    const last = alice.log.allBytes().at(-1) ?? new Uint8Array()
    const { body, signature } = decodeEntry(suite, last)
    const other = encodeValue([body, signature.map((byte) => byte ^ 1)])
    assert.notDeepEqual(other, last)
    assert.equal(alice.log.add(other), 'known')
  })

  it('takes no entry of another circle or of another suite', () => {
    const { alice } = band()
    const elsewhere = new World('elsewhere').found('Mallory')
    const [foreign] = elsewhere.log.allBytes()
    assert.ok(foreign)
    assert.throws(() => alice.log.add(foreign), peerFault('wrong-circle'))
    const renamed = { ...suite, name: 'other' }
    const log = MembershipLog.open({ suite: renamed, store: createMemoryStore() }, alice.log.circle)
    const [first] = alice.log.allBytes()
    assert.ok(first)
    assert.throws(() => log.add(first), peerFault('wrong-suite'))
  })

  it('tells another device what that one lacks', () => {
    const { alice, bob } = band()
    for (let i = 0; i < 40; i++) alice.says({ type: 'rename', name: `Name ${i}` })
    bob.says({ type: 'nickname', nickname: 'Bobby' })
    assert.ok(alice.log.locator().length <= LOCATOR_MAX_HASHES)
    assert.equal(alice.log.missingFor(bob.log.locator(), 1_000_000).length, 40)
    // Alice's locator steps back over what both have had for long, so that a little of it comes along.
    const forAlice = bob.log.missingFor(alice.log.locator(), 1_000_000)
    assert.ok(forAlice.length >= 1 && forAlice.length <= 3)
    assert.deepEqual(forAlice.at(-1), bob.log.allBytes().at(-1))
    assert.equal(alice.log.missingFor([], 1_000_000).length, alice.log.size)
    assert.equal(alice.log.missingFor(alice.log.locator(), 1_000_000).length, 0)
    assert.equal(alice.log.missingFor([], 1).length, 1)
    meet(alice, bob)
    assert.deepEqual(alice.log.digest(), bob.log.digest())
  })

  it('gets a thousand heads across, page by page', () => {
    const { world, alice, bob } = band()
    const heads = alice.log.heads()
    for (let i = 0; i < 300; i++) {
      const payload: Payload = { type: 'nickname', nickname: `N${i}` }
      bob.log.add(bob.signs(payload, { sequence: 0, parents: heads, at: world.now + i }))
    }
    assert.equal(bob.log.heads().length, 300)
    alice.learnFrom(bob)
    assert.deepEqual(alice.log.digest(), bob.log.digest())
  })

  it('ignores what a device writes beyond its share, unless someone built upon it', () => {
    const { world, alice, bob } = band()
    // Signatures are not what this is about: 8,192 of them take seconds.
    const lax = { ...suite, signing: { ...suite.signing, verifier: () => ({ verify: () => true }) } }
    const key = { ...bob.key, sign: () => new Uint8Array(64) }
    const log = openLog(lax, alice.log.circle, alice.log.names)
    for (const bytes of alice.log.allBytes()) log.add(bytes)
    const parents = log.heads()
    const flood = (nickname: string): Uint8Array =>
      signEntry(
        suite,
        key,
        {
          circle: log.circle,
          sequence: 0,
          parents,
          at: world.now,
          payload: { type: 'nickname', nickname },
        },
        alice.log.names,
      )
    for (let i = 0; i < 8_192; i++) log.add(flood(`N${i}`))
    const size = log.size
    const surplus = flood('one more')
    assert.equal(log.add(surplus), 'known')
    assert.equal(log.size, size)
    const onTop = alice.signs(
      { type: 'rename', name: 'On top' },
      { sequence: 3, parents: [decodeEntry(suite, surplus).entry.hash], at: world.now },
    )
    assert.equal(log.add(onTop), 'pending')
    assert.equal(log.add(surplus), 'added')
    assert.equal(log.size, size + 2)
  })
})

/** A log, and one entry of each type on top of it, whether or not the circle allows it. */
function ofEveryType(): { alice: Person; samples: Uint8Array[] } {
  const { world, alice, bob } = band()
  const { member, device, log } = bob
  const [invitation, room] = [alice.invite(), log.state().conversations.circle]
  const key = { publicKey: bob.key.publicKey, consent: bob.key.sign(new Uint8Array(1)) }
  const [tag, expires] = [world.random.bytes(16), world.now]
  const payloads: Payload[] = [
    { type: 'invite', tag, expires, role: 'keeper' },
    { type: 'revoke-invite', invitation },
    { type: 'admit', invitation, ...key, nickname: undefined },
    { type: 'leave' },
    { type: 'remove', member },
    { type: 'role', member, role: 'guest' },
    { type: 'room', nonce: tag, members: [member] },
    { type: 'room-members', room, add: [member], remove: [member] },
    { type: 'nickname', nickname: 'Al' },
    { type: 'rename', name: 'The Duo' },
    { type: 'suspend', member },
    { type: 'restore', member },
    { type: 'transfer', member },
    { type: 'dissolve' },
    { type: 'invite-device', tag, expires },
    { type: 'device', member, invitation, ...key },
    { type: 'revoke-device', device },
    { type: 'policy', key: 'approvals', value: '2' },
    { type: 'approve', act: log.heads()[0] ?? ('' as never) },
    { type: 'withdraw', act: log.heads()[0] ?? ('' as never) },
  ]
  const frame = { circle: log.circle, sequence: 0, parents: log.heads(), at: world.now }
  const signed = payloads.map((payload) =>
    signEntry(suite, alice.key, { ...frame, payload }, alice.log.names),
  )
  signed.forEach((bytes, at) => {
    assert.deepEqual(decodeEntry(suite, bytes, alice.log.names).entry.payload, payloads[at])
  })
  return { alice, samples: [...alice.log.allBytes(), ...signed] }
}

describe('The decoder of log entries', () => {
  const { alice, samples } = ofEveryType()

  it('answers anything with an entry or a PeerFault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        assert.throws(() => decodeEntry(suite, bytes, alice.log.names), PeerFault)
      }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (sample, at, flip) => {
          const bytes = sample.slice()
          const place = at % bytes.length
          bytes[place] = (bytes[place] ?? 0) ^ flip
          try {
            const { entry } = decodeEntry(suite, bytes, alice.log.names)
            // Only the signature is not covered by what the decoder checks, and the clock and names may be anything.
            assert.ok(entry.hash.length > 0)
          } catch (error) {
            assert.ok(error instanceof Fault)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('refuses what is too long', () => {
    assert.throws(() => decodeEntry(suite, new Uint8Array(LOG_ENTRY_MAX_BYTES + 1)), peerFault('oversize'))
  })

  it('refuses a second encoding of the same statement', () => {
    const [first] = samples
    assert.ok(first)
    const { body } = decodeEntry(suite, first)
    const reader = Reader.decode(body, LOG_ENTRY_MAX_BYTES)
    assert.equal(reader.int(), 1)
    // The version, 1, as a half-precision float: the same number, other bytes.
    const floated = new Uint8Array([...body.subarray(0, 1), 0xf9, 0x3c, 0x00, ...body.subarray(2)])
    assert.throws(
      () => decodeEntry(suite, encodeValue([floated, alice.key.sign(floated)])),
      peerFault('malformed'),
    )
  })

  it('refuses names that would fool a reader', () => {
    for (const name of ['', ' Alice', 'Al\u0000ice', 'Al\nice', 'evil\u202egnp', 'x'.repeat(65)]) {
      assert.throws(
        () => alice.says({ type: 'rename', name }),
        (error) => error instanceof Fault && error.code === 'entry-malformed',
      )
    }
    alice.says({ type: 'rename', name: 'Zoë 音楽 👩‍🎤' })
    assert.equal(alice.state.name, 'Zoë 音楽 👩‍🎤')
  })
})
