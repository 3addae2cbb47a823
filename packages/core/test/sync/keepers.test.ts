/** Sender and receiver are never there together: what is sent goes by keepers, which can't read it (spec §16). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  decodeFrame,
  dropHandle,
  dropTag,
  encodeFrame,
  fromBase32,
  KEEPER_TERMS,
  ROLE,
  sealNotice,
  u32,
  Unavailable,
  type ConversationId,
  type DeviceId,
  type DropTag,
  type Frame,
  type KeptFigures,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { NOTICE_CIPHERTEXT_BYTES, sealBox } from '../../src/keeping/dropKeys.ts'
import { noticesDigest } from '../../src/keeping/notices.ts'
import type { OwnDrop } from '../../src/keeping/ownDrops.ts'
import { KEPT_FREE_BYTES } from '../../src/keeping/tuning.ts'
import { handleIn, inPlaceOfTag } from '../../src/sync/keepingFrames.ts'
import { LINK_HIGH_WATER_BYTES, MAX_WAITING_COLLECTS } from '../../src/sync/tuning.ts'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

type Cast = [Member, Member, Member, Member, Member]

const DAY_MS = 86_400_000

/** Alice, Bob and Carol, and two keepers; all have met. */
function gathered(town = new Town()): { town: Town; cast: Cast } {
  const cast = town.peopleOf([
    ['Alice', ROLE.owner],
    ['Bob', ROLE.member],
    ['Carol', ROLE.member],
    ['Kim', ROLE.keeper],
    ['Kay', ROLE.keeper],
  ]) as Cast
  const [alice, ...others] = cast
  for (let round = 0; round < 2; round++) for (const other of others) town.meet(alice, other)
  return { town, cast }
}

function stateOf(author: Member, text: string): string {
  const { messages } = author.participant.timeline(author.everyone).page({ limit: 1_000 })
  const message = messages.find((one) => one.text === text)
  assert.ok(message, text)
  return author.participant.delivery(author.everyone, message).state
}

function keptBy({ participant }: Member): KeptFigures {
  return participant.keeping.kept.figures()
}

function directOf(one: Member, other: Member): ConversationId {
  return one.log.state().conversations.direct(one.person.member, other.person.member)
}

/** What `author` leaves at keepers of what it writes to `conversation`. */
function ownDrop({ participant }: Member, conversation: ConversationId): OwnDrop | undefined {
  const feed = participant.ownFeed(conversation)
  return feed && participant.keeping.own.get(feed)
}

/** The handle of a drop that somebody made up, as it stands in their frames. */
function dropOf(n: number): DropTag {
  return base32(suite.hash(u32(n)).subarray(0, 16)) as DropTag
}

/** What a keeper makes of that. */
function tagOf({ person }: Member, tag: DropTag): DropTag {
  return dropTag(suite, person.device, handleIn({ tag }))
}

/** The frames that `from` hands to `to` while both meet, which `change` may put others in place of. */
function overheard(
  town: Town,
  from: Member,
  to: Member,
  change: (frame: Frame) => readonly Frame[] = (frame) => [frame],
): Frame[] {
  const heard: Frame[] = []
  const link = town.link(from, to, (sender, _, bytes) => {
    if (sender !== from.person.device) return [bytes]
    const frame = decodeFrame(bytes, suite.hashBytes)
    heard.push(frame)
    return change(frame).map((one) => encodeFrame(one))
  })
  town.settle()
  link.cut()
  town.settle()
  return heard
}

/** What `who` gets from `keeper` for frames that its own program would not send. */
function answersTo(town: Town, who: Member, keeper: Member, frames: readonly Frame[]): Frame[] {
  const got: Frame[] = []
  const connection = keeper.participant.connect({
    device: who.person.device,
    send: (frame) => got.push(decodeFrame(frame, suite.hashBytes)),
    backlogBytes: () => 0,
    setPaused: () => undefined,
    close: () => undefined,
  })
  const hello = { type: 'hello', version: 1, cards: new Uint8Array(0) } as const
  for (const frame of [hello, ...frames]) connection.receive(encodeFrame(frame))
  town.settle()
  connection.disconnected()
  return got
}

function askedFor(town: Town, who: Member, keeper: Member, tag: DropTag): Frame[] {
  const frames = [
    { type: 'notices-request', tags: [tag] },
    { type: 'collect', tag, from: 1 },
  ] as const
  return answersTo(town, who, keeper, frames).filter(({ type }) =>
    ['box', 'notices', 'offers'].includes(type),
  )
}

