import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  Bench,
  codeOf,
  event,
  eventsOf,
  eventually,
  inside,
  join2,
  pair,
  PASSPHRASE,
  type TestDevice,
} from '../devices.ts'

let bench: Bench
before(() => {
  bench = new Bench()
})
after(async () => {
  await bench.end()
})

describe('a circle', () => {
  it('is made with a name, joined by a link, and both see the same', async () => {
    const { alice, bob, circle, joined } = await pair(bench)
    assert.equal(joined.name, 'Circle')
    assert.equal(joined.met.name, 'Alice')
    assert.equal(joined.group, 'X25519MLKEM768')
    assert.equal(joined.channel, 'tcp')
    assert.equal(joined.safetyWords.length, 10)
    const [atAlice, atBob] = await Promise.all([alice.device.member('Bob'), bob.device.member('Alice')])
    assert.deepEqual(atAlice.safetyWords, atBob.safetyWords)
    assert.deepEqual(joined.safetyWords, atBob.safetyWords)
    assert.equal((await bob.device.circle(circle)).members, 2)
    const me = await bob.device.member('Circle/Bob')
    assert.equal(me.me, true)
    assert.deepEqual(me.safetyWords, [])
    assert.ok(me.devices.every((device) => device.online))
    const { peer } = await event(alice, 'peer-up')
    assert.equal(peer.name, 'Bob')
    await event(alice, 'roster', (one) => one.circle === circle)
  })

  it('may know its founder by another name than their other circles', async () => {
    const alice = await bench.make('Alice')
    await alice.device.createCircle({ name: 'Work', nickname: 'Dr. A' })
    assert.equal((await alice.device.member('Work/Dr. A')).me, true)
    const [circle] = await alice.device.circles()
    assert.ok(circle)
    assert.equal(
      await codeOf(alice.device.createCircle({ name: 'Odd', nickname: ' blank ' })),
      'name-invalid',
    )
  })

  it('is verified by the people in it, one by one, and not by oneself', async () => {
    const { alice, bob } = await pair(bench)
    assert.equal((await alice.device.member('Bob')).verified, false)
    assert.equal((await alice.device.setVerified('Bob', true)).verified, true)
    await alice.device.lock()
    await alice.device.unlock(PASSPHRASE)
    assert.equal((await alice.device.member('Bob')).verified, true)
    assert.equal((await alice.device.setVerified('Bob', false)).verified, false)
    assert.equal(await codeOf(alice.device.setVerified('Alice', true)), 'not-allowed')
    assert.equal((await bob.device.member('Alice')).verified, false)
  })

  it('refuses names and suites that are none', async () => {
    const { device } = await bench.make()
    for (const name of ['', 'x'.repeat(65), ' x', 'a\u202eb'])
      assert.equal(await codeOf(device.createCircle({ name })), 'name-invalid')
    assert.equal(await codeOf(device.createCircle({ name: 'x', suite: 'rot13' as never })), 'suite-unknown')
    assert.deepEqual(await device.circles(), [])
  })

  it('is one of several, each with keys of its own; names must tell them apart', async () => {
    const { alice, bob, circle } = await pair(bench)
    const other = await alice.device.createCircle({ name: 'circle', suite: 'p384' })
    await join2(alice, bob, other.circle)
    const [one, two] = await Promise.all([alice.device.circle(circle), alice.device.circle(other.circle)])
    assert.notEqual(one.device, two.device)
    assert.notEqual(one.me, two.me)
    assert.equal((await alice.device.circle('Circle')).circle, circle)
    assert.equal((await alice.device.circle('circle')).circle, other.circle)
    assert.equal(await codeOf(alice.device.circle('CIRCLE')), 'ambiguous')
    const ambiguous = await alice.device.resolve('Bob').catch((error: unknown) => error as Error)
    assert.ok(ambiguous instanceof Error)
    assert.match(ambiguous.message, new RegExp(`Bob in Circle .*Bob in circle`))
    assert.equal((await alice.device.resolve(`${other.circle}/bob`)).circle, other.circle)
    assert.equal((await alice.device.member(`${circle}/BOB`)).circle, circle)
    assert.equal((await alice.device.peers()).length, 2)
    assert.equal((await alice.device.peers(circle)).length, 1)
    await alice.device.send({ where: other.circle, text: 'only there' })
    await event(bob, 'message', (told) => told.message.circle === other.circle)
    assert.deepEqual((await bob.device.messages({ where: circle, limit: 9 })).messages, [])
  })

  it('keeps its place among others across locks and restarts, and a new one is the last', async () => {
    const bob = await bench.make('Bob')
    const { circle } = await bob.device.createCircle({ name: 'Of Bob' })
    const alice = await bench.make('Alice')
    const made: string[] = []
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five', 'Six'])
      made.push((await alice.device.createCircle({ name })).circle)
    const order = async ({ device }: TestDevice) => (await device.circles()).map((one) => one.circle)
    assert.deepEqual(await order(alice), made)
    await alice.device.lock()
    await alice.device.unlock(PASSPHRASE)
    assert.deepEqual(await order(alice), made)
    await alice.device.leaveCircle('Three')
    await join2(bob, alice, circle)
    const now = [...made.filter((one) => one !== made[2]), circle]
    assert.deepEqual(await order(alice), now)
    await alice.device.close()
    const again = await bench.open(alice.home)
    await again.device.unlock(PASSPHRASE)
    assert.deepEqual(await order(again), now)
  })

  it('finds names with a slash, and ids in any reference', async () => {
    const { device } = await bench.make('Al/ice')
    const a = await device.createCircle({ name: 'a' })
    const ab = await device.createCircle({ name: 'a/b' })
    assert.equal((await device.resolve('a/b')).circle, ab.circle)
    assert.equal((await device.resolve('A/B')).circle, ab.circle)
    assert.equal((await device.resolve('a/self')).circle, a.circle)
    assert.equal((await device.resolve('a/Al/ice')).kind, 'self')
    const { me, device: own } = await device.circle(ab.circle)
    for (const id of [me, own]) assert.equal((await device.member(id)).circle, ab.circle)
    assert.equal((await device.resolve(own)).kind, 'self')
    for (const nothing of ['', '/', 'a/', '/a', 'a/nobody', 'x'.repeat(10_000)])
      assert.equal(await codeOf(device.resolve(nothing)), 'not-found')
  })

  it('is left: told to the others, erased here, and its tunnel ends', async () => {
    const { alice, bob, circle } = await pair(bench)
    await alice.device.send({ where: circle, text: 'before' })
    await event(bob, 'message')
    const twice = [bob.device.leaveCircle(circle), bob.device.leaveCircle(circle)]
    const codes = await Promise.all(twice.map(codeOf))
    assert.deepEqual(codes.sort(), ['no fault', 'not-allowed'])
    assert.deepEqual(await bob.device.circles(), [])
    await eventually('Alice to know', async () =>
      (await alice.device.members(circle)).length === 1 ? true : undefined,
    )
    assert.equal(eventsOf(bob, 'roster').at(-1)?.left, true)
    assert.deepEqual((await bob.device.search({ text: 'before', limit: 5 })).messages, [])
    assert.equal(await codeOf(bob.device.circle(circle)), 'not-found')
    await eventually('the tunnel to end', async () =>
      (await alice.device.peers(circle)).length === 0 ? true : undefined,
    )
  })

  it('is not left by its only owner while others stay, unless that is meant', async () => {
    const { alice, bob, circle } = await pair(bench)
    await assert.rejects(alice.device.leaveCircle(circle), { code: 'last-owner', remedy: /--force/ })
    assert.equal((await bob.device.members(circle)).length, 2)
    await alice.device.leaveCircle(circle, { force: true })
    await eventually('Bob to know', async () =>
      (await bob.device.members(circle)).length === 1 ? true : undefined,
    )
    await alice.device.createCircle({ name: 'Alone' })
    await alice.device.leaveCircle('Alone')
    assert.deepEqual(await alice.device.circles(), [])
  })

  it('and a room may be called like another; then the name alone lists them, and the id decides', async () => {
    const { device } = await bench.make('Alice')
    const one = await device.createCircle({ name: 'Family' })
    const two = await device.createCircle({ name: 'Family' })
    const rooms = [
      await device.createRoom({ circle: one.circle, name: 'Attic', members: [] }),
      await device.createRoom({ circle: one.circle, name: 'Attic', members: [] }),
    ]
    const listed = async (attempt: Promise<unknown>): Promise<string> => {
      const fault: unknown = await attempt.catch((error: unknown) => error)
      assert.equal((fault as { code?: string }).code, 'ambiguous')
      return (fault as Error).message
    }
    const circles = await listed(device.circle('family'))
    const conversations = await listed(device.resolve('Family'))
    const attics = await listed(device.send({ where: `${one.circle}/Attic`, text: 'which?' }))
    for (const { circle } of [one, two]) assert.ok(circles.includes(circle))
    assert.equal(conversations.match(/Family in Family/g)?.length, 2)
    for (const { conversation } of rooms) {
      assert.ok(attics.includes(conversation))
      assert.equal((await device.resolve(conversation)).name, 'Attic')
    }
  })

  it('is left also when the device is locked meanwhile: the rest follows at unlock', async () => {
    const { alice, bob, circle } = await pair(bench)
    const leaving = codeOf(bob.device.leaveCircle(circle))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await bob.device.lock()
    assert.equal(await leaving, 'locked')
    await bob.device.unlock(PASSPHRASE)
    assert.deepEqual(await bob.device.circles(), [])
    await eventually('Alice to know', async () =>
      (await alice.device.members(circle)).length === 1 ? true : undefined,
    )
  })
})

