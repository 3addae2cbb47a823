/** Joining over a tunnel: what both sides check, and what happens when one of them lies or dies (spec §6). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  answerJoin,
  CardBook,
  CircleSecrets,
  createNamesKey,
  createSuite,
  deviceIdOf,
  Fault,
  JOIN_REQUEST_MAX_BYTES,
  MembershipLog,
  OwnInvitations,
  parseLink,
  SealingKeys,
  signCard,
  startJoin,
  StoredNamesKey,
  SUITE,
  Unavailable,
  activeKey,
  type CircleId,
  type Inviter,
  type InvitationLink,
  type JoinAttempt,
  type Role,
  type SigningKey,
  type StartJoin,
  type Suite,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore, createSeededRandom, type MemoryStore } from '@triode/testkit'
import { DAY, suite } from './world.ts'

const NOW = 1_800_000_000_000
const random = createSeededRandom('joining')

function fault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code
}

function cardOf(of: Suite, key: SigningKey, circle: CircleId): Uint8Array {
  const store = createMemoryStore()
  const keys = new SealingKeys({ suite: of, store, circle, random })
  keys.rotateIfDue(NOW)
  return signCard(of, key, circle, {
    device: deviceIdOf(of, key.publicKey),
    generation: 1,
    sealingGeneration: keys.current.generation,
    sealingKey: keys.current.key.publicKey,
    addresses: ['tcp:192.0.2.1:4000'],
    at: NOW,
  })
}

/** A device that founded a circle and invites. */
function openInviter(store: MemoryStore, key: SigningKey, log: MembershipLog, of: Suite): Inviter {
  return {
    suite: of,
    key,
    log,
    invitations: new OwnInvitations({ suite: of, store, log, key }),
    secrets: new CircleSecrets(store, log.circle),
    cards: new CardBook({
      suite: of,
      store,
      circle: log.circle,
      publicKeyOf: (device) => activeKey(log, device),
    }),
  }
}

function founder(of: Suite = suite): Inviter & { store: MemoryStore } {
  const store = createMemoryStore()
  const key = of.signing.generate(random)
  const log = MembershipLog.create(
    { suite: of, store },
    { key, random, name: 'Duo', nickname: 'Alice', at: NOW },
  )
  const inviter = openInviter(store, key, log, of)
  inviter.secrets.create(random)
  inviter.cards.put(cardOf(of, key, log.circle))
  return { ...inviter, store }
}

function invite(inviter: Inviter, lifeMs = DAY): InvitationLink {
  const { link } = inviter.invitations.create(random, { role: 'member', lifeMs, addresses: [], now: NOW })
  return parseLink(link, NOW)
}

interface Guest {
  readonly key: SigningKey
  readonly exporter: Uint8Array
  readonly attempt: JoinAttempt
}

/** Bob has an open tunnel to the inviter, and begins. */
function guest(inviter: Inviter, invitation: InvitationLink, change: Partial<StartJoin> = {}): Guest {
  const of = inviter.suite
  const key = change.key ?? of.signing.generate(random)
  const exporter = change.exporter ?? random.bytes(32)
  const attempt = startJoin({
    suite: of,
    invitation,
    key,
    exporter,
    inviterKey: inviter.key.publicKey,
    card: cardOf(of, key, invitation.circle),
    nickname: 'Bob',
    ...change,
  })
  return { key, exporter, attempt }
}

function call(
  from: Guest,
  now = NOW,
): { request: Uint8Array; exporter: Uint8Array; inviteeKey: Uint8Array; now: number } {
  return { request: from.attempt.request, exporter: from.exporter, inviteeKey: from.key.publicKey, now }
}

