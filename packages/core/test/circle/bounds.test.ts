/** What floods of log entries do not reach: the state's lists, and joining. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeEntry, type EntryHash, type Payload } from '@triode/core'
import { entriesFor } from '../../src/circle/answerJoin.ts'
import { decodeResponse, encodeResponse } from '../../src/circle/joinWire.ts'
import { openLog, type Person, suite, World } from './world.ts'

/** As append(), whether or not it has an effect. */
const signs = (person: Person, payload: Payload): EntryHash => person.says(payload).hash

describe('The state of a circle', () => {
  it('tells of 64 policies of later versions, the same ones on every device, and of all that it knows', () => {
    const world = new World('policies')
    const alice = world.found('Alice')
    const keys = Array.from({ length: 70 }, (_, at) => `x-${String(at).padStart(3, '0')}`)
    for (const key of keys.toReversed()) alice.setPolicy(key, 'on')
    alice.setPolicy('history', 'all')
    const { policies } = alice.state
    assert.equal(policies.get('history'), 'all')
    assert.deepEqual(
      [...policies.keys()].filter((key) => key.startsWith('x-')),
      keys.slice(0, 64),
    )
  })

  it('lists the last 64 pending acts of a member, and those of others; the first of one comes to count like any', () => {
    const world = new World('pending')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob', 'owner')
    const carol = world.join(alice, 'Carol')
    alice.setPolicy('approvals', '2')
    bob.learnFrom(alice)
    const acts = Array.from({ length: 70 }, () => signs(alice, { type: 'remove', member: carol.member }))
    bob.learnFrom(alice)
    const own = signs(bob, { type: 'dissolve' })
    alice.learnFrom(bob)
    const listed = new Set(alice.state.pending.map(({ hash }) => hash))
    assert.deepEqual(listed, new Set([...acts.slice(6), own]))
    assert.deepEqual(bob.state.pending, alice.state.pending)
    const [first] = acts
    assert.ok(first)
    bob.approve(first)
    assert.equal(bob.rightNow(carol), 'removed', 'one that is not listed')
  })
})

describe('Joining a circle with a log that is too long for one answer', () => {
  it('takes the past of the admission, without what nobody builds upon', () => {
    const world = new World('long')
    const alice = world.found('Alice')
    const mallory = world.join(alice, 'Mallory', 'guest')
    const liar = mallory.fork()
    const admission = alice.admit(alice.invite(), world.stranger(alice, 'Bob'))
    const flood = Array.from({ length: 20 }, () => signs(liar, { type: 'nickname', nickname: 'M' }))
    alice.learnFrom(liar)
    const whole = alice.log.allBytes()
    assert.equal(entriesFor(alice.log, admission.hash, 1_000_000).length, whole.length)
    const part = entriesFor(alice.log, admission.hash, 4_000)
    const log = openLog(suite, alice.log.circle, alice.log.names)
    for (const bytes of part) assert.equal(log.add(bytes), 'added')
    assert.equal(log.verdict(admission.hash), true)
    assert.equal(part.length, whole.length - flood.length)
    assert.deepEqual(part.at(-1), alice.log.bytesOf(admission.hash))
    assert.equal(decodeEntry(suite, part[0] ?? new Uint8Array(0)).entry.payload.type, 'create')
  })

  it('takes more entries than nine devices may have', () => {
    const admission = 'a'.repeat(52) as EntryHash
    const secret = { generation: 0, secret: new Uint8Array(32), covers: new Uint8Array(0) }
    const entries = Array.from({ length: 80_000 }, () => new Uint8Array(200))
    const body = encodeResponse({ admission, names: undefined, secrets: [secret], entries, cards: [] })
    assert.equal(decodeResponse(suite, body).entries.length, entries.length)
  })
})