describe('an invitation', () => {
  it('is single use, listed, revoked, expires; its secret is in the link alone', async () => {
    const { alice, bob, circle } = await pair(bench)
    const live = await alice.device.invite({ circle })
    const revoked = await alice.device.invite({ circle, role: 'guest' })
    const brief = await alice.device.invite({ circle, expiresMs: 50 })
    await alice.device.revokeInvitation(revoked.invitation)
    await new Promise((resolve) => setTimeout(resolve, 60))
    const list = await alice.device.invitations(circle)
    assert.deepEqual(
      list.map((one) => one.state),
      ['live', 'spent', 'revoked', 'expired'],
    )
    assert.equal(list[1]?.joined, (await alice.device.member('Bob')).member)
    assert.equal(list[2]?.role, 'guest')
    assert.equal(JSON.stringify(list).includes('triode:'), false)
    const carol = await bench.make('Carol')
    assert.equal(await codeOf(carol.device.join({ link: brief.link })), 'invitation-expired')
    await assert.rejects(carol.device.join({ link: revoked.link, timeoutMs: 1_000 }), {
      code: 'inviter-unreachable',
      remedy: /^An invitation that was revoked, was used or has expired looks like this/,
    })
    assert.equal(await codeOf(bob.device.join({ link: live.link })), 'already-member')
    for (const link of ['', 'triode:', 'https://triode', `${live.link}a`, live.link.slice(0, -1)])
      assert.equal(await codeOf(carol.device.join({ link })), 'link-malformed')
    const spent = list.find((one) => one.state === 'spent')
    assert.equal(await codeOf(alice.device.revokeInvitation(spent?.invitation ?? '')), 'invitation-spent')
    assert.equal(await codeOf(alice.device.revokeInvitation('nothing')), 'not-found')
    assert.equal(await codeOf(alice.device.invite({ circle, role: 'king' })), 'role-unknown')
    for (const expiresMs of [0, -1, NaN, 91 * 86_400_000])
      assert.equal(await codeOf(alice.device.invite({ circle, expiresMs })), 'expiry-out-of-range')
    assert.equal(await codeOf(bob.device.invite({ circle, role: 'admin' })), 'not-allowed')
    await carol.device.join({ link: live.link, name: 'Caro' })
    assert.equal(
      (await carol.device.members(circle)).some((one) => one.name === 'Caro'),
      true,
    )
  })

  it('joins once, however often it is asked at the same time', async () => {
    const alice = await bench.make('Alice')
    const bob = await bench.make('Bob')
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    const { link } = await alice.device.invite({ circle })
    const asked = [link, link, link].map((one) => bob.device.join({ link: one }))
    const joined = await Promise.all(asked)
    assert.equal(new Set(joined.map((one) => one.circle)).size, 1)
    assert.equal((await alice.device.members(circle)).length, 2)
    assert.equal((await bob.device.circles()).length, 1)
    assert.equal(await codeOf(bob.device.join({ link })), 'already-member')
    const carol = await bench.make('Carol')
    assert.equal(await codeOf(carol.device.join({ link, timeoutMs: 3_000 })), 'invitation-refused')
  })

  it('looks no longer for who is not found, when there is another invitation to the circle', async () => {
    const alice = await bench.make('Alice')
    const bob = await bench.make('Bob')
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    const spent = await alice.device.invite({ circle })
    await alice.device.revokeInvitation(spent.invitation)
    const good = await alice.device.invite({ circle })
    const began = performance.now()
    const first = codeOf(bob.device.join({ link: spent.link, timeoutMs: 60_000 }))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const [one, again] = [good.link, good.link].map((link) => bob.device.join({ link }))
    assert.equal((await one)?.circle, circle)
    assert.equal((await again)?.circle, circle)
    assert.ok(['inviter-unreachable', 'invitation-refused'].includes(await first), await first)
    assert.ok(performance.now() - began < 30_000, 'it waits for no deadline')
  })

  it('whose inviter is away waits, and stops waiting when the device is locked', async () => {
    const { alice, circle } = await pair(bench)
    const { link } = await alice.device.invite({ circle })
    await alice.device.lock()
    const carol = await bench.make('Carol')
    const began = performance.now()
    assert.equal(await codeOf(carol.device.join({ link, timeoutMs: 500 })), 'inviter-unreachable')
    assert.ok(performance.now() - began < 15_000, 'and not as long as it waits unasked')
    const waiting = codeOf(carol.device.join({ link }))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const locking = performance.now()
    await carol.device.lock()
    assert.equal(await waiting, 'locked')
    assert.ok(performance.now() - locking < 15_000)
    assert.equal(await codeOf(carol.device.join({ link })), 'locked')
    await alice.device.unlock(PASSPHRASE)
    await carol.device.unlock(PASSPHRASE)
    const renewed = await alice.device.invite({ circle })
    await carol.device.join({ link: renewed.link })
    assert.equal((await carol.device.members(circle)).length, 3)
  })
})

