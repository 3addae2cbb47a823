/** Log entries that cost much: whoever hands them over waits, and nobody else (spec §5.7). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LogShare } from '../../src/sync/logShare.ts'
import { Member, Town } from './town.ts'

/** What adding an entry, and the first look at the circle after it, take on the slow device. */
interface Costs {
  readonly addMs: number
  readonly lookMs: number
}

/** Alice, whose clock goes on while she computes; the others compute in no time. */
class SlowTown extends Town {
  /** Milliseconds that Alice has computed. */
  spentMs = 0
  costs: Costs
  readonly alice: Member
  readonly others: readonly Member[]

  constructor(costs: Costs, ...names: string[]) {
    super()
    const [alice, ...others] = this.people('Alice', ...names)
    assert.ok(alice)
    const elapsed = (): number => this.clock.elapsed() + this.spentMs
    this.alice = new Member({ ...this.clock, elapsed }, alice.person)
    this.others = others
    for (const other of others) for (let round = 0; round < 2; round++) this.meet(this.alice, other)
    this.costs = costs
    this.watch()
  }

  private watch(): void {
    const { log } = this.alice
    const [add, state] = [log.add.bind(log), log.state.bind(log)]
    let looked = true
    log.add = (bytes) => {
      const result = add(bytes)
      if (result === 'added') [this.spentMs, looked] = [this.spentMs + this.costs.addMs, false]
      return result
    }
    log.state = () => {
      if (!looked) [this.spentMs, looked] = [this.spentMs + this.costs.lookMs, true]
      return state()
    }
  }
}

const says = (member: Member, nickname: string): void => {
  member.says({ type: 'nickname', nickname })
}

describe('who hands over log entries of which each makes all others be judged anew', () => {
  it('gets a tenth of the time, while its other frames, and the entries of others, go on', () => {
    const town = new SlowTown({ addMs: 0, lookMs: 3_000 }, 'Mallory', 'Bob')
    const { alice } = town
    const [mallory, bob] = town.others
    assert.ok(mallory && bob)
    town.link(alice, mallory)
    town.link(alice, bob)
    town.settle()
    const before = town.spentMs
    for (let second = 0; second < 60; second++) {
      says(mallory, `M${second}`)
      town.clock.advance(1_000)
    }
    const spent = town.spentMs - before
    assert.ok(spent >= 3_000 && spent <= 1_000 + 6_000 + 3_000, `${spent} ms of 60,000`)
    assert.notEqual(alice.log.size, mallory.log.size, 'nothing waits')
    mallory.say('my messages go on')
    says(bob, 'Robert')
    town.clock.advance(100)
    assert.deepEqual(alice.texts, ['my messages go on'])
    assert.equal(alice.log.state().members.get(bob.person.member)?.nickname, 'Robert')
    town.clock.advance(60_000)
    assert.equal(alice.log.state().members.get(mallory.person.member)?.nickname, 'M59')
    assert.equal(alice.log.size, mallory.log.size)
    assert.deepEqual(alice.faults, [])
  })

  it('gets no new share by a new tunnel', () => {
    const town = new SlowTown({ addMs: 0, lookMs: 3_000 }, 'Mallory')
    const [mallory] = town.others
    assert.ok(mallory)
    for (let second = 0; second < 60; second++) {
      const link = town.link(town.alice, mallory)
      town.clock.advance(100)
      says(mallory, `M${second}`)
      town.clock.advance(900)
      link.cut()
    }
    assert.ok(town.spentMs <= 1_000 + 6_000 + 3_000, `${town.spentMs} ms of 60,000`)
  })

  it('is asked again for what there was no room to keep', () => {
    const town = new SlowTown({ addMs: 0, lookMs: 30_000 }, 'Mallory')
    const { alice } = town
    const [mallory] = town.others
    assert.ok(mallory)
    town.link(alice, mallory)
    town.settle()
    says(mallory, 'costly')
    town.clock.advance(1_000)
    for (let at = 0; at < 2_600; at++) says(mallory, `M${at}`)
    town.clock.advance(10_000)
    assert.ok(alice.log.size < mallory.log.size - 2_000)
    town.costs = { addMs: 0, lookMs: 0 }
    town.clock.advance(3_600_000)
    assert.equal(alice.log.size, mallory.log.size)
  })
})

describe('a first sync', () => {
  it('of thousands of entries never waits, though each costs a millisecond and judging them half a second', () => {
    const town = new SlowTown({ addMs: 1, lookMs: 500 }, 'Bob')
    const [bob] = town.others
    assert.ok(bob)
    for (let at = 0; at < 3_000; at++) says(bob, `B${at}`)
    town.link(town.alice, bob)
    town.clock.advance(100)
    assert.equal(town.alice.log.size, bob.log.size)
    // One look for many entries: not one for each frame of 64.
    assert.ok(town.spentMs < 3_000 + 10 * 500, `${town.spentMs} ms`)
  })
})

describe('a share of time', () => {
  it('never runs out by honest entries, and waits for ten times what is owed', () => {
    const share = new LogShare(0)
    let now = 0
    for (let batch = 0; batch < 100; batch++) {
      assert.equal(share.waitMs(now), 0)
      now += 64 * 1.9
      share.spend(now, 64 * 1.9, 64)
    }
    const costly = new LogShare(0)
    costly.spend(3_000, 3_000, 0)
    assert.ok(Math.abs(costly.waitMs(3_000) - 20_000) < 5, `${costly.waitMs(3_000)}`)
    assert.equal(costly.waitMs(23_010), 0)
    const asleep = new LogShare(0)
    asleep.spend(86_400_000, 86_400_000, 0)
    assert.ok(asleep.waitMs(86_400_000) <= 600_001)
  })
})
