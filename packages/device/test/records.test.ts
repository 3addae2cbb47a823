import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import {
  CallerFault,
  createSuite,
  Fault,
  IntegrityFault,
  PeerFault,
  Unavailable,
  type CircleId,
  type InvitationLink,
  type MemberId,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore, createVirtualClock } from '@triode/testkit'
import type { Tunnel } from '@triode/tunnel'
import { CircleRecords } from '../src/circle/circleRecord.ts'
import { collect } from '../src/joining/collect.ts'
import { decodeAnswer, encodeAnswer, encodeRefusal } from '../src/joining/joinStream.ts'
import { PendingJoins } from '../src/joining/pendingJoins.ts'
import { Settings } from '../src/settings.ts'
import { Strangers } from '../src/network/strangers.ts'
import { COMPLAINTS_PERIOD_MS, MAX_COMPLAINTS, MAX_GUESTS, MAX_HANDSHAKES } from '../src/tuning.ts'
import { mapVaultFault } from '../src/vault/vaultFaults.ts'

const suite = createSuite('hybrid', nodePrimitives())
const ID = 'a'.repeat(51) + 'q'

describe('what a device keeps in its vault', () => {
  it('comes back as it was put: circles, and which of them are being left', () => {
    const store = createMemoryStore()
    const record = {
      circle: ID as CircleId,
      suite: 'hybrid',
      pkcs8: Uint8Array.of(1, 2),
      certificate: Uint8Array.of(3),
      member: ID as MemberId,
      inviterAddresses: ['tcp:127.0.0.1:1'],
    }
    const records = new CircleRecords(store)
    records.put(record)
    records.setLeaving(record.circle, true)
    assert.deepEqual(new CircleRecords(store).all(), [record])
    assert.equal(new CircleRecords(store).isLeaving(record.circle), true)
    records.delete(record.circle)
    assert.deepEqual(records.all(), [])
    assert.equal(records.isLeaving(record.circle), false)
  })

  it('gives circles in the order in which they came, whichever one leaves', () => {
    const store = createMemoryStore()
    const records = new CircleRecords(store)
    const recordOf = (letter: string) => ({
      circle: (letter.repeat(51) + 'q') as CircleId,
      suite: 'hybrid',
      pkcs8: Uint8Array.of(1),
      certificate: Uint8Array.of(2),
      member: ID as MemberId,
      inviterAddresses: [],
    })
    const order = () => new CircleRecords(store).all().map(({ circle }) => circle[0])
    for (const letter of 'fbdac') records.put(recordOf(letter))
    assert.equal(order().join(''), 'fbdac')
    records.put({ ...recordOf('b'), inviterAddresses: ['tcp:127.0.0.1:1'] })
    records.delete(recordOf('c').circle)
    records.delete(recordOf('d').circle)
    for (const letter of 'cd') records.put(recordOf(letter))
    assert.equal(order().join(''), 'fbacd')
    for (const letter of 'fb') store.map('circles/places').delete(recordOf(letter).circle)
    assert.equal(order().join(''), 'bfacd', 'those of before places were kept stand first, and always so')
  })

  it('comes back as it was put: settings, with never as a choice of its own', () => {
    const store = createMemoryStore()
    const settings = new Settings(store)
    assert.equal(settings.name, undefined)
    assert.equal(settings.idleLockMs, null)
    settings.name = 'Alice'
    settings.idleLockMs = 90 * 86_400_000
    const again = new Settings(store)
    assert.equal(again.name, 'Alice')
    assert.equal(again.idleLockMs, 90 * 86_400_000)
    again.idleLockMs = null
    again.name = undefined
    assert.equal(settings.idleLockMs, null)
    assert.equal(settings.name, undefined)
  })

  it('is called damaged when it does not decode', () => {
    const store = createMemoryStore()
    store.map('circles').set(ID, Uint8Array.of(0x81, 0xff))
    store.map('settings').set('name', Uint8Array.of(0x01))
    assert.throws(() => new CircleRecords(store).all(), IntegrityFault)
    assert.throws(() => new Settings(store).name, IntegrityFault)
  })
})