describe('bad luck and impatience', () => {
  it('twenty locks and unlocks: tunnels form again and nothing piles up', async () => {
    const { alice, bob, circle } = await pair(bench)
    const counts: number[] = []
    const texts: string[] = []
    for (let round = 0; round < 20; round++) {
      await bob.device.lock()
      await bob.device.unlock(PASSPHRASE)
      const text = `round ${String(round)}`
      await alice.device.send({ where: circle, text })
      texts.push(text)
      await eventually('the message to come', async () => {
        const { messages } = await bob.device.messages({ where: circle, limit: 100 })
        return messages.some((message) => message.text === text) ? true : undefined
      })
      counts.push(process.getActiveResourcesInfo().length)
    }
    const { messages } = await bob.device.messages({ where: circle, limit: 100 })
    assert.deepEqual(
      messages.map((message) => message.text),
      texts,
    )
    const [early, late] = [counts[4] ?? 0, counts.at(-1) ?? 0]
    assert.ok(late <= early + 10, `timers and sockets: ${counts.join(' ')}`)
    assert.equal((await alice.device.peers(circle)).length, 1)
  })

  it('wiping while everything is under way leaves a device that can begin anew', async () => {
    const { alice, bob, circle } = await pair(bench)
    const sends = Array.from({ length: 50 }, (_, n) =>
      codeOf(alice.device.send({ where: circle, text: String(n) })),
    )
    const calls = [
      bob.device.send({ where: circle, text: 'x' }),
      bob.device.messages({ where: circle, limit: 9 }),
    ]
    const codes = Promise.all(calls.map(codeOf))
    await bob.device.wipe(true)
    for (const code of await codes) assert.match(code, /^(no fault|locked|no-vault)$/)
    assert.deepEqual(new Set(await Promise.all(sends)), new Set(['no fault']))
    assert.equal((await bob.device.status()).state, 'new')
    await bob.device.init({ passphrase: PASSPHRASE, name: 'Bob again' })
    await join2(alice, bob, circle)
    assert.equal((await alice.device.members(circle)).length, 3)
  })

  it('a leave that was cut short before it was said is taken back', async () => {
    const { alice, circle } = await pair(bench)
    inside(alice).records.setLeaving(circle, true)
    await alice.device.lock()
    await alice.device.unlock(PASSPHRASE)
    assert.equal((await alice.device.circles()).length, 1)
  })
})