describe('a keeper', () => {
  it('brings what was sent to somebody who is never there together with the sender', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    assert.equal(stateOf(alice, 'one'), 'queued')
    town.meet(alice, kim)
    assert.equal(stateOf(alice, 'one'), 'held')
    town.meet(kim, bob)
    assert.deepEqual(bob.texts, ['one'])
    assert.deepEqual(kim.texts, [])
    bob.say('two')
    town.meet(bob, kim)
    town.meet(kim, alice)
    town.meet(kim, carol)
    for (const member of [alice, bob, carol]) assert.deepEqual(member.texts, ['one', 'two'])
    for (const { faults } of cast) assert.deepEqual(faults, [])
  })

  it('is known by an author to hold what others lack, while it is there and as long as they do', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    const held = () => alice.participant.sync.keepers.heldBy(kim.person.device)
    alice.say('one')
    alice.say('two')
    const link = town.link(alice, kim)
    town.settle()
    const { entries = 0, files } = held() ?? {}
    assert.ok(entries >= 2, String(entries))
    assert.equal(files, 0)
    link.cut()
    town.settle()
    assert.equal(held(), undefined)
    for (const other of [bob, carol]) town.meet(kim, other)
    // They say so to the author, by the keeper or to its face.
    for (const other of [bob, carol]) town.meet(other, alice)
    const again = town.link(alice, kim)
    town.settle()
    assert.deepEqual(held(), { entries: 0, files: 0 })
    again.cut()
  })

  it('hands on at once to whoever is there, over many epochs and windows, and each entry once', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const said: string[] = []
    const say = (count: number): void => {
      for (let n = 0; n < count; n++) {
        said.push(`message ${String(said.length)}`)
        alice.say(said.at(-1) ?? '')
      }
    }
    say(70)
    town.clock.advance(DAY_MS)
    say(3)
    town.meet(alice, kim)
    const links = [town.link(alice, kim), town.link(kim, bob)]
    town.settle()
    say(200)
    town.settle()
    town.clock.advance(DAY_MS)
    say(5)
    town.settle()
    assert.deepEqual(bob.texts, said)
    for (const link of links) link.cut()
  })

  it('is left what is written to several conversations at once', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const link = town.link(alice, kim)
    town.settle()
    const direct = directOf(alice, bob)
    alice.say('to all')
    alice.participant.write(direct, { kind: 'text', text: 'to Bob', mentions: [] })
    town.settle()
    assert.deepEqual([stateOf(alice, 'to all'), keptBy(kim).drops], ['held', 2])
    link.cut()
    town.settle()
    town.meet(kim, bob)
    const { messages } = bob.participant.timeline(direct).page({ limit: 10 })
    assert.deepEqual([bob.texts, messages.map(({ text }) => text)], [['to all'], ['to Bob']])
  })

  it('hands on what several leave at once', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    const links = [alice, bob, carol].map((member) => town.link(kim, member))
    town.settle()
    for (const member of [alice, carol]) member.say(`by ${member.person.nickname}`)
    town.settle()
    for (const member of [alice, bob, carol])
      assert.deepEqual(member.texts.toSorted(), ['by Alice', 'by Carol'])
    for (const link of links) link.cut()
  })

  it('takes nothing more when its disk is nearly full, hands on what it has, and takes it when there is room', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    kim.freeBytes = KEPT_FREE_BYTES
    alice.say('two')
    town.meet(alice, kim)
    assert.deepEqual([stateOf(alice, 'one'), stateOf(alice, 'two')], ['held', 'queued'])
    town.meet(kim, bob)
    assert.deepEqual(bob.texts, ['one'])
    assert.equal(kim.participant.keeping.kept.slips.count, 0, 'nor what readers leave')
    kim.freeBytes = 2 * KEPT_FREE_BYTES
    town.meet(alice, kim)
    assert.equal(stateOf(alice, 'two'), 'held')
    for (const other of [bob, carol]) town.meet(kim, other)
    for (const other of [bob, carol]) assert.deepEqual(other.texts, ['one', 'two'])
    for (const { faults } of cast) assert.deepEqual(faults, [])
  })

  it('may vanish: what another one has comes from that, and nothing comes twice', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim, kay] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(alice, kay)
    // Kim is lost.
    town.meet(kay, bob)
    assert.deepEqual(bob.texts, ['one'])
    // Kim is found again.
    const frames = overheard(town, kim, bob)
    assert.ok(!frames.some(({ type }) => type === 'box'), 'nothing is fetched again')
    const both = [town.link(kim, carol), town.link(kay, carol)]
    town.settle()
    assert.deepEqual(carol.texts, ['one'])
    for (const link of both) link.cut()
  })

  it('may end while it hands something over, also because nothing can be read any more: another is asked', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim, kay] = cast
    alice.say('one')
    for (const keeper of [kim, kay]) town.meet(alice, keeper)
    const first = town.link(kim, bob, (_from, _to, bytes) =>
      ['box', 'collected'].includes(decodeFrame(bytes, suite.hashBytes).type) ? [] : [bytes],
    )
    town.clock.advance(1_000)
    const second = town.link(kay, bob)
    town.clock.advance(1_000)
    assert.deepEqual(bob.texts, [], 'Kim was asked')
    const { known } = bob.participant.keeping
    const get = known.get.bind(known)
    known.get = () => {
      throw new Unavailable('store-locked')
    }
    first.cut()
    town.clock.advance(1_000)
    known.get = get
    town.settle()
    assert.deepEqual(bob.texts, ['one'])
    second.cut()
  })

  it('keeps what somebody left there before a restore, also when they have been there again', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('before')
    town.meet(alice, kim)
    const restored = alice.restored()
    restored.say('after')
    for (let time = 0; time < 2; time++) town.meet(restored, kim)
    for (const text of ['before', 'after']) assert.equal(stateOf(restored, text), 'held')
    for (const other of [bob, carol]) {
      town.meet(kim, other)
      assert.deepEqual(other.texts, ['before', 'after'])
    }
  })

  it('is left what somebody had left nowhere before a restore', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('before')
    const restored = alice.restored()
    town.meet(restored, kim)
    assert.equal(stateOf(restored, 'before'), 'held')
    town.meet(kim, bob)
    assert.deepEqual(bob.texts, ['before'])
  })

  it('keeps what somebody lost who was restored from a backup of before', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('in the backup')
    town.meet(alice, kim)
    const backup = alice.backup()
    alice.say('lost')
    town.meet(alice, kim)
    const restored = alice.restored(backup)
    // Another secret is due as well.
    town.clock.advance(8 * DAY_MS)
    restored.say('after')
    for (let time = 0; time < 2; time++) town.meet(restored, kim)
    assert.deepEqual(restored.texts, ['in the backup', 'after'])
    town.meet(kim, bob)
    assert.deepEqual(bob.texts.toSorted(), ['after', 'in the backup', 'lost'])
  })

  it('says by what it has that something is missing to a reader who was restored from an old backup, until another has it', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, bob)
    const backup = bob.backup()
    alice.say('two')
    town.meet(alice, kim)
    for (const other of [bob, carol]) town.meet(kim, other)
    // What all have goes from the keeper, once the author knows.
    for (let time = 0; time < 2; time++) town.meet(alice, kim)
    assert.equal(keptBy(kim).boxes, 0)
    alice.say('three')
    town.meet(alice, kim)
    const restored = bob.restored(backup)
    const missing = (): readonly DeviceId[] => restored.participant.sync.keepers.missingIn(alice.everyone)
    assert.deepEqual(missing(), [], 'it can’t know yet')
    town.meet(kim, restored)
    assert.deepEqual(restored.texts, ['one'])
    assert.deepEqual(missing(), [alice.person.device])
    const told = restored.events.filter(({ type }) => type === 'missing')
    assert.equal(told.length, 1)
    town.meet(kim, restored)
    assert.deepEqual(missing(), [alice.person.device])
    town.meet(carol, restored)
    assert.deepEqual(restored.texts, ['one', 'two'])
    assert.deepEqual(missing(), [])
    town.meet(kim, restored)
    assert.deepEqual(restored.texts, ['one', 'two', 'three'])
  })

  it('makes nobody believe that something is missing, by a box that no author signed', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, bob)
    alice.say('two')
    town.meet(alice, kim)
    const feed = alice.participant.ownFeed(alice.everyone)
    const drop = ownDrop(alice, alice.everyone)
    assert.ok(feed && drop)
    const found = alice.participant.feeds(alice.everyone).log(feed.id).at(feed.head.seq)
    assert.ok(found)
    const place = { tag: drop.tag, from: 50, last: 50, part: 0, final: true }
    const { conversation, device, incarnation } = feed
    const block = { ...found, from: 50, items: found.items.slice(-1) }
    const inside = encodeFrame({ type: 'block', conversation, device, incarnation, block })
    const bytes = sealBox(suite, createSeededRandom('forged'), drop.secret, place, inside)
    overheard(town, kim, bob, (frame) => (frame.type === 'box' ? [{ ...frame, ...place, bytes }] : [frame]))
    assert.deepEqual(bob.texts, ['one'])
    assert.deepEqual(bob.participant.sync.keepers.missingIn(alice.everyone), [])
  })

  it('tells who is there of many small boxes together, and not of each', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const COUNT = 40
    for (let n = 0; n < COUNT; n++) alice.say(`number ${String(n)}`)
    const offers: Frame[] = []
    const waiting = town.link(kim, bob, (sender, _, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (sender === kim.person.device && frame.type === 'offers') offers.push(frame)
      return [bytes]
    })
    town.settle()
    town.meet(alice, kim)
    assert.equal(bob.texts.length, COUNT)
    assert.ok(keptBy(kim).boxes >= COUNT, 'a box each')
    assert.ok(offers.length < COUNT / 4, `${String(offers.length)} frames of offers`)
    waiting.cut()
  })

  it('is told when everybody has it, and holds it no longer', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    assert.equal(keptBy(kim).boxes, 1)
    town.meet(kim, bob)
    town.meet(bob, carol)
    for (const other of [bob, carol]) town.meet(alice, other)
    assert.equal(stateOf(alice, 'one'), 'delivered')
    town.meet(alice, kim)
    assert.equal(keptBy(kim).boxes, 0)
  })

  it('holds things for the time that it says, then erases them', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    const link = town.link(kim, bob, () => [])
    town.clock.advance(KEEPER_TERMS.holdHours * 3_600_000 + 2 * DAY_MS)
    assert.equal(keptBy(kim).boxes, 0)
    link.cut()
    // What is older than that is not left there again.
    town.meet(alice, kim)
    town.meet(alice, kim)
    assert.equal(keptBy(kim).boxes, 0)
  })

  it('counts the time that it runs: setting its clock, as a machine does that had none while it was off, erases nothing', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    const holdMs = KEEPER_TERMS.holdHours * 3_600_000
    alice.say('before it was off')
    town.meet(alice, kim)
    kim.participant.stop()
    town.clock.advance(holdMs + DAY_MS)
    // It starts with the time at which it ended, and has the true one some minutes later.
    const clock = town.clock.skewed(-holdMs - DAY_MS)
    const again = kim.again(clock)
    carol.say('at its old time')
    town.meet(carol, again)
    const { boxes } = keptBy(again)
    clock.jump(holdMs + DAY_MS)
    town.clock.advance(3_600_000)
    // A clock that is far ahead for a while does no more.
    clock.jump(10 * holdMs)
    town.clock.advance(3_600_000)
    clock.jump(-10 * holdMs)
    town.clock.advance(3_600_000)
    assert.equal(keptBy(again).boxes, boxes)
    town.meet(again, bob)
    assert.deepEqual(bob.texts.toSorted(), ['at its old time', 'before it was off'])
    // Nor does it hold things for ever: what it ran before counts, also where it starts anew each day.
    let running = again
    for (let day = 0; day < KEEPER_TERMS.holdHours / 24 + 1; day++) {
      town.clock.advance(DAY_MS)
      running.participant.stop()
      running = running.again(clock)
    }
    town.settle()
    assert.equal(keptBy(running).boxes, 0)
  })

  it('is given other boxes in place of those whose content its author erased', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('a slip')
    town.meet(alice, kim)
    const before = ownDrop(alice, alice.everyone)
    const { messages } = alice.participant.timeline(alice.everyone).page({ limit: 1 })
    const target = messages[0]?.id
    assert.ok(before && target)
    alice.participant.write(alice.everyone, { kind: 'delete', target })
    town.clock.advance(DAY_MS)
    town.meet(alice, kim)
    assert.equal(kim.participant.keeping.kept.get(before.tag), undefined)
    town.meet(kim, bob)
    const feed = alice.participant.ownFeed(alice.everyone)
    assert.ok(feed)
    assert.equal(bob.participant.feeds(alice.everyone).get(feed.id)?.head.seq, feed.head.seq)
    assert.deepEqual(bob.texts, [], 'there is nothing to show of what was gone before it came')
    assert.deepEqual(bob.faults, [])
  })

  it('gives all of it up when it is no keeper any more', () => {
    const { town, cast } = gathered()
    const [alice, , , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    alice.says({ type: 'role', member: kim.person.member, role: ROLE.member })
    town.meet(alice, kim)
    assert.equal(keptBy(kim).drops, 0)
  })

  it('gives it up at the next start, where it was killed before it could', () => {
    const { town, cast } = gathered()
    const [alice, , , kim] = cast
    alice.say('one')
    town.meet(alice, kim)
    assert.equal(stateOf(alice, 'one'), 'held')
    kim.participant.stop()
    const removal = { type: 'remove', member: kim.person.member } as const
    const bytes = alice.log.bytesOf(alice.log.append(alice.person.key, removal, town.clock.now()).hash)
    assert.ok(bytes)
    assert.equal(stateOf(alice, 'one'), 'queued', 'for its author it is no keeper either')
    kim.log.add(bytes)
    const again = kim.again()
    assert.ok(keptBy(again).drops > 0)
    town.settle()
    assert.equal(keptBy(again).drops, 0)
  })
})