function linkOf(secret: number, expires: number): InvitationLink {
  return { secret: new Uint8Array(32).fill(secret), expires, circle: ID as CircleId } as InvitationLink
}

describe('keys to join with', () => {
  it('are the same for another try with the same link, and are erased when it has expired', () => {
    const store = createMemoryStore()
    const [one, other] = [linkOf(1, 1_000), linkOf(2, 2_000)]
    const pending = { pkcs8: Uint8Array.of(1), certificate: Uint8Array.of(2), circle: one.circle }
    const joins = new PendingJoins(store)
    joins.put(suite, one, { ...pending, expires: one.expires })
    joins.put(suite, other, { ...pending, expires: other.expires })
    assert.deepEqual(new PendingJoins(store).get(suite, one), { ...pending, expires: 1_000 })
    assert.deepEqual(joins.sweep(1_000), [])
    assert.deepEqual(joins.sweep(1_001), [], 'the other attempt at this circle goes on')
    assert.equal(joins.get(suite, one), undefined)
    assert.notEqual(joins.get(suite, other), undefined)
    assert.deepEqual(joins.sweep(2_001), [one.circle])
    assert.deepEqual(store.map('joins').entries(), [])
  })

  it('are found by the secret, which is not stored', () => {
    const store = createMemoryStore()
    const link = linkOf(7, 1_000)
    new PendingJoins(store).put(suite, link, {
      pkcs8: Uint8Array.of(1),
      certificate: Uint8Array.of(2),
      expires: 1_000,
      circle: link.circle,
    })
    const secret = Buffer.from(link.secret).toString('hex')
    for (const [key, value] of store.map('joins').entries()) {
      assert.equal(Buffer.from(value).toString('hex').includes(secret), false)
      assert.equal(key.includes(secret), false)
    }
  })
})

describe('the one exchange of joining', () => {
  it('carries an answer, or a refusal whose cause names the reason', () => {
    assert.deepEqual(decodeAnswer(encodeAnswer(Uint8Array.of(1, 2))), Uint8Array.of(1, 2))
    const refusal = (code: string): Fault => {
      try {
        decodeAnswer(encodeRefusal(code))
      } catch (fault) {
        assert.ok(fault instanceof PeerFault)
        assert.equal(fault.code, 'invitation-refused')
        return fault
      }
      throw new Error('it was no refusal')
    }
    for (const code of [
      'invitation-expired',
      'invitation-spent',
      'invitation-revoked',
      'invitation-blocked',
    ]) {
      const { cause } = refusal(code)
      assert.ok(cause instanceof Fault)
      assert.equal(cause.code, code)
    }
    // What else went wrong at the inviter is none of the caller's business.
    const { cause } = refusal('vault-damaged')
    assert.ok(cause instanceof Fault)
    assert.equal(cause.code, 'invitation-refused')
  })

  it('is refused when it is anything else', () => {
    for (const bytes of [[], [0xff], [0x80], [0x82, 0xf5, 0x01], [0x83, 0xf5, 0x41, 0x01, 0x01], [0xf5]])
      assert.throws(() => decodeAnswer(Uint8Array.from(bytes)), PeerFault)
  })

  it('ends in time and within its size', async () => {
    const whole = new PassThrough()
    whole.write('one ')
    whole.end('two')
    assert.equal(Buffer.from(await collect(whole, 7, 1_000)).toString(), 'one two')

    const long = new PassThrough()
    long.write(Buffer.alloc(8))
    await assert.rejects(collect(long, 7, 1_000), { code: 'oversize' })
    assert.equal(long.destroyed, true)

    const slow = new PassThrough()
    slow.write('x')
    await assert.rejects(collect(slow, 7, 50), { code: 'timed-out' })
    assert.equal(slow.destroyed, true)

    const broken = new PassThrough()
    setImmediate(() => broken.destroy())
    await assert.rejects(collect(broken, 7, 1_000), { code: 'link-broken' })
    assert.deepEqual(
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout'),
      [],
    )
  })
})

