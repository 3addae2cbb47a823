/**
 * Faults planted into otherwise good runs, one for each invariant: a check that never fails checks nothing. They are planted
 * from outside, in stores, links and timelines; the core has no switch for any of them.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CircleSecrets,
  decodeFrame,
  encodeContent,
  encodeFrame,
  parseMessageId,
  type Body,
  type ConversationId,
  type TimelineMessage,
} from '@triode/core'
import {
  RULE,
  simulate,
  steal,
  writeOne,
  type Carrier,
  type SimulatedDevice,
  type SimulationOptions,
  type World,
} from '@triode/testkit'

const GOOD: SimulationOptions = { seed: 'p4', devices: 6, steps: 150 }
/** Nothing has happened yet. */
const FRESH: SimulationOptions = { seed: 'fresh', devices: 6, steps: 1, calm: true }
/** Three weeks or so in which everything works. */
const LONG: SimulationOptions = { seed: 'months', devices: 6, steps: 90, calm: true, stepMs: 43_200_000 }
const CODE = { logHeads: 1, logEntries: 2, have: 5, block: 8, acknowledgements: 11 } as const
const HASH_BYTES = 32

/** Rules that a run with the planted fault violates. */
function brokenBy(plant: Partial<SimulationOptions>): Set<string> {
  const { violations } = simulate({ ...GOOD, ...plant })
  return new Set(violations.map(({ rule }) => rule))
}

function everyone(world: World): ConversationId {
  return everyoneOf(some(world))
}

function everyoneOf(device: SimulatedDevice): ConversationId {
  return device.state.conversations.circle
}

function some(world: World, at = 0): SimulatedDevice {
  const device = world.running.filter(
    (one) => !one.restored && !one.hostile && one.participant.conversations().includes(everyoneOf(one)),
  )[at]
  assert.ok(device)
  return device
}

/** Puts an entry into the timeline of one device, as if it had come. */
function forgeEntry(
  device: SimulatedDevice,
  place: Pick<TimelineMessage, 'feed' | 'seq'>,
  by: SimulatedDevice,
  body: Body,
): void {
  const { participant } = device
  const conversation = device.state.conversations.circle
  participant.transact(() => {
    const timeline = participant.timeline(conversation)
    const plaintext = encodeContent({ lamport: timeline.nextLamport(), at: 0, body })
    timeline.apply({ ...place, device: by.self, member: by.member, plaintext, receivedAt: 0 })
    timeline.flush()
  })
}

/** A message of the whole circle, as its author shows it. */
function lastOwn(author: SimulatedDevice): TimelineMessage {
  const own = author
    .shown(author.state.conversations.circle)
    .findLast((message) => message.device === author.self && !message.deleted)
  assert.ok(own)
  return own
}

/** All frames to `victim` go through `carrier`. */
function carryTo(
  world: World,
  victim: SimulatedDevice,
  carrier: (frame: Uint8Array) => readonly Uint8Array[],
): void {
  const all: Carrier = (_from, to, frame) => (to === victim.self ? carrier(frame) : [frame])
  for (const device of world.members) world.carryWith(device, all)
}

const without =
  (...codes: number[]) =>
  (frame: Uint8Array): readonly Uint8Array[] =>
    codes.includes(frame[1] ?? -1) ? [] : [frame]

const textOf = (text: string): Body => ({ kind: 'text', text, mentions: [] })