describe('Joining', () => {
  for (const name of Object.keys(SUITE) as (keyof typeof SUITE)[]) {
    it(`admits whoever brings a live invitation, under ${name}`, () => {
      const alice = founder(createSuite(name, nodePrimitives()))
      const link = alice.invitations.create(random, {
        role: 'member',
        lifeMs: DAY,
        addresses: ['tcp:192.0.2.1:4000', 'tcp:[2001:db8::1]:4000'],
        now: NOW,
      }).link
      assert.ok(link.length < 400, `${link.length} characters fit a QR code of version 12`)
      const bob = guest(alice, parseLink(link.toUpperCase(), NOW))
      const answer = answerJoin(alice, call(bob))
      const store = createMemoryStore()
      const joined = bob.attempt.finish(answer.response, store)
      assert.equal(joined.circle, alice.log.circle)
      assert.deepEqual(joined.log.digest(), alice.log.digest())
      assert.deepEqual(new CircleSecrets(store, joined.circle).current, alice.secrets.current)
      const names = [...joined.log.state().members.values()].map((member) => member.nickname)
      assert.deepEqual(names, ['Alice', 'Bob'])
      assert.equal(joined.inviter.device, deviceIdOf(alice.suite, alice.key.publicKey))
      assert.deepEqual(alice.cards.get(joined.device)?.addresses, ['tcp:192.0.2.1:4000'])
      const reopened = MembershipLog.open({ suite: alice.suite, store }, joined.circle)
      assert.equal(reopened.state().devices.get(joined.device)?.active, true)
    })
  }

  it('takes a further device into the member of whoever invited it, and gives it its answer again', () => {
    const alice = founder()
    const terms = { lifeMs: DAY, addresses: [], now: NOW }
    const { link, id } = alice.invitations.createForOwnDevice(random, terms)
    const given = parseLink(link, NOW)
    assert.equal(given.ownDevice, true)
    assert.equal(invite(alice).ownDevice, undefined)
    const { ownDevice: _, ...asMember } = given
    assert.throws(
      () => answerJoin(alice, call(guest(alice, asMember))),
      fault('signature-invalid'),
      'who wanted to be a member becomes no device of another',
    )
    const phone = guest(alice, given)
    const answer = answerJoin(alice, call(phone))
    const { log, member, device, inviter } = phone.attempt.finish(answer.response, createMemoryStore())
    assert.equal(member, inviter.member)
    assert.deepEqual(log.state().members.get(member)?.devices, [inviter.device, device])
    assert.equal(log.state().members.size, 1)
    assert.equal(log.state().devices.get(device)?.active, true)
    assert.equal(log.state().invitations.get(id)?.state, 'spent')
    const retry = guest(alice, parseLink(link, NOW), { key: phone.key })
    assert.equal(answerJoin(alice, call(retry)).admittedNow, false)
    const eve = guest(alice, parseLink(link, NOW))
    assert.throws(() => answerJoin(alice, call(eve)), fault('invitation-spent'))
    assert.equal(alice.log.state().devices.size, 2)
  })

  it('hands the names key to whoever is no keeper, and to a keeper none, by its role when it asks', () => {
    const alice = founder()
    const asked = { lifeMs: DAY, addresses: [], now: NOW }
    const linkFor = (role: Role) => parseLink(alice.invitations.create(random, { role, ...asked }).link, NOW)
    const names = (from: Guest) =>
      from.attempt.finish(answerJoin(alice, call(from)).response, createMemoryStore()).log
    for (const role of ['admin', 'member', 'guest'] as const) {
      const log = names(guest(alice, linkFor(role)))
      assert.deepEqual([log.names?.bytes, log.state().name], [alice.log.names?.bytes, 'Duo'], role)
    }
    const kim = names(guest(alice, linkFor('keeper'), { nickname: 'Kim' }))
    assert.deepEqual([kim.names, kim.state().name], [undefined, undefined])
    assert.ok([...kim.state().members.values()].every(({ nickname }) => nickname === undefined))
    const own = [...alice.log.state().members.values()].map(({ nickname }) => nickname)
    assert.deepEqual(
      own,
      ['Alice', 'Bob', 'Bob', 'Bob', 'Kim'],
      'who appoints a keeper knows how it is called',
    )
    // The answer got lost, and in between the member was made a keeper.
    const link = linkFor('member')
    const bob = guest(alice, link)
    const { member } = answerJoin(alice, call(bob))
    alice.log.append(alice.key, { type: 'role', member, role: 'keeper' }, NOW)
    assert.equal(names(guest(alice, link, { key: bob.key })).names, undefined)
  })

  it('takes no names key but the one of the circle', () => {
    const alice = founder()
    const bob = guest(alice, invite(alice))
    const other = createNamesKey(suite, random)
    const log = Object.create(alice.log, { names: { value: other } }) as MembershipLog
    const store = createMemoryStore()
    const { response } = answerJoin({ ...alice, log }, call(bob))
    assert.throws(() => bob.attempt.finish(response, store), fault('log-invalid'))
    assert.equal(new StoredNamesKey(store, alice.log.circle).get(), undefined)
  })

  it('admits without a name where the inviter has no names key itself', () => {
    const alice = founder()
    const bob = guest(alice, invite(alice))
    const log = Object.create(alice.log, { names: { value: undefined } }) as MembershipLog
    const joined = bob.attempt.finish(answerJoin({ ...alice, log }, call(bob)).response, createMemoryStore())
    assert.equal(joined.log.names, undefined)
    assert.deepEqual(
      [...alice.log.state().members.values()].map(({ nickname }) => nickname),
      ['Alice', undefined],
    )
  })

  it('spends the invitation: another device is refused, and so is the same one after the expiry', () => {
    const alice = founder()
    const invitation = invite(alice)
    const [bob, eve] = [guest(alice, invitation), guest(alice, invitation)]
    answerJoin(alice, call(bob))
    assert.throws(() => answerJoin(alice, call(eve)), fault('invitation-spent'))
    assert.throws(() => answerJoin(alice, call(bob, NOW + 2 * DAY)), fault('invitation-expired'))
    assert.equal(alice.log.state().members.size, 2)
  })

  it('gives the admitted device its answer again over a new tunnel, after a crash of the inviter too', () => {
    const alice = founder()
    const invitation = invite(alice)
    const bob = guest(alice, invitation)
    answerJoin(alice, call(bob))
    const store = alice.store.crash()
    const log = MembershipLog.open({ suite, store }, alice.log.circle)
    const again = openInviter(store, alice.key, log, suite)
    const retry = guest(again, invitation, { key: bob.key })
    const answer = answerJoin(again, call(retry))
    assert.equal(answer.admittedNow, false)
    assert.throws(() => bob.attempt.finish(answer.response, createMemoryStore()), fault('proof-invalid'))
    const joined = retry.attempt.finish(answer.response, createMemoryStore())
    assert.equal(joined.log.state().members.size, 2)
  })

  it('admits nobody when the disk is full, and somebody once there is room', () => {
    const alice = founder()
    const bob = guest(alice, invite(alice))
    alice.store.failWith(new Unavailable('disk-full'))
    assert.throws(() => answerJoin(alice, call(bob)), fault('disk-full'))
    alice.store.failWith(undefined)
    assert.equal(alice.log.state().members.size, 1)
    assert.equal(answerJoin(alice, call(bob)).admittedNow, true)
    assert.equal(alice.log.state().members.size, 2)
  })

  it('refuses an invitation that is unknown, revoked or expired', () => {
    const alice = founder()
    const revoked = invite(alice)
    const bob = guest(alice, revoked)
    const [id] = alice.log.state().invitations.keys()
    assert.ok(id)
    alice.invitations.revoke(id, NOW)
    assert.throws(() => answerJoin(alice, call(bob)), fault('invitation-revoked'))
    assert.throws(
      () => answerJoin(alice, call(guest(alice, invite(alice)), NOW + DAY + 1)),
      fault('invitation-expired'),
    )
    const other = founder()
    assert.throws(() => answerJoin(other, call(guest(alice, invite(alice)))), fault('invitation-unknown'))
  })

  it('refuses a proof made for another tunnel, another key or another request, and stops listening after ten', () => {
    const alice = founder()
    const invitation = invite(alice)
    const bob = guest(alice, invitation)
    const elsewhere = { ...call(bob), exporter: random.bytes(32) }
    assert.throws(() => answerJoin(alice, elsewhere), fault('proof-invalid'))
    const someone = { ...call(bob), inviteeKey: suite.signing.generate(random).publicKey }
    assert.throws(() => answerJoin(alice, someone), fault('proof-invalid'))
    const changed = call(bob)
    changed.request = changed.request.slice()
    changed.request[40] = (changed.request[40] ?? 0) ^ 1
    assert.throws(
      () => answerJoin(alice, changed),
      (error) => error instanceof Fault,
    )
    for (let i = 0; i < 10; i++) {
      assert.throws(
        () => answerJoin(alice, elsewhere),
        (error) => error instanceof Fault,
      )
    }
    assert.throws(() => answerJoin(alice, call(bob)), fault('invitation-blocked'))
    assert.equal(alice.log.state().members.size, 1)
  })

  it('goes no further when whoever answers is not the inviter, or knows no secret', () => {
    const [alice, mallory] = [founder(), founder()]
    const invitation = invite(alice)
    assert.throws(
      () => guest(alice, invitation, { inviterKey: mallory.key.publicKey }),
      fault('fingerprint-mismatch'),
    )
    const bob = guest(alice, invitation)
    const answer = answerJoin(mallory, call(guest(mallory, invite(mallory))))
    const store = createMemoryStore()
    assert.throws(() => bob.attempt.finish(answer.response, store), fault('proof-invalid'))
    assert.equal(store.records, 0)
  })

  it('believes no answer that was changed, cut short or made up, and stores nothing of it', () => {
    const alice = founder()
    const bob = guest(alice, invite(alice))
    const { response } = answerJoin(alice, call(bob))
    const store = createMemoryStore()
    for (let at = 0; at < response.length; at += 7) {
      const changed = response.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x10
      assert.throws(
        () => bob.attempt.finish(changed, store),
        (error) => error instanceof Fault,
      )
      assert.throws(
        () => bob.attempt.finish(response.subarray(0, at), store),
        (error) => error instanceof Fault,
      )
    }
    assert.equal(store.records, 0)
    bob.attempt.finish(response, store)
  })

  it('is not moved by junk', () => {
    const alice = founder()
    const bob = guest(alice, invite(alice))
    for (let i = 0; i < 200; i++) {
      const request = random.bytes(random.int(300))
      assert.throws(() => answerJoin(alice, { ...call(bob), request }), fault('malformed'))
    }
    const huge = new Uint8Array(JOIN_REQUEST_MAX_BYTES + 1)
    assert.throws(() => answerJoin(alice, { ...call(bob), request: huge }), fault('oversize'))
  })

  it('keeps no secret of an invitation, and no key of one that is over', () => {
    const alice = founder()
    const invitation = invite(alice)
    const disk = alice.store.snapshot()
    for (const [, bytes] of [...disk.maps.values()].flatMap((map) => [...map])) {
      assert.ok(!bytes.toHex().includes(invitation.secret.toHex()))
    }
    assert.equal(alice.invitations.open(NOW).length, 1)
    alice.invitations.sweep(NOW + DAY + 1)
    const [id] = alice.log.state().invitations.keys()
    assert.ok(id)
    assert.equal(alice.invitations.get(id), undefined)
  })
})

