/** Chunks of files at keepers, as far as sync has to do with them (spec §16.6); and what a keeper may be late with. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  AT_KEEPER,
  BLOB_STANDING,
  chunkShapeOf,
  decodeFrame,
  encodeFrame,
  KEEPER_TERMS,
  keptBlobId,
  PeerFault,
  ROLE,
  sealSlip,
  u32,
  type AtKeeperStanding,
  type BlobId,
  type BlobToKeep,
  type ConversationId,
  type DeviceId,
  type Frame,
  type KeeperTerms,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import { padme } from '../../src/feed/padding.ts'
import type { BlobStanding } from '../../src/keeping/keptBlobs.ts'
import { completeStatement } from '../../src/keeping/slips.ts'
import { ToldBlobs } from '../../src/sync/toldBlobs.ts'
import { suite } from '../circle/world.ts'
import { Town, type Member } from './town.ts'

const MIB = 1_048_576
const DAY_MS = 86_400_000

/** What a device has of files, in place of a real one. */
interface Shelf {
  owed: BlobToKeep[]
  author: DeviceId | undefined
  complete: { readonly conversation: ConversationId; readonly blob: BlobId }[]
  readonly told: string[]
  readonly left: number[]
  offered: number
  forgotten: number
  readonly held: { readonly keeper: DeviceId; readonly standing: AtKeeperStanding }[]
}

function blob(n: number, bytes = MIB): BlobToKeep {
  return { length: padme(bytes), root: suite.hash(u32(n)) }
}

/** One that could be a blob's id. */
function idOfBlob(n: number): BlobId {
  return keptBlobId(suite, blob(n))
}

function gathered(terms?: KeeperTerms): {
  town: Town
  cast: [Member, Member, Member, Member]
  shelf: Shelf
} {
  const town = new Town()
  town.keeperTerms = terms
  const shelf: Shelf = {
    owed: [],
    author: undefined,
    complete: [],
    told: [],
    left: [],
    offered: 0,
    held: [],
    forgotten: 0,
  }
  town.filesOf = (nickname) => ({
    owed: () => (nickname === 'Alice' ? shelf.owed : []),
    stands: (_conversation, keeper, _blob, standing) => shelf.held.push({ keeper, standing }),
    leftOnly: (_conversation, _keeper, blobs) => {
      if (nickname === 'Alice') shelf.left.push(blobs.length)
    },
    offered: () => shelf.offered++,
    toHold: () => undefined,
    complete: (author) => (nickname === 'Bob' && author === shelf.author ? shelf.complete : []),
    completeAt: (device, _, id) => shelf.told.push(`${device} ${id}`),
    forget: () => shelf.forgotten++,
  })
  const cast = town.peopleOf([
    ['Alice', ROLE.owner],
    ['Bob', ROLE.member],
    ['Carol', ROLE.member],
    ['Kim', ROLE.keeper],
  ]) as [Member, Member, Member, Member]
  const [alice, ...others] = cast
  for (let round = 0; round < 2; round++) for (const other of others) town.meet(alice, other)
  return { town, cast, shelf }
}

function blobsOf({ participant }: Member) {
  return participant.keeping.kept.blobs
}

