/** A circle of a thousand members: what is added at its end costs about the same as in a small one. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MembershipLog, type Payload } from '@triode/core'
import { credulous, World, type Person } from './world.ts'

const MEMBERS = 1_000

function crowd(): { olga: Person; others: Person[] } {
  const world = new World('crowd', credulous)
  const olga = world.found('Olga')
  const others = Array.from({ length: MEMBERS - 1 }, (_, at) => {
    const one = world.stranger(olga, `P${at}`)
    olga.admit(olga.invite(at < 5 ? 'owner' : 'member'), one)
    return one
  })
  return { olga, others }
}

/** Milliseconds that each of `payloads` takes, with a look at the state after it. */
function eachOf(person: Person, payloads: readonly Payload[]): number {
  const started = performance.now()
  for (const payload of payloads) {
    person.says(payload)
    assert.ok(person.state.members.size >= MEMBERS)
  }
  return (performance.now() - started) / payloads.length
}

describe('A circle of a thousand', () => {
  it('judges one more entry of any common kind by itself', () => {
    const { olga, others } = crowd()
    const names = (count: number): Payload[] =>
      Array.from({ length: count }, (_, at) => ({ type: 'nickname', nickname: `N${at}` }))
    const some = others.slice(10, 40)
    olga.setPolicy('approvals', '1')
    eachOf(olga, names(20))
    const plain = eachOf(olga, names(30))
    const kinds: Readonly<Record<string, readonly Payload[]>> = {
      suspend: some.map(({ member }) => ({ type: 'suspend', member })),
      restore: some.map(({ member }) => ({ type: 'restore', member })),
      role: some.map(({ member }) => ({ type: 'role', member, role: 'guest' })),
      policy: some.map((_, at) => ({ type: 'policy', key: 'history', value: at % 2 === 0 ? 'all' : 'none' })),
      remove: some.map(({ member }) => ({ type: 'remove', member })),
    }
    for (const [kind, payloads] of Object.entries(kinds)) {
      const cost = eachOf(olga, payloads)
      // To judge everything anew takes hundreds of times as long.
      assert.ok(cost < 20 * plain + 5, `${kind}: ${cost} ms, a nickname ${plain} ms`)
    }
  })

  it('judges all anew in a second or so when it must, and dissolves', () => {
    const { olga, others } = crowd()
    const [otto, , paul] = others
    assert.ok(otto && paul)
    const bytes = olga.log.allBytes()
    const log = MembershipLog.open({ suite: credulous, store: otto.store }, olga.log.circle)
    for (const one of bytes) log.add(one)
    otto.log = log
    olga.room(...others.slice(0, 200))
    const removal = otto.remove(paul)
    const started = performance.now()
    olga.learnFrom(otto)
    assert.equal(olga.log.verdict(removal.hash), true)
    assert.equal(olga.rightNow(paul), 'removed')
    olga.dissolve()
    assert.equal(olga.roster.length, 0)
    assert.ok(performance.now() - started < 20_000, `${performance.now() - started} ms`)
  })
})