describe('invitations that are open', () => {
  it('stand in the order in which they are needed: those that nobody used yet, and of these the newest first', () => {
    const alice = founder()
    const make = (minute: number) => {
      const terms = { role: 'member', lifeMs: DAY, addresses: [], now: NOW + minute * 60_000 } as const
      return alice.invitations.create(random, terms).id
    }
    const made = [0, 1, 2, 3, 4, 5].map(make)
    const used = made.slice(3, 5)
    for (const id of used) alice.invitations.spend(id, deviceIdOf(suite, alice.key.publicKey))
    const order = alice.invitations.open(NOW + DAY / 2).map(({ keys }) => keys.id)
    assert.deepEqual(order, [made[5], made[2], made[1], made[0], made[4], made[3]])
  })
})

describe('An invitation link', () => {
  const alice = founder()
  const link = alice.invitations.create(random, { role: 'member', lifeMs: DAY, addresses: [], now: NOW }).link

  it('survives capitals and blanks, and nothing else', () => {
    assert.deepEqual(parseLink(` ${link.toUpperCase()}\n`, NOW), parseLink(link, NOW))
    for (const bad of [
      '',
      'triode:',
      'triode:abc',
      link.slice(0, -3),
      `${link}aa`,
      link.slice(1),
      `x${link}`,
      `triode:${'a'.repeat(9_000)}`,
    ]) {
      assert.throws(() => parseLink(bad, NOW), fault('link-malformed'))
    }
  })

  it('expires', () => {
    assert.throws(() => parseLink(link, NOW + DAY + 1), fault('invitation-expired'))
    assert.equal(parseLink(link).expires, NOW + DAY)
  })

  it('is not made to last for ever', () => {
    const terms = { role: 'member', addresses: [], now: NOW } as const
    for (const lifeMs of [0, -1, Number.NaN, 400 * DAY]) {
      assert.throws(
        () => alice.invitations.create(random, { ...terms, lifeMs }),
        fault('expiry-out-of-range'),
      )
    }
  })
})