describe('a keeper cannot', () => {
  it('tell which conversation, or which author, a box is of: it is sent no id of either', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const direct = directOf(alice, bob)
    alice.say('to all')
    alice.participant.write(direct, { kind: 'text', text: 'to Bob alone', mentions: [] })
    const frames = overheard(town, alice, kim).filter(({ type }) =>
      ['box', 'notices', 'drops'].includes(type),
    )
    assert.deepEqual([...new Set(frames.map(({ type }) => type))].sort(), ['box', 'drops', 'notices'])
    const sent = frames.map((frame) => Buffer.from(encodeFrame(frame)))
    const feed = alice.participant.ownFeed(direct)?.id ?? ''
    for (const id of [direct, alice.everyone, alice.person.device, feed]) {
      const bytes = fromBase32(id)
      assert.ok(!sent.some((one) => one.includes(bytes.subarray(0, 8))), id)
    }
    const stored = kim.participant.keeping.kept
    for (const notice of stored.addressedTo(bob.person.device))
      assert.equal(fromBase32(notice.tag).length, 16)
    assert.equal(stored.addressedTo(bob.person.device).length, 2)
    assert.equal(stored.addressedTo(cast[2].person.device).length, 1, 'Carol is no reader of the other')
  })

  it('make anyone accept what was not written: boxes that it changed, moved or made up are refused', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim, kay] = cast
    alice.say('one')
    alice.say('two')
    for (const keeper of [kim, kay]) town.meet(alice, keeper)
    const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)
    overheard(town, kim, bob, (frame) =>
      frame.type === 'box' ? [{ ...frame, bytes: flipped(frame.bytes) }] : [frame],
    )
    assert.deepEqual(bob.texts, [])
    overheard(town, kim, carol, (frame) =>
      frame.type === 'box' ? [{ ...frame, from: frame.from + 1, last: frame.last + 1 }] : [frame],
    )
    assert.deepEqual(carol.texts, [])
    for (const member of [bob, carol]) {
      town.meet(kay, member)
      assert.deepEqual(member.texts, ['one', 'two'], 'from another keeper')
    }
  })

  it('keep anyone from asking another by what it withholds or repeats', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim, kay] = cast
    alice.say('one')
    for (const keeper of [kim, kay]) town.meet(alice, keeper)
    const silent = town.link(kim, bob, (sender, _, bytes) => {
      const isBox = sender === kim.person.device && decodeFrame(bytes, suite.hashBytes).type === 'box'
      return isBox ? [] : [bytes]
    })
    const other = town.link(kay, bob)
    town.settle()
    assert.deepEqual(bob.texts, ['one'])
    for (const link of [silent, other]) link.cut()
    overheard(town, kim, carol, (frame) => [frame, frame, frame])
    assert.deepEqual(carol.faults, [])
    assert.deepEqual(carol.texts, ['one'])
  })

  it('be asked for ever, by repeating what it has handed over already', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim, kay] = cast
    for (const text of ['one', 'two', 'three']) {
      alice.say(text)
      for (const keeper of [kim, kay]) town.meet(alice, keeper)
    }
    const heard = overheard(town, kim, bob, (frame) => (frame.type === 'box' ? [] : [frame]))
    const [first] = heard.filter(({ type }) => type === 'box')
    assert.ok(first !== undefined)
    assert.deepEqual(bob.texts, [])
    const repeating = bob.participant.connect({
      device: kim.person.device,
      send: () => undefined,
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const ends = ['box', 'collected']
    for (const frame of heard) if (!ends.includes(frame.type)) repeating.receive(encodeFrame(frame))
    town.clock.advance(100)
    const other = town.link(kay, bob)
    for (let round = 0; round < 8; round++) {
      repeating.receive(encodeFrame(first))
      town.clock.advance(10_000)
    }
    assert.deepEqual(bob.texts, ['one', 'two', 'three'])
    repeating.disconnected()
    other.cut()
  })

  it('make a reader open again and again what does not open', () => {
    const { town, cast } = gathered()
    const [alice, bob, , kim] = cast
    const asked: Frame[] = []
    const connection = bob.participant.connect({
      device: kim.person.device,
      send: (frame) => asked.push(decodeFrame(frame, suite.hashBytes)),
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const [tag, device] = [dropOf(0), bob.person.device]
    const ciphertext = new Uint8Array(NOTICE_CIPHERTEXT_BYTES)
    const frames: Frame[] = [
      { type: 'hello', version: 1, cards: new Uint8Array(0) },
      { type: 'offers', offers: [{ tag, generation: 1, next: 2 }] },
      { type: 'notices', notices: [{ tag, device, generation: 1, enc: new Uint8Array(32), ciphertext }] },
    ]
    for (const frame of frames) connection.receive(encodeFrame(frame))
    town.clock.advance(1_000)
    for (const nickname of ['Ali', 'Al']) alice.says({ type: 'nickname', nickname })
    town.meet(alice, bob)
    assert.equal(asked.filter(({ type }) => type === 'notices-request').length, 1)
    connection.disconnected()
  })

  it('be asked for so much at once that it hangs up, however many drops somebody leaves', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    carol.say('hers')
    const feed = carol.participant.keeping.ownFeed(carol.everyone)
    const readers = carol.participant.keeping.targets(carol.everyone)
    const target = readers.find(({ device }) => device === bob.person.device)
    assert.ok(feed && target)
    const random = createSeededRandom('Carol')
    const frames = Array.from({ length: 200 }, (): Frame[] => {
      const secret = random.bytes(32)
      const notice = sealNotice(suite, random, { ...feed, secret }, target)
      assert.ok(notice)
      const tag = inPlaceOfTag(dropHandle(suite, secret, feed.id))
      const place = { tag, from: 1, last: 1, part: 0, final: true }
      return [
        { type: 'notices', notices: [{ ...notice, tag }] },
        { type: 'box', ...place, bytes: new Uint8Array(100) },
      ]
    })
    answersTo(town, carol, kim, frames.flat())
    alice.say('one')
    town.meet(alice, kim)
    let [open, most, asked] = [0, 0, 0]
    const link = town.link(kim, bob, (_, __, bytes) => {
      const { type } = decodeFrame(bytes, suite.hashBytes)
      if (type === 'collect') [open, asked] = [open + 1, asked + 1]
      if (type === 'collected') open--
      most = Math.max(most, open)
      return [bytes]
    })
    town.settle()
    link.cut()
    assert.ok(asked > 200, String(asked))
    assert.ok(most <= 2 * 64, String(most))
    assert.ok(bob.texts.includes('one'))
  })

  it('have it for another author’s, by what a reader says who knows its secret', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim, kay] = cast
    alice.say('one')
    carol.say('hers')
    town.meet(alice, kim)
    town.meet(kim, carol)
    const drop = ownDrop(alice, alice.everyone)
    const feed = carol.participant.keeping.ownFeed(carol.everyone)
    const readers = carol.participant.keeping.targets(carol.everyone)
    const target = readers.find(({ device }) => device === bob.person.device)
    assert.ok(drop && feed && target)
    assert.ok(carol.participant.keeping.known.get(drop.tag))
    const passedOff = sealNotice(suite, createSeededRandom('Carol'), { ...feed, secret: drop.secret }, target)
    assert.ok(passedOff)
    const tag = inPlaceOfTag(drop.handle)
    const place = { tag, from: 1, last: 1, part: 0, final: true }
    answersTo(town, carol, kay, [
      { type: 'notices', notices: [{ ...passedOff, tag }] },
      { type: 'box', ...place, bytes: new Uint8Array(100) },
    ])
    town.meet(kay, bob)
    town.meet(kim, bob)
    assert.ok(bob.texts.includes('one'))
  })

  it('be taken up by a reader, who knows the tag, where the author was not yet', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim, kay] = cast
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, carol)
    const drop = ownDrop(alice, alice.everyone)
    assert.ok(drop)
    assert.ok(carol.participant.keeping.known.get(drop.tag), 'Carol knows all of it')
    for (const name of [drop.tag, inPlaceOfTag(drop.handle)]) {
      const place = { tag: name, from: 1, last: 9, part: 0, final: true }
      const enc = new Uint8Array(32)
      const ciphertext = new Uint8Array(NOTICE_CIPHERTEXT_BYTES)
      const notice = { tag: name, device: bob.person.device, generation: 1, enc, ciphertext }
      answersTo(town, carol, kay, [
        { type: 'notices', notices: [notice] },
        { type: 'box', ...place, bytes: new Uint8Array(100) },
      ])
    }
    assert.equal(keptBy(kay).drops, 2, 'what Carol left there is hers')
    town.meet(alice, kay)
    assert.equal(stateOf(alice, 'one'), 'held')
    assert.equal(kay.participant.keeping.kept.get(drop.tag)?.author, alice.person.device)
    town.meet(kay, bob)
    assert.deepEqual(bob.texts, ['one'])
  })

  it('make an author seal notices again and again, by saying that it has others', () => {
    const { town, cast } = gathered()
    const [alice, , , kim] = cast
    alice.say('one')
    const sealed: number[] = []
    const connection = alice.participant.connect({
      device: kim.person.device,
      send: (bytes) => {
        const frame = decodeFrame(bytes, suite.hashBytes)
        if (frame.type === 'notices') sealed.push(frame.notices.length)
      },
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const say = (frame: Frame): void => {
      connection.receive(encodeFrame(frame))
      town.clock.advance(3_000)
    }
    say({ type: 'hello', version: 1, cards: new Uint8Array(0) })
    say({ type: 'keeper-terms', holdHours: 24, memberBytes: 1_000_000, fileBytes: 0 })
    const handle = ownDrop(alice, alice.everyone)?.handle
    assert.ok(handle)
    for (let round = 0; round < 60; round++) {
      const drop = { handle, first: 0, next: 0, notices: new Uint8Array(8) }
      for (const hasRoom of [true, false, true]) say({ type: 'kept', drops: [{ ...drop, hasRoom }] })
    }
    assert.ok(sealed.length >= 1 && sealed.length <= 3, String(sealed.length))
    connection.disconnected()
  })

  it('make an author look at its messages again and again, by saying now that it has them and now that it has not', () => {
    const { town, cast } = gathered()
    const [alice, , , kim] = cast
    for (let n = 0; n < 20; n++) alice.say(`message ${String(n)}`)
    const connection = alice.participant.connect({
      device: kim.person.device,
      send: () => undefined,
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const say = (frame: Frame): void => {
      connection.receive(encodeFrame(frame))
      town.clock.advance(0)
    }
    say({ type: 'hello', version: 1, cards: new Uint8Array(0) })
    say({ type: 'keeper-terms', holdHours: 24, memberBytes: 1_000_000, fileBytes: 0 })
    town.clock.advance(1_000)
    const handle = ownDrop(alice, alice.everyone)?.handle
    const head = alice.participant.ownFeed(alice.everyone)?.head.seq
    assert.ok(handle !== undefined && head !== undefined)
    const told = (): number => alice.events.filter(({ type }) => type === 'delivered').length
    const before = told()
    for (let round = 0; round < 1_000; round++) {
      const standing = { handle, notices: new Uint8Array(8), hasRoom: true }
      say({ type: 'kept', drops: [{ ...standing, first: 1, next: head + 1 }] })
      say({ type: 'kept', drops: [{ ...standing, first: 0, next: 0 }] })
    }
    assert.ok(told() - before >= 2 && told() - before < 10, String(told() - before))
    town.clock.advance(3_000)
    say({
      type: 'kept',
      drops: [{ handle, notices: new Uint8Array(8), hasRoom: true, first: 1, next: head + 1 }],
    })
    assert.equal(stateOf(alice, 'message 19'), 'held', 'a while later its word counts as before')
    connection.disconnected()
  })

  it('hand anything to whom it is not for, though they know the tag', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim, kay] = cast
    const direct = directOf(alice, bob)
    alice.participant.write(direct, { kind: 'text', text: 'to Bob alone', mentions: [] })
    town.meet(alice, kim)
    const drop = ownDrop(alice, direct)
    assert.ok(drop)
    assert.deepEqual(askedFor(town, carol, kim, drop.tag), [])
    assert.deepEqual(askedFor(town, kay, kim, drop.tag), [], 'nor to another keeper')
    assert.ok(askedFor(town, bob, kim, drop.tag).some(({ type }) => type === 'box'))
  })

  it('be made to hold very many requests of a reader who takes nothing', () => {
    const { town, cast } = gathered()
    const [, bob, , kim] = cast
    const faults: (string | undefined)[] = []
    const connection = kim.participant.connect({
      device: bob.person.device,
      send: () => undefined,
      backlogBytes: () => LINK_HIGH_WATER_BYTES,
      setPaused: () => undefined,
      close: (fault) => faults.push(fault?.code),
    })
    connection.receive(encodeFrame({ type: 'hello', version: 1, cards: new Uint8Array(0) }))
    const ask = (count: number): void => {
      for (let n = 0; n < count; n++)
        connection.receive(encodeFrame({ type: 'collect', tag: dropOf(n), from: 1 }))
      town.settle()
    }
    ask(MAX_WAITING_COLLECTS)
    ask(MAX_WAITING_COLLECTS)
    assert.deepEqual(faults, [], 'the same ones are no more')
    ask(MAX_WAITING_COLLECTS + 1)
    assert.deepEqual(faults, ['too-many-requests'])
  })

  it('be used by whom its author knows to be out', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('before')
    town.meet(alice, kim)
    const before = ownDrop(alice, alice.everyone)
    alice.says({ type: 'remove', member: carol.person.member })
    alice.say('after')
    town.meet(alice, kim)
    const drop = ownDrop(alice, alice.everyone)
    assert.ok(before && drop && before.tag !== drop.tag)
    assert.equal(
      kim.participant.keeping.kept.get(before.tag),
      undefined,
      'the tag that Carol may know is gone',
    )
    assert.deepEqual(askedFor(town, carol, kim, drop.tag), [])
    town.meet(kim, carol)
    assert.deepEqual(carol.texts, [])
    town.meet(kim, bob)
    assert.deepEqual(bob.texts, ['before', 'after'])
  })
})