describe('a planted fault is found:', () => {
  it('none, to begin with', () => {
    assert.deepEqual([...brokenBy({})], [])
  })

  it('a disk that forgets what it had committed loses messages, and makes keys serve twice', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const device = some(world)
        writeOne(world, device, everyone(world))
        device.takeBackup()
        for (let more = 0; more < 3; more++) writeOne(world, device, everyone(world))
        device.setBack()
        device.start()
        writeOne(world, device, everyone(world))
      },
    })
    assert.ok(broken.has(RULE.ownKept) && broken.has(RULE.noKeyReuse), [...broken].join())
  })

  it('a message that is applied a second time', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        writeOne(world, some(world), everyone(world))
        const message = lastOwn(some(world))
        forgeEntry(
          some(world),
          { feed: message.feed, seq: message.seq + 1_000 },
          some(world),
          textOf(message.text),
        )
      },
    })
    assert.ok(broken.has(RULE.onceOnly), [...broken].join())
  })

  it('a device that breaks ties in its own way', () => {
    const broken = brokenBy({
      steps: 30,
      beforeStep: (world, step) => {
        if (step > 5) return
        // All at once, so that their counters are alike.
        for (const device of world.running) writeOne(world, device, device.state.conversations.circle)
        if (step > 0) return
        const victim = some(world, 3)
        new CircleSecrets(victim.now.store, victim.state.id).put({
          generation: 0,
          // Of two of one generation that is taken for the circle's first which is the greater.
          secret: new Uint8Array(32).fill(0xff),
          covers: new Uint8Array(0),
        })
        victim.stop()
        victim.start()
      },
    })
    assert.ok(broken.has(RULE.sameOrder), [...broken].join())
  })

  it('a device that is told nothing of the membership log', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        carryTo(world, some(world, 1), without(CODE.logHeads, CODE.logEntries))
        some(world).append({ type: 'nickname', nickname: 'someone else' })
      },
    })
    assert.ok(broken.has(RULE.sameMembership), [...broken].join())
  })

  it('a device that shows what was not sealed to it', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const [author, other] = [some(world), some(world, 1)]
        const { feed, seq } = lastOwnOrNew(world, author)
        writeOne(world, author, author.state.conversations.self(author.member))
        const secret = world.records.messages.at(-1)
        assert.ok(secret)
        forgeEntry(other, { feed, seq: seq + 1_000 }, author, textOf(secret.text))
      },
    })
    assert.ok(broken.has(RULE.onlyWhatWasSealed), [...broken].join())
  })

  it('a device that is kept from what was sealed to it', () => {
    const broken = brokenBy({
      ...FRESH,
      beforeRest: (world) => {
        carryTo(world, some(world, 2), without(CODE.block))
        writeOne(world, some(world), everyone(world))
      },
    })
    assert.ok(broken.has(RULE.everythingSealed), [...broken].join())
  })

  it('a device that shows a message in other words than the rest', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const [author, other] = [some(world), some(world, 1)]
        writeOne(world, author, everyone(world))
        const { id, feed, seq } = lastOwn(author)
        forgeEntry(other, { feed, seq: seq + 1_000 }, author, {
          kind: 'reaction',
          target: id,
          emoji: '🤔',
          on: true,
        })
      },
    })
    assert.ok(broken.has(RULE.sameMessages), [...broken].join())
  })

  it('a device that says that it has what it has not', () => {
    const broken = brokenBy({
      ...FRESH,
      beforeRest: (world) => {
        const [author, victim] = [some(world), some(world, 2)]
        writeOne(world, author, everyone(world))
        const { feed, seq } = parseMessageId(lastOwn(author).id)
        const boast: Carrier = (_from, to, bytes) => {
          const frame = decodeFrame(bytes, HASH_BYTES)
          if (to !== author.self || frame.type !== 'have') return [bytes]
          const own = author.participant.feeds(frame.conversation).get(feed)
          if (own === undefined) return [bytes]
          const position = { device: author.self, incarnation: own.incarnation, seq, read: 0 }
          return [encodeFrame({ ...frame, positions: [...frame.positions, position] })]
        }
        carryTo(world, victim, without(CODE.block))
        world.carryWith(victim, boast)
        // It has something to tell of when it meets the author again.
        writeOne(world, victim, everyone(world))
        world.network.cut(author, victim)
        world.clock.advance(1_000)
        world.network.link(author, victim)
      },
    })
    assert.ok(broken.has(RULE.deliveryTrue), [...broken].join())
  })

  it('an author who is never told that a message has arrived', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        carryTo(world, some(world), without(CODE.have, CODE.acknowledgements))
        writeOne(world, some(world), everyone(world))
      },
    })
    assert.ok(broken.has(RULE.deliveryTold), [...broken].join())
  })

  it('a device that keeps in memory whatever one sends it', () => {
    const broken = brokenBy({
      beforeStep: (world) => {
        for (const { participant } of world.running) {
          const { sessions } = participant.sync as unknown as { sessions: Map<string, { junk?: Uint8Array }> }
          for (const session of sessions.values()) session.junk = new Uint8Array(100_000_000)
        }
      },
    })
    assert.ok(broken.has(RULE.boundedMemory), [...broken].join())
  })

  it('a device that sends what it has not committed yet', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const [one, other] = [some(world), some(world, 1)]
        world.network.link(one, other)
        world.clock.advance(10_000)
        one.now.store.transaction(() => writeOne(world, one, everyone(world)))
      },
    })
    assert.ok(broken.has(RULE.durableFirst), [...broken].join())
  })

  it('a link that changes what it carries', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        carryTo(world, some(world, 1), (frame) => {
          if (frame[1] !== CODE.block) return [frame]
          const changed = frame.slice()
          changed[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1
          return [changed]
        })
        writeOne(world, some(world), everyone(world))
      },
    })
    assert.ok(broken.has(RULE.noFalseAccusation), [...broken].join())
  })

  it('a device that never gets the circle’s new secret', () => {
    const broken = brokenBy({
      steps: 0,
      beforeRest: (world) => {
        const victim = some(world, 1)
        victim.now.secrets.put = () => undefined
        putOut(world, victim)
      },
    })
    assert.ok(broken.has(RULE.sameSecret), [...broken].join())
  })

  it('a device that gives the circle’s new secret to one that is out', () => {
    const broken = brokenBy({
      steps: 0,
      beforeRest: (world) => {
        const [traitor, out] = [some(world), putOut(world, some(world))]
        const outside = new CircleSecrets(out.now.store, out.state.id)
        const { secrets } = traitor.now
        const keep = secrets.put.bind(secrets)
        secrets.put = (secret, arrival) => {
          keep(secret, arrival)
          outside.put(secret)
        }
      },
    })
    assert.ok(broken.has(RULE.secretFromOutsiders), [...broken].join())
  })

  it('a circle that never comes to rest', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const again = (): void => {
          writeOne(world, some(world), everyone(world))
          world.clock.after(30_000, again)
        }
        again()
      },
    })
    assert.ok(broken.has(RULE.comesToRest), [...broken].join())
  })
})