describe('faults of the vault', () => {
  it('come under the codes that faces are promised, of the class that says who must act', () => {
    const cases: [Fault, string, typeof CallerFault][] = [
      [new CallerFault('passphrase-wrong'), 'wrong-passphrase', CallerFault],
      [new CallerFault('passphrase-empty'), 'passphrase-weak', CallerFault],
      [new Unavailable('too-many-attempts', { remedy: 'Wait 5 s.' }), 'passphrase-delayed', CallerFault],
      [new Unavailable('vault-in-use'), 'home-in-use', Unavailable],
      [new IntegrityFault('store-damaged'), 'vault-damaged', IntegrityFault],
      [new IntegrityFault('record-damaged'), 'vault-damaged', IntegrityFault],
      [new Unavailable('store-locked'), 'locked', CallerFault],
      [new Unavailable('disk-full'), 'disk-full', Unavailable],
      [new CallerFault('vault-exists'), 'vault-exists', CallerFault],
    ]
    for (const [fault, code, kind] of cases) {
      const mapped = mapVaultFault(fault)
      assert.ok(mapped instanceof kind, code)
      assert.equal(mapped.code, code)
      assert.equal(mapped.remedy, fault.remedy)
    }
    const bug = new TypeError('a bug stays one')
    assert.equal(mapVaultFault(bug), bug)
  })
})

function caller(host: string): { link: Parameters<Strangers['called']>[0]; stream: PassThrough } {
  const stream = new PassThrough()
  return { stream, link: { stream, channel: 'tcp', remote: `tcp:${host}:1000` } }
}

function guest(): Tunnel & { destroyed: boolean } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const fake = {
    destroyed: false,
    closed: promise,
    destroy() {
      fake.destroyed = true
      resolve(undefined)
    },
  }
  return fake as unknown as Tunnel & { destroyed: boolean }
}

describe('strangers who call', () => {
  it('keep nobody else out by holding links: of the host with the most the oldest goes', () => {
    const strangers = new Strangers(createVirtualClock(), () => undefined)
    const honest = caller('10.0.0.2')
    strangers.called(honest.link)
    const flood = Array.from({ length: MAX_HANDSHAKES + 10 }, () => caller('10.0.0.66'))
    for (const { link } of flood) strangers.called(link)
    assert.equal(honest.stream.destroyed, false)
    assert.equal(flood.filter(({ stream }) => stream.destroyed).length, 11)
    assert.equal(flood[0]?.stream.destroyed, true)
    assert.equal(flood.at(-1)?.stream.destroyed, false)
    strangers.stop()
    assert.ok([honest, ...flood].every(({ stream }) => stream.destroyed))
  })

  it('with a link may have so many tunnels; the newest count', async () => {
    const strangers = new Strangers(createVirtualClock(), () => undefined)
    const guests = Array.from({ length: MAX_GUESTS + 3 }, guest)
    for (const one of guests) strangers.keep(one)
    assert.deepEqual(
      guests.map((one) => one.destroyed),
      guests.map((_, index) => index < 3),
    )
    guests[5]?.destroy()
    await Promise.resolve()
    const last = guest()
    strangers.keep(last)
    assert.equal(guests[3]?.destroyed, false, 'there was room again')
    strangers.stop()
    assert.equal(last.destroyed, true)
  })

  it('are told of, up to a number in a time', () => {
    const clock = createVirtualClock()
    const told: string[] = []
    const strangers = new Strangers(clock, (fault) => told.push(fault.code))
    const complain = (): void => {
      strangers.complain(new PeerFault('knock-unknown'), caller('10.0.0.66').link)
    }
    for (let n = 0; n < 1_000; n++) complain()
    assert.equal(told.length, MAX_COMPLAINTS + 1)
    assert.equal(told.at(-1), 'callers-refused')
    clock.advance(COMPLAINTS_PERIOD_MS)
    complain()
    assert.equal(told.length, MAX_COMPLAINTS + 2)
    strangers.complain(new PeerFault('proof-invalid'), caller('10.0.0.67').link)
    assert.equal(told.at(-1), 'proof-invalid', 'noise does not hide a guess')
    strangers.stop()
    complain()
    assert.equal(told.length, MAX_COMPLAINTS + 3)
  })
})