describe('a keeper’s disk', () => {
  it('is not filled by one member: what goes beyond its share is not held, and the others’ is', () => {
    const town = new Town()
    town.keeperTerms = { holdHours: 24, memberBytes: 20_000, fileBytes: 10_000, capacityBytes: 100_000 }
    const { cast } = gathered(town)
    const [alice, bob, carol, kim] = cast
    for (let n = 0; n < 60; n++) alice.say(`${String(n)} ${'x'.repeat(400)}`)
    bob.say('from Bob')
    town.meet(alice, kim)
    town.meet(bob, kim)
    assert.ok(keptBy(kim).bytes <= 100_000)
    assert.equal(stateOf(bob, 'from Bob'), 'held')
    assert.equal(stateOf(alice, `59 ${'x'.repeat(400)}`), 'queued')
    town.meet(kim, carol)
    assert.ok(carol.texts.includes('from Bob'))
    // Directly it comes all the same.
    town.meet(alice, carol)
    assert.equal(carol.texts.length, 61)
    town.meet(alice, bob)
    town.meet(alice, carol)
    town.meet(alice, kim)
    assert.equal(keptBy(kim).boxes, 1, 'what everybody has makes room')
  })

  it('is known by an author to be full for what others lack, until these have it', () => {
    const town = new Town()
    town.keeperTerms = { holdHours: 24, memberBytes: 20_000, fileBytes: 10_000, capacityBytes: 100_000 }
    const { cast } = gathered(town)
    const [alice, bob, carol, kim] = cast
    const isFull = (author: Member): boolean => author.participant.sync.keepers.isFull(kim.person.device)
    const links = [alice, bob].map((one) => town.link(one, kim))
    alice.say('a little')
    bob.say('from Bob')
    town.settle()
    assert.ok(!isFull(alice))
    for (let n = 0; n < 60; n++) alice.say(`${String(n)} ${'x'.repeat(400)}`)
    // Also some minutes later, when it was asked again.
    for (let minutes = 0; minutes < 30; minutes++) {
      town.settle()
      assert.ok(isFull(alice))
    }
    assert.ok(!isFull(bob), 'whose share is not used up')
    for (const one of [bob, carol]) town.meet(alice, one)
    town.settle()
    assert.ok(!isFull(alice))
    for (const link of links) link.cut()
  })

  it('is not filled by notices that it refuses, or that grow', () => {
    const { town, cast } = gathered()
    const [, bob, , kim] = cast
    const tag = dropOf(0)
    const ciphertext = new Uint8Array(NOTICE_CIPHERTEXT_BYTES)
    const noticeTo = (n: number, enc: number) => {
      const device = base32(suite.hash(u32(n)).subarray(0, 32)) as DeviceId
      return { tag, device, generation: 1, enc: new Uint8Array(enc), ciphertext }
    }
    const notices = (from: number, count: number, enc = 1): Frame => {
      return { type: 'notices', notices: Array.from({ length: count }, (_, n) => noticeTo(from + n, enc)) }
    }
    answersTo(town, bob, kim, [notices(0, 10)])
    const before = keptBy(kim).bytes
    answersTo(town, bob, kim, [notices(0, 10, 1_600)])
    assert.ok(keptBy(kim).bytes >= before + 10 * 1_599)
    const flood = Array.from({ length: 11 }, (_, n) => notices(n * 400, 400))
    answersTo(town, bob, kim, flood)
    const { kept } = kim.participant.keeping
    assert.ok(kept.notice(noticeTo(3_999, 1).device, tagOf(bob, tag)))
    assert.equal(
      kept.notice(noticeTo(4_399, 1).device, tagOf(bob, tag)),
      undefined,
      'it was dropped for these, and left none',
    )
  })

  it('is written to for what comes, however many devices a drop is for already', () => {
    const { town, cast } = gathered()
    const [, bob, , kim] = cast
    const ciphertext = new Uint8Array(NOTICE_CIPHERTEXT_BYTES)
    const notices = (from: number, count: number): Frame => ({
      type: 'notices',
      notices: Array.from({ length: count }, (_, n) => ({
        tag: dropOf(0),
        device: base32(suite.hash(u32(from + n))) as DeviceId,
        ...{ generation: 1, enc: new Uint8Array(32), ciphertext },
      })),
    })
    answersTo(
      town,
      bob,
      kim,
      Array.from({ length: 9 }, (_, n) => notices(n * 400, 400)),
    )
    let written = 0
    const map = kim.store.map.bind(kim.store)
    kim.store.map = (name) => {
      const records = map(name)
      return {
        get: (key) => records.get(key),
        set: (key, value) => {
          written += value.length
          records.set(key, value)
        },
        delete: (key) => {
          records.delete(key)
        },
        entries: () => records.entries(),
      }
    }
    const ask: Frame = { type: 'drops', handles: [handleIn({ tag: dropOf(0) })] }
    answersTo(town, bob, kim, Array.from({ length: 100 }, (_, n) => [notices(3_600 + n, 1), ask]).flat())
    assert.equal(kim.participant.keeping.kept.get(tagOf(bob, dropOf(0)))?.readers, 3_700)
    assert.ok(written < 100 * 1_000, `${String(written)} bytes for 100 notices`)
  })

  it('reads no list of the devices that a drop is for, to say how it stands or to take a box', () => {
    const { town, cast } = gathered()
    const [, bob, , kim] = cast
    const notices = Array.from({ length: 400 }, (_, n) => ({
      tag: dropOf(0),
      device: base32(suite.hash(u32(n))) as DeviceId,
      ...{ generation: 1, enc: new Uint8Array(32), ciphertext: new Uint8Array(NOTICE_CIPHERTEXT_BYTES) },
    }))
    answersTo(town, bob, kim, [{ type: 'notices', notices }])
    const anew = kim.again()
    let read = 0
    const map = anew.store.map.bind(anew.store)
    anew.store.map = (name) => {
      const records = map(name)
      if (!name.includes('/addressed/')) return records
      return {
        ...records,
        get: (key) => {
          read++
          return records.get(key)
        },
        entries: () => {
          const entries = records.entries()
          read += entries.length
          return entries
        },
      }
    }
    const place = { tag: dropOf(0), from: 1, last: 1, part: 0, final: true }
    const answers = answersTo(town, bob, anew, [
      { type: 'drops', handles: Array.from({ length: 1_000 }, () => handleIn({ tag: dropOf(0) })) },
      { type: 'box', ...place, bytes: new Uint8Array(100) },
    ])
    const [standing] = answers.flatMap((frame) => (frame.type === 'kept' ? frame.drops : []))
    assert.deepEqual(standing?.notices, noticesDigest(suite, notices))
    assert.equal(anew.participant.keeping.kept.get(tagOf(bob, dropOf(0)))?.next, 2)
    assert.ok(read < 10, `${String(read)} read`)
  })

  it('is not taken up by very many drops of one member, of which its readers would hear first', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    const frames = Array.from({ length: 4_200 }, (_, n): Frame => {
      const place = { tag: dropOf(n), from: 1, last: 1, part: 0, final: true }
      return { type: 'box', ...place, bytes: new Uint8Array(1) }
    })
    answersTo(town, bob, kim, frames)
    assert.equal(keptBy(kim).drops, 4_096)
    alice.say('one')
    town.meet(alice, kim)
    town.meet(kim, carol)
    assert.deepEqual(carol.texts, ['one'])
  })

  it('hands a box over as its reader takes it, however large its author made that', () => {
    const { town, cast } = gathered()
    const [, bob, carol, kim] = cast
    const tag = dropOf(0)
    const part = new Uint8Array(1_000_000)
    const notice = { tag, device: carol.person.device, generation: 1, enc: new Uint8Array(1) }
    answersTo(town, bob, kim, [
      { type: 'notices', notices: [{ ...notice, ciphertext: new Uint8Array(NOTICE_CIPHERTEXT_BYTES) }] },
      ...Array.from({ length: 8 }, (_, n): Frame => {
        return { type: 'box', tag, from: 1, last: 1, part: n, final: n === 7, bytes: part }
      }),
    ])
    let [waiting, most, parts] = [0, 0, 0]
    const connection = kim.participant.connect({
      device: carol.person.device,
      send: (frame) => {
        waiting += frame.length
        most = Math.max(most, waiting)
        if (decodeFrame(frame, suite.hashBytes).type === 'box') parts++
      },
      backlogBytes: () => waiting,
      setPaused: () => undefined,
      close: () => undefined,
    })
    connection.receive(encodeFrame({ type: 'hello', version: 1, cards: new Uint8Array(0) }))
    connection.receive(encodeFrame({ type: 'collect', tag: tagOf(bob, tag), from: 1 }))
    town.settle()
    for (let round = 0; round < 8; round++) {
      waiting = 0
      connection.drained()
    }
    assert.equal(parts, 8)
    assert.ok(most < 4_000_000, String(most))
    connection.disconnected()
  })

  it('is not filled by drops in which there is nothing any more', () => {
    const town = new Town()
    town.keeperTerms = { holdHours: 24, memberBytes: 20_000, fileBytes: 10_000, capacityBytes: 100_000 }
    const { cast } = gathered(town)
    const [, bob, , kim] = cast
    const frames = Array.from({ length: 300 }, (_, n): Frame[] => {
      const tag = dropOf(n)
      const place = { tag, from: 1, last: 1, part: 0, final: true }
      return [
        { type: 'box', ...place, bytes: new Uint8Array(1) },
        { type: 'release', handle: handleIn({ tag }), upTo: 2 },
      ]
    })
    answersTo(town, bob, kim, frames.flat())
    assert.equal(keptBy(kim).boxes, 0)
    assert.ok(keptBy(kim).drops < 80, String(keptBy(kim).drops))
  })
})