describe('a planted fault in what is secret is found:', () => {
  it('a writer who goes on sealing to a member that it knows is out', () => {
    const broken = brokenBy({
      ...FRESH,
      beforeRest: (world) => {
        const [author, removed] = [ownerOf(world), outsiderOf(world)]
        const { membership } = author.participant
        const readers = membership.readers(everyone(world))
        writeOne(world, author, everyone(world))
        world.clock.advance(1_000)
        author.append({ type: 'remove', member: removed.member })
        membership.readers = () => readers
        writeOne(world, author, everyone(world))
      },
    })
    assert.ok(broken.has(RULE.removedReadsNothing), [...broken].join())
  })

  it('a device that keeps the keys of what it has written', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const victim = some(world)
        writeOne(world, victim, everyone(world))
        const feeds = victim.now.store.map(`conversation/${everyone(world)}/feeds`)
        const before = feeds.get(victim.participant.ownFeed(everyone(world))?.id ?? '')
        assert.ok(before)
        writeOne(world, victim, everyone(world))
        feeds.set('kept', before)
        steal(world, victim)
      },
    })
    assert.ok(broken.has(RULE.forwardSecrecy), [...broken].join())
  })

  it('a device that never changes its sealing key', () => {
    const broken = brokenBy({
      ...LONG,
      beforeStep: (world, step) => {
        for (const { now } of world.running) now.sealingKeys.rotateIfDue = () => false
        if (step === 1) steal(world, some(world))
      },
    })
    assert.ok(broken.has(RULE.recovery), [...broken].join())
  })

  it('a backup that is restored on two disks as if nothing had happened', () => {
    const broken = brokenBy({
      beforeRest: (world) => {
        const device = some(world)
        writeOne(world, device, everyone(world))
        device.takeBackup()
        writeOne(world, device, everyone(world))
        device.restore = () => {
          device.setBack()
        }
        world.restoreTwice(device)
        writeOne(world, device, everyone(world))
      },
    })
    assert.ok(broken.has(RULE.noKeyReuse), [...broken].join())
  })

  it('and the same without the fault is none', () => {
    assert.deepEqual([...brokenBy({ ...LONG, beforeStep: stealOnce })], [])
    const restoredTwice = brokenBy({
      beforeRest: (world) => {
        const device = some(world)
        writeOne(world, device, everyone(world))
        device.takeBackup()
        writeOne(world, device, everyone(world))
        world.restoreTwice(device)
        writeOne(world, device, everyone(world))
      },
    })
    assert.deepEqual([...restoredTwice], [])
  })
})

function stealOnce(world: World, step: number): void {
  if (step === 1) steal(world, some(world))
}

function ownerOf(world: World): SimulatedDevice {
  const owner = world.running.find(({ state, member }) => state.members.get(member)?.role === 'owner')
  assert.ok(owner)
  return owner
}

/** Of another member than the owner, with one device. */
function outsiderOf(world: World): SimulatedDevice {
  const found = world.running.find(({ state, member }) => {
    const known = state.members.get(member)
    return known?.role === 'member' && known.state === 'active' && known.devices.length === 1
  })
  assert.ok(found)
  return found
}

function lastOwnOrNew(world: World, author: SimulatedDevice): TimelineMessage {
  writeOne(world, author, everyone(world))
  return lastOwn(author)
}

/** Somebody else than `stays` leaves, and tells all. */
function putOut(world: World, stays: SimulatedDevice): SimulatedDevice {
  const out = world.running.find(
    (device) =>
      device !== stays &&
      !device.hostile &&
      device.state.devices.get(device.self)?.active === true &&
      device.state.members.get(device.member)?.role === 'member',
  )
  assert.ok(out)
  for (const other of world.running) if (other !== out) world.network.link(out, other)
  world.clock.advance(10_000)
  out.append({ type: 'leave' })
  world.clock.advance(10_000)
  out.gone = true
  return out
}
