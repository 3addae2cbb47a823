/** The meeting of two who share a spoken code, and of those who don't (spec §6.8). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  answerMeeting,
  decodeValue,
  encodeValue,
  Fault,
  hourOf,
  makeSpokenCode,
  MembershipLog,
  OwnInvitations,
  refuseMeeting,
  SpokenInvitations,
  spokenKnockName,
  startMeeting,
  Unavailable,
  type MeetingBinding,
  type SpokenCode,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore, createSeededRandom, type MemoryStore } from '@triode/testkit'
import { suite } from './world.ts'

const NOW = 1_800_000_000_000
const MINUTES = 60_000
const LINK = 'triode:aaaa'
const random = createSeededRandom('meetings')
const CODE: SpokenCode = { number: 4_821, words: ['crucial', 'clown'] }

function fault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code
}

function binding(): MeetingBinding {
  return {
    suite,
    primitives: nodePrimitives(),
    exporter: random.bytes(32),
    joinerKey: random.bytes(44),
    inviterKey: random.bytes(44),
  }
}

/** Runs a meeting to its end. @returns the link @throws as startMeeting() and answerMeeting() */
function meet(joiner: MeetingBinding, inviter: MeetingBinding, typed = CODE, held = CODE): string {
  const started = startMeeting(joiner, typed, random)
  const answered = answerMeeting(inviter, held, started.hello, random)
  const proven = started.prove(answered.answer)
  return proven.finish(answered.holds(proven.proof) ? answered.handOver(LINK) : refuseMeeting())
}

describe('a meeting', () => {
  it('hands the link to who has the code', () => {
    const tunnel = binding()
    assert.equal(meet(tunnel, tunnel), LINK)
  })

  it('hands nothing to who has another word, or the words in another order', () => {
    const tunnel = binding()
    for (const words of [
      ['crucial', 'clock'],
      ['clown', 'crucial'],
    ]) {
      assert.throws(() => meet(tunnel, tunnel, { ...CODE, words }), fault('code-wrong'))
    }
  })

  it('fails between two tunnels, and with either key exchanged: nobody can stand in the middle', () => {
    const joiner = binding()
    const others: MeetingBinding[] = [
      { ...joiner, exporter: random.bytes(32) },
      { ...joiner, joinerKey: random.bytes(44) },
      { ...joiner, inviterKey: random.bytes(44) },
      { ...joiner, joinerKey: joiner.inviterKey, inviterKey: joiner.joinerKey },
    ]
    for (const inviter of others) assert.throws(() => meet(joiner, inviter), fault('code-wrong'))
  })

  it('says nothing to who says its own words back to it', () => {
    const tunnel = binding()
    const started = startMeeting(tunnel, CODE, random)
    const [, point] = decodeValue(started.hello, 64) as [number, Uint8Array]
    const proven = started.prove(encodeValue([true, point]))
    const [proof] = decodeValue(proven.proof, 64) as [Uint8Array]
    assert.throws(() => proven.finish(encodeValue([true, proof, new Uint8Array(64)])), fault('code-wrong'))
  })

  it('does not let an inviter claim to be right without knowing', () => {
    const tunnel = binding()
    const started = startMeeting(tunnel, CODE, random)
    const wrong = answerMeeting(tunnel, { ...CODE, words: ['abandon', 'zoo'] }, started.hello, random)
    const proven = started.prove(wrong.answer)
    assert.equal(wrong.holds(proven.proof), false)
    assert.throws(() => proven.finish(wrong.handOver('triode:evil')), fault('code-wrong'))
  })

  it('refuses a sealed link that was changed on the way', () => {
    const tunnel = binding()
    const started = startMeeting(tunnel, CODE, random)
    const answered = answerMeeting(tunnel, CODE, started.hello, random)
    const proven = started.prove(answered.answer)
    const [yes, proof, sealed] = decodeValue(answered.handOver(LINK), 8_192) as [
      boolean,
      Uint8Array,
      Uint8Array,
    ]
    sealed[0] = (sealed[0] ?? 0) ^ 1
    assert.throws(() => proven.finish(encodeValue([yes, proof, sealed])), fault('code-wrong'))
  })

  it('takes junk of every kind for a named fault', () => {
    const tunnel = binding()
    const started = startMeeting(tunnel, CODE, random)
    const low = new Uint8Array(32)
    const hellos: [Uint8Array, string][] = [
      [new Uint8Array(0), 'malformed'],
      [random.bytes(40), 'malformed'],
      [new Uint8Array(65), 'oversize'],
      [encodeValue([2, random.bytes(32)]), 'version-unknown'],
      [encodeValue([1, random.bytes(31)]), 'malformed'],
      [encodeValue([1, random.bytes(32), 0]), 'malformed'],
      [encodeValue([1, low]), 'key-malformed'],
    ]
    for (const [hello, code] of hellos) {
      assert.throws(() => answerMeeting(tunnel, CODE, hello, random), fault(code), code)
    }
    assert.throws(() => started.prove(encodeValue([true, low])), fault('key-malformed'))
    assert.throws(() => started.prove(encodeValue(['yes'])), fault('malformed'))
    assert.throws(() => started.prove(refuseMeeting()), fault('code-dead'))
  })
})