describe('files of a message that somebody lacks', () => {
  it('are told to a keeper by root and padded length alone, and are for the drop’s readers', () => {
    const { town, cast, shelf } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1), blob(2, 700_000)]
    const told: Frame[] = []
    const link = town.link(alice, kim, (sender, _, bytes) => {
      if (sender === alice.person.device) told.push(decodeFrame(bytes, suite.hashBytes))
      return [bytes]
    })
    town.settle()
    const frames = told.flatMap((frame) => (frame.type === 'blobs' ? [frame] : []))
    assert.deepEqual(
      frames.map(({ blobs }) => blobs),
      [shelf.owed],
    )
    const [id] = shelf.owed.map((one) => keptBlobId(suite, one))
    assert.ok(id)
    assert.ok(kim.participant.keeping.kept.mayHave(bob.person.device, id))
    assert.ok(!kim.participant.keeping.kept.mayHave(kim.person.device, id))
    assert.deepEqual(
      shelf.held.map(({ standing }) => standing),
      [AT_KEEPER.partial, AT_KEEPER.partial],
    )
    kim.participant.sync.keepers.service.blobChanged(id, true)
    town.settle()
    assert.deepEqual(shelf.held.at(-1), { keeper: kim.person.device, standing: AT_KEEPER.whole })
    assert.equal(alice.participant.sync.keepers.heldBy(kim.person.device)?.files, 1)
    kim.participant.sync.keepers.service.blobChanged(id, false)
    town.settle()
    assert.equal(alice.participant.sync.keepers.heldBy(kim.person.device)?.files, 0)
    kim.participant.sync.keepers.service.blobChanged(id, true)
    town.settle()
    link.cut()
    const other = town.link(kim, carol)
    town.settle()
    assert.ok(carol.participant.sync.keepers.isOffered(kim.person.device, id))
    other.cut()
    town.settle()
    assert.ok(!carol.participant.sync.keepers.isOffered(kim.person.device, id))
  })

  it('are left where all have the message, and given up when all have the file', () => {
    const { town, cast, shelf } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('with a file')
    for (const other of [bob, carol]) town.meet(alice, other)
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    assert.equal(blobsOf(kim).all().size, 1)
    assert.equal(kim.participant.keeping.kept.blobsFor(bob.person.device).length, 1)
    shelf.owed = []
    const link = town.link(alice, kim)
    alice.participant.sync.keepers.filesChanged(alice.everyone)
    town.settle()
    assert.equal(blobsOf(kim).all().size, 0)
    link.cut()
  })

  it('are known to be there no more, where they are not to be held any longer', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    assert.equal(shelf.left.at(-1), 1)
    // Meanwhile they have become too old, or the policy forbids them; the keeper may have forgotten the drop.
    shelf.owed = []
    kim.participant.keeping.kept.eraseAll()
    town.meet(alice, kim)
    assert.equal(shelf.left.at(-1), 0)
  })

  it('are named again where they were refused, some minutes later and not with each message', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1, 2 * KEEPER_TERMS.memberBytes)]
    const told: Frame[] = []
    const link = town.link(alice, kim, (sender, _, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (sender === alice.person.device && frame.type === 'blobs') told.push(frame)
      // It says that it takes such files, and does not.
      return [frame.type === 'keeper-terms' ? encodeFrame({ ...frame, fileBytes: 2 ** 40 }) : bytes]
    })
    town.settle()
    assert.equal(told.length, 1)
    for (let n = 0; n < 20; n++) alice.say(String(n))
    town.settle()
    assert.equal(told.length, 1)
    town.clock.advance(1_200_000)
    assert.ok([2, 3, 4].includes(told.length), String(told.length))
    link.cut()
  })

  it('are looked for at a keeper where it has something new, and not each time that it says so', () => {
    const { town, cast, shelf } = gathered()
    const [, bob, , kim] = cast
    const connection = bob.participant.connect({
      device: kim.person.device,
      send: () => undefined,
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const told = (...blobs: BlobId[]): void => {
      connection.receive(encodeFrame({ type: 'blob-offers', blobs }))
    }
    connection.receive(encodeFrame({ type: 'hello', version: 1, cards: new Uint8Array(0) }))
    for (let n = 0; n < 100; n++) told(idOfBlob(1))
    told(idOfBlob(1), idOfBlob(2))
    told()
    town.settle()
    assert.equal(shelf.offered, 2)
    connection.disconnected()
  })

  it('are known to be refused, and why: for their size, for want of room, or since no files are taken', () => {
    for (const [terms, owed, why] of [
      [{ fileBytes: MIB }, [blob(1, 2 * MIB)], AT_KEEPER.tooLarge],
      // Of a share files take three quarters.
      [{ memberBytes: MIB }, [blob(1)], AT_KEEPER.tooLarge],
      [{ capacityBytes: MIB }, [blob(1)], AT_KEEPER.tooLarge],
      [{ fileBytes: 0 }, [blob(1)], AT_KEEPER.noFiles],
      [{ memberBytes: 2 * MIB }, [blob(1), blob(2)], AT_KEEPER.noRoom],
    ] as const) {
      const { town, cast, shelf } = gathered({ ...KEEPER_TERMS, ...terms })
      const [alice, , , kim] = cast
      alice.say('with a file')
      shelf.owed = [...owed]
      const link = town.link(alice, kim)
      town.settle()
      const standings = new Set(shelf.held.map(({ standing }) => standing))
      standings.delete(AT_KEEPER.partial)
      assert.deepEqual([...standings], [why])
      assert.equal(blobsOf(kim).all().size, owed.length - 1)
      link.cut()
    }
  })

  it('are told of to readers now and then, however often an author changes its list', () => {
    const { town, cast, shelf } = gathered()
    const [alice, bob, , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    const offers: Frame[] = []
    town.link(kim, bob, (sender, _, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (sender === kim.person.device && frame.type === 'blob-offers') offers.push(frame)
      return [bytes]
    })
    town.settle()
    const before = offers.length
    const feed = alice.participant.ownFeed(alice.everyone)
    const handle = feed && alice.participant.keeping.own.get(feed)?.handle
    assert.ok(handle)
    const connection = kim.participant.connect({
      device: alice.person.device,
      send: () => undefined,
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const say = (frame: Frame): void => {
      connection.receive(encodeFrame(frame))
      town.clock.advance(10)
    }
    say({ type: 'hello', version: 1, cards: new Uint8Array(0) })
    for (let n = 0; n < 100; n++) say({ type: 'blobs', handle, blobs: [blob(1), blob(2 + n)] })
    assert.equal(offers.length - before, 1, 'at once')
    town.settle()
    assert.equal(offers.length - before, 2, 'and what came after that')
    assert.deepEqual(offers.at(-1), { type: 'blob-offers', blobs: [idOfBlob(1), idOfBlob(101)] })
    for (let n = 0; n < 10; n++) say({ type: 'blobs', handle, blobs: [blob(1), blob(101)] })
    town.settle()
    assert.equal(offers.length - before, 2, 'what is the same is no news')
    connection.disconnected()
  })

  it('are not there for an author where a keeper says this and that of them all the time', () => {
    const told = new ToldBlobs()
    const list = [blob(1)]
    told.tell(suite, list, 0)
    const say = (standing: BlobStanding): BlobStanding | undefined =>
      told.answered([[idOfBlob(1), standing]])[0]?.[1]
    let [changes, last] = [0, say(BLOB_STANDING.whole)]
    for (let n = 0; n < 1_000; n++) {
      const next = say(n % 2 === 0 ? BLOB_STANDING.partial : BLOB_STANDING.whole)
      if (next !== last) changes++
      last = next
    }
    assert.ok(changes > 4 && changes < 20, String(changes))
    assert.equal(last, BLOB_STANDING.partial)
    assert.equal(told.whole, 0)
    told.tell(suite, list, 1)
    assert.equal(say(BLOB_STANDING.whole), BLOB_STANDING.whole, 'of another list it is heard anew')
  })

  it('are what a keeper says of, and nothing else that it names', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    const link = town.link(alice, kim, (sender, _, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (sender !== kim.person.device || frame.type !== 'blobs-kept') return [bytes]
      const more = Array.from({ length: 1_000 }, (__, n) => [idOfBlob(n + 2), BLOB_STANDING.refused] as const)
      return [encodeFrame({ ...frame, blobs: [...frame.blobs, ...more] })]
    })
    town.settle()
    assert.equal(shelf.held.length, 1)
    link.cut()
  })

  it('are looked up again in the store where what a keeper said of them could not be stored', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    const before = shelf.forgotten
    alice.store.full = true
    assert.throws(() => {
      alice.say('what there is no room for')
    })
    assert.ok(shelf.forgotten > before)
    alice.store.full = false
  })

  it('stay under the next tag, whose readers alone may have them', () => {
    const { town, cast, shelf } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    const [[id] = []] = blobsOf(kim).all()
    assert.ok(id)
    blobsOf(kim).setWhole(id, true)
    alice.says({ type: 'remove', member: carol.person.member })
    alice.say('without Carol')
    town.meet(alice, kim)
    assert.ok(blobsOf(kim).isWhole(id), 'nothing has to be sent again')
    const { kept } = kim.participant.keeping
    assert.ok(kept.mayHave(bob.person.device, id))
    assert.ok(!kept.mayHave(carol.person.device, id))
  })

  it('go after the time that the keeper holds things, also where nobody comes any more', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    assert.equal(kim.participant.keeping.kept.figures().blobs, 1)
    kim.participant.sync.stop()
    const holdMs = KEEPER_TERMS.holdHours * 3_600_000
    town.clock.advance(holdMs + DAY_MS)
    const again = kim.again()
    const held = (): number[] => {
      const { boxes, blobs } = again.participant.keeping.kept.figures()
      return [boxes, blobs]
    }
    town.clock.advance(holdMs - DAY_MS)
    assert.deepEqual(held(), [1, 1], 'what it was off for does not count')
    town.clock.advance(2 * DAY_MS)
    assert.deepEqual(held(), [0, 0])
  })

  it('take no more of a keeper than three quarters, of one member or of all, and none that is too large', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    const { memberBytes, fileBytes } = KEEPER_TERMS
    alice.say('with files')
    const each = chunkShapeOf(padme(200 * MIB)).sealedBytes
    shelf.owed = [blob(0, 2 * fileBytes), ...Array.from({ length: 8 }, (_, n) => blob(n + 1, 200 * MIB))]
    town.meet(alice, kim)
    const fits = Math.floor((0.75 * memberBytes) / each)
    assert.equal(blobsOf(kim).all().size, fits)
    assert.equal(blobsOf(kim).bytes(alice.person.member), fits * each)
    assert.ok(kim.participant.keeping.kept.hasRoom(alice.person.device, MIB), 'messages are still taken')
  })

  it('are refused by nobody’s length, and where no drop is', () => {
    const { town, cast } = gathered()
    const [alice, , , kim] = cast
    const root = suite.hash(u32(1))
    const bytes = encodeFrame({ type: 'blobs', handle: 'a'.repeat(26) as never, blobs: [blob(1)] })
    assert.equal(decodeFrame(bytes, suite.hashBytes).type, 'blobs')
    assert.throws(
      () =>
        decodeFrame(
          encodeFrame({ type: 'blobs', handle: 'a'.repeat(26) as never, blobs: [{ length: MIB + 1, root }] }),
          suite.hashBytes,
        ),
      PeerFault,
    )
    const answers: Frame[] = []
    const connection = kim.participant.connect({
      device: alice.person.device,
      send: (frame) => answers.push(decodeFrame(frame, suite.hashBytes)),
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    for (const frame of [encodeFrame({ type: 'hello', version: 1, cards: new Uint8Array(0) }), bytes])
      connection.receive(frame)
    town.settle()
    assert.equal(blobsOf(kim).all().size, 0)
    assert.ok(answers.some((frame) => frame.type === 'blobs-kept' && frame.blobs.length === 0))
    connection.disconnected()
  })

  it('are said by a keeper to have come, as their reader signed, and by nobody else', () => {
    const { town, cast, shelf } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('with a file')
    town.meet(alice, kim)
    shelf.author = alice.person.device
    shelf.complete = [{ conversation: alice.everyone, blob: idOfBlob(1) }]
    town.meet(kim, bob)
    const told: Frame[] = []
    const link = town.link(kim, alice, (sender, _, bytes) => {
      if (sender === kim.person.device) told.push(decodeFrame(bytes, suite.hashBytes))
      return [bytes]
    })
    town.settle()
    link.cut()
    assert.equal(told.filter(({ type }) => type === 'slip').length, 1)
    assert.deepEqual(shelf.told, [`${bob.person.device} ${idOfBlob(1)}`])
    // In Bob's name, by somebody else.
    const to = carol.participant.keeping
      .targets(carol.everyone)
      .find(({ device }) => device === alice.person.device)
    assert.ok(to)
    const claim = { blob: idOfBlob(2), device: bob.person.device }
    const signature = carol.person.key.sign(completeStatement(alice.everyone, claim))
    const frame = {
      type: 'completes',
      conversation: alice.everyone,
      completes: [{ ...claim, signature }],
    } as const
    const slip = sealSlip(suite, createSeededRandom('Carol'), to, [encodeFrame(frame)])
    assert.ok(slip)
    const connection = alice.participant.connect({
      device: kim.person.device,
      send: () => undefined,
      backlogBytes: () => 0,
      setPaused: () => undefined,
      close: () => undefined,
    })
    const hello = { type: 'hello', version: 1, cards: new Uint8Array(0) } as const
    for (const one of [hello, { type: 'slip', ...slip, device: carol.person.device } as const, frame])
      connection.receive(encodeFrame(one))
    town.settle()
    assert.equal(shelf.told.length, 1)
    connection.disconnected()
  })

  it('are known again after a restart, but for what is whole', () => {
    const { town, cast, shelf } = gathered()
    const [alice, , , kim] = cast
    alice.say('with a file')
    shelf.owed = [blob(1)]
    town.meet(alice, kim)
    const again = kim.again()
    const [[id, tags] = []] = blobsOf(again).all()
    assert.ok(id && tags)
    assert.deepEqual(blobsOf(again).get(id)?.length, MIB)
    for (const tag of tags) assert.equal(blobsOf(again).standing(tag, id), BLOB_STANDING.partial)
    assert.deepEqual(blobsOf(again).authorsOf(id), [alice.person.device])
  })
})

describe('what a keeper holds', () => {
  it('is told to its readers, though nothing was owed when its author met that keeper', () => {
    const { town, cast } = gathered()
    const [alice, bob, carol, kim] = cast
    alice.say('one')
    // A drop is made for a keeper that is gone; then all have it.
    town.meet(alice, kim)
    for (const other of [bob, carol]) town.meet(alice, other)
    kim.participant.keeping.kept.eraseAll()
    const link = town.link(alice, kim)
    town.settle()
    alice.say('two')
    town.settle()
    link.cut()
    town.meet(kim, bob)
    assert.deepEqual(bob.texts, ['one', 'two'])
  })

  it('is held no longer for its author, as soon as it gives it up for want of room', () => {
    const { town, cast } = gathered()
    const [alice, , carol, kim] = cast
    const stateOf = (text: string): string | undefined => {
      const { messages } = alice.participant.timeline(alice.everyone).page({ limit: 100 })
      const message = messages.find((one) => one.text === text)
      return message && alice.participant.delivery(alice.everyone, message).state
    }
    alice.say('one')
    town.meet(alice, kim)
    assert.equal(stateOf('one'), 'held')
    // Another drop is due, and the keeper takes nothing for it.
    alice.says({ type: 'remove', member: carol.person.member })
    const link = town.link(alice, kim, (sender, _, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (sender !== kim.person.device || frame.type !== 'kept') return [bytes]
      const drops = frame.drops.map((drop) => ({ ...drop, hasRoom: false }))
      return [encodeFrame({ ...frame, drops })]
    })
    town.clock.advance(5_000)
    assert.equal(kim.participant.keeping.kept.figures().boxes, 0, 'what was there was given up')
    assert.equal(stateOf('one'), 'queued')
    link.cut()
  })
})