describe('the codes that a device holds open', () => {
  const key = suite.signing.generate(random)

  function holder(store: MemoryStore = createMemoryStore()) {
    const founded = { key, random, name: 'Band', nickname: 'Ann', at: NOW }
    const log = MembershipLog.create({ suite, store }, founded)
    return openHolder(store, log)
  }

  function openHolder(store: MemoryStore, log: MembershipLog) {
    const invitations = new OwnInvitations({ suite, store, log, key })
    return { store, log, invitations, spoken: new SpokenInvitations({ suite, store, log }) }
  }

  function invite({ invitations, spoken }: ReturnType<typeof holder>) {
    const terms = { role: 'member', lifeMs: 10 * MINUTES, addresses: [], now: NOW } as const
    const invited = invitations.create(random, terms)
    const identity = { pkcs8: random.bytes(48), certificate: random.bytes(300) }
    const code = makeSpokenCode(random, new Set(spoken.all(NOW).map((one) => one.code.number)))
    const { id: invitation, link, expires } = invited
    spoken.put({ invitation, code, link, expires, tries: 0, identity })
    return { invited, code }
  }

  it('stand three tries, counted when they begin, and given back to who was right', () => {
    const on = holder()
    const { invited, code } = invite(on)
    assert.equal(on.spoken.triesLeft(invited.id, NOW), 3)
    const begun = on.spoken.begin(code.number, NOW)
    assert.deepEqual([begun.link, begun.code], [invited.link, code])
    on.spoken.giveBack(code.number, NOW)
    assert.equal(on.spoken.triesLeft(invited.id, NOW), 3)
    for (let n = 0; n < 3; n++) on.spoken.begin(code.number, NOW)
    assert.throws(() => on.spoken.begin(code.number, NOW), fault('code-dead'))
    assert.equal(on.spoken.triesLeft(invited.id, NOW), 0)
    assert.deepEqual(on.spoken.open(NOW), [])
  })

  it('count across a restart', () => {
    const on = holder()
    const { code } = invite(on)
    on.spoken.begin(code.number, NOW)
    on.spoken.begin(code.number, NOW)
    const again = openHolder(on.store, MembershipLog.open({ suite, store: on.store }, on.log.circle))
    again.spoken.begin(code.number, NOW)
    assert.throws(() => again.spoken.begin(code.number, NOW), fault('code-dead'))
  })

  it('are not tried where the try can’t be counted', () => {
    const on = holder()
    const { code } = invite(on)
    on.store.failWith(new Unavailable('disk-full'))
    for (let n = 0; n < 5; n++) assert.throws(() => on.spoken.begin(code.number, NOW), fault('disk-full'))
  })

  it('end with their invitation: revoked or expired, and are erased then', () => {
    const on = holder()
    const revoked = invite(on)
    const expired = invite(on)
    on.invitations.revoke(revoked.invited.id, NOW)
    assert.throws(() => on.spoken.begin(revoked.code.number, NOW), fault('code-dead'))
    assert.deepEqual(on.spoken.open(NOW).length, 1)
    const late = NOW + 11 * MINUTES
    assert.throws(() => on.spoken.begin(expired.code.number, late), fault('code-dead'))
    on.spoken.sweep(late)
    assert.deepEqual(on.spoken.all(NOW), [])
  })

  it('are found by the knock of their number, with a clock that is a day off', () => {
    const on = holder()
    const { code } = invite(on)
    const other = makeSpokenCode(random, new Set([code.number]))
    for (const [number, hours, found] of [
      [code.number, 0, true],
      [code.number, -24, true],
      [code.number, 26, true],
      [code.number, 27, false],
      [other.number, 0, false],
    ] as const) {
      const knock = spokenKnockName(suite, number, hourOf(NOW) + hours)
      assert.equal(on.spoken.forKnock(knock, NOW) !== undefined, found, `${String(number)} ${String(hours)}`)
    }
  })
})
