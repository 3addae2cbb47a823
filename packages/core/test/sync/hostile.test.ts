/** A device of the circle that breaks the protocol: it is dropped and named, and the others go on as if it were not there. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  encodeFrame,
  encodeValue,
  decodeFrame,
  feedIdOf,
  parseMessageId,
  PeerFault,
  signErasure,
  type ConversationId,
  type DeviceId,
  type ErasureProof,
  type FeedId,
  type Frame,
  type Item,
  type Value,
} from '@triode/core'
import { createSeededRandom, linkInMemory, type MemoryLinkPair, type SeededRandom } from '@triode/testkit'
import { createTestCircle, suite, type TestCircle, type TestDevice } from './circleOf.ts'
import { Forger, HELLO, RawPeer } from './rawPeer.ts'

interface Cast {
  readonly circle: TestCircle
  readonly alice: TestDevice
  readonly bob: TestDevice
  readonly mallory: TestDevice
}

function cast(seed = 'hostile'): Cast {
  const circle = createTestCircle(seed)
  return { circle, alice: circle.add('alice'), bob: circle.add('bob'), mallory: circle.add('mallory') }
}

type Carry = Parameters<typeof linkInMemory>[3]['carry']

const link = (circle: TestCircle, one: TestDevice, other: TestDevice, carry?: Carry): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, {
    delayMs: () => 5,
    ...(carry && { carry }),
  })

/** After every attack: an honest device still syncs with the one attacked, both ways. */
function assertStillSyncs({ circle, alice, bob }: Cast): void {
  const pair = link(circle, alice, bob)
  bob.say('still here?')
  circle.settle()
  alice.say('still here')
  circle.settle()
  assert.ok(alice.texts().includes('still here?'))
  assert.ok(bob.texts().includes('still here'))
  assert.deepEqual(alice.texts(), bob.texts())
  pair.cut()
  circle.settle()
}

const randomId = (random: SeededRandom, bytes: number): string => base32(random.bytes(bytes))

describe('frames that are none', () => {
  const refused: [string, Uint8Array | Frame, string][] = [
    ['no bytes', new Uint8Array(0), 'malformed'],
    ['not CBOR', Uint8Array.of(0xff, 0xff), 'malformed'],
    ['not an array', encodeValue(7), 'malformed'],
    ['an empty array', encodeValue([]), 'malformed'],
    ['a number that no frame has', encodeValue([99]), 'frame-unknown'],
    ['a number beyond a byte', encodeValue([256]), 'malformed'],
    ['a field too few', encodeValue([1, []]), 'malformed'],
    ['a field too many', encodeValue([12, new Uint8Array(16), 1]), 'malformed'],
    ['a conversation of 15 bytes', encodeValue([12, new Uint8Array(15)]), 'malformed'],
    ['not the shortest encoding', Uint8Array.of(0x82, 0x18, 0x0c, 0x40), 'malformed'],
    ['an array without an end', Uint8Array.of(0x9f, 0x0c, 0xff), 'malformed'],
    ['a map', Uint8Array.of(0xa1, 0x00, 0x00), 'malformed'],
    ['arrays in arrays, a hundred thousand deep', new Uint8Array(100_000).fill(0x81), 'malformed'],
    ['arrays that announce billions', Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff, 0x00), 'malformed'],
    ['more bytes than a frame may have', new Uint8Array(1_114_113), 'oversize'],
    ['a million nothings', new Uint8Array(1_000_000).fill(0x80), 'malformed'],
    ['a hello of a later version', { ...HELLO, version: 2 } as Frame, 'version-unknown'],
  ]
  for (const [what, frame, code] of refused) {
    it(`${what}: ${code}`, () => {
      const scene = cast()
      const peer = new RawPeer(scene.circle, scene.alice, scene.mallory, !what.startsWith('a hello'))
      peer.say(frame)
      assert.ok(peer.closedWith instanceof PeerFault)
      assert.equal(peer.closedWith.code, code)
      assert.deepEqual(scene.alice.faults(), [`mallory: ${code}`])
      assertStillSyncs(scene)
    })
  }

  it('anything before hello: hello-missing', () => {
    const scene = cast()
    const peer = new RawPeer(scene.circle, scene.alice, scene.mallory, false)
    peer.say({ type: 'have', conversation: scene.circle.everyone, positions: [] })
    assert.equal(peer.closedWith?.code, 'hello-missing')
    assertStillSyncs(scene)
  })

  it('nothing that follows a bad frame is taken', () => {
    const scene = cast()
    const forger = new Forger(scene.circle, scene.mallory)
    const peer = new RawPeer(scene.circle, scene.alice, scene.mallory)
    peer.say(encodeValue([99]), ...forger.frames(forger.append(forger.feed(1), 'too late')))
    assert.equal(peer.closedWith?.code, 'frame-unknown')
    assert.equal([...scene.alice.participant.feeds(scene.circle.everyone).all()].length, 0)
  })
})

describe('fuzzed frames', () => {
  const FRAMES = 2_000

  function attack(
    seed: string,
    next: (random: SeededRandom, corpus: readonly Uint8Array[]) => Uint8Array,
  ): void {
    const scene = cast(seed)
    const { circle, alice, mallory } = scene
    const corpus = recorded(scene)
    const random = createSeededRandom(seed)
    let peer = new RawPeer(circle, alice, mallory)
    let dropped = 0
    for (let n = 0; n < FRAMES; n++) {
      if (peer.closed) {
        assert.ok(peer.closedWith instanceof PeerFault, `frame ${n} of ${seed}: ${String(peer.closedWith)}`)
        dropped++
        peer = new RawPeer(circle, alice, mallory)
      }
      peer.say(next(random, corpus))
    }
    assert.ok(dropped > 0, 'no frame was refused')
    circle.settle()
    const named = alice.faults().filter((fault) => !fault.startsWith('mallory: '))
    assert.deepEqual(named, [], 'somebody else, or this device, was blamed')
    assertStillSyncs(scene)
  }

  /** What honest devices say to each other. */
  function recorded({ circle, alice, bob, mallory }: Cast): Uint8Array[] {
    const frames: Uint8Array[] = []
    for (let n = 0; n < 3; n++) for (const one of [alice, bob, mallory]) one.say(`${one.name} ${n}`)
    const met = linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle()
    met.cut()
    const other = linkInMemory(circle.clock, alice.participant, mallory.participant, {
      delayMs: () => 5,
      onFrame: (_from, _to, frame) => frames.push(frame),
    })
    circle.settle()
    mallory.participant.tellTyping(circle.everyone)
    mallory.say('with a history')
    mallory.participant.markRead(circle.everyone)
    circle.settle()
    other.cut()
    circle.settle()
    assert.ok(frames.length > 10)
    return frames
  }

  it('random bytes', () => {
    attack('bytes', (random) => random.bytes(random.int(200)))
  })

  it('random CBOR in the shape of frames', () => {
    attack('cbor', (random) =>
      encodeValue([random.int(14), ...many(random, 5, () => randomValue(random, 4))]),
    )
  })

  it('frames of honest devices with bits and bytes changed, cut and glued', () => {
    attack('mutated', (random, corpus) => mutated(random, random.pick(corpus), random.pick(corpus)))
  })

  it('frames of honest devices with fields exchanged', () => {
    attack('fields', (random, corpus) => {
      const [one, other] = [random.pick(corpus), random.pick(corpus)].map((bytes) =>
        decodeFrame(bytes, suite.hashBytes),
      )
      return encodeFrame({
        ...one,
        ...exchangeable(random, other as Frame),
        type: (one as Frame).type,
      } as Frame)
    })
  })
})

function many<T>(random: SeededRandom, max: number, make: () => T): T[] {
  return Array.from({ length: random.int(max + 1) }, make)
}

function randomValue(random: SeededRandom, depth: number): Value {
  const kinds = depth === 0 ? 4 : 6
  switch (random.int(kinds)) {
    case 0:
      return random.pick([0, 1, 2, 64, 65, 1_000, 0xffff_fff0, 0xffff_ffff, 2 ** 40])
    case 1:
      return random.bytes(random.pick([0, 8, 16, 32, 32, 48, 64, 100]))
    case 2:
      return random.chance(0.5)
    case 3:
      return random.pick([null, '', 'text'])
    default:
      return many(random, 4, () => randomValue(random, depth - 1))
  }
}

function mutated(random: SeededRandom, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const out = bytes.slice()
  for (let n = random.int(3); n >= 0; n--) {
    const at = random.int(out.length)
    switch (random.int(4)) {
      case 0:
        out[at] = (out[at] ?? 0) ^ (1 << random.int(8))
        break
      case 1:
        out[at] = random.int(256)
        break
      case 2:
        return out.slice(0, at)
      default:
        out.set(other.subarray(0, out.length - at), at)
    }
  }
  return out
}

function exchangeable(random: SeededRandom, frame: Frame): object {
  const fields = Object.entries(frame).filter(() => random.chance(0.5))
  return Object.fromEntries(
    fields.filter(([name]) => ['conversation', 'feed', 'from', 'device'].includes(name)),
  )
}

describe('what was heard before', () => {
  it('is recognised when it comes again, in any order, in later sessions', () => {
    const scene = cast('replay')
    const { circle, alice, mallory } = scene
    const frames: Uint8Array[] = []
    for (let n = 0; n < 100; n++) mallory.say(`message ${n}`)
    const met = linkInMemory(circle.clock, alice.participant, mallory.participant, {
      delayMs: () => 5,
      onFrame: (from, _to, frame) => from === mallory.id && frames.push(frame),
    })
    circle.settle()
    met.cut()
    circle.settle()
    const texts = alice.texts()
    assert.equal(texts.length, 100)
    const random = createSeededRandom('replay')
    for (let round = 0; round < 5; round++) {
      const peer = new RawPeer(circle, alice, mallory)
      peer.say(...frames)
      if (!peer.closed) peer.say(...random.shuffle(frames))
      peer.leave()
    }
    assert.deepEqual(alice.texts(), texts)
    assertStillSyncs(scene)
  })

  it('counts once when every frame is carried twice', () => {
    const { circle, alice, bob } = cast('twice')
    link(circle, alice, bob, (_from, _to, frame) => [frame, frame])
    for (let n = 0; n < 70; n++) (n % 2 ? alice : bob).say(`message ${n}`)
    circle.settle()
    assert.equal(alice.texts().length, 70)
    assert.deepEqual(alice.texts(), bob.texts())
    assert.deepEqual(alice.faults(), [])
  })
})

describe('a feed with two histories', () => {
  it('is left alone, its author is named, and who handed it on is kept', () => {
    const { circle, alice, bob, mallory } = cast('fork')
    const forger = new Forger(circle, mallory)
    const start = forger.append(forger.feed(1), 'not a message, but an entry')
    const [one, other] = [forger.append(start.feed, 'for Alice'), forger.append(start.feed, 'for Bob')]
    const toAlice = new RawPeer(circle, alice, mallory)
    toAlice.say(...forger.frames(start), ...forger.frames(one))
    const toBob = new RawPeer(circle, bob, mallory)
    const more = forger.append(other.feed, 'and more for Bob')
    toBob.say(...forger.frames(start), ...forger.frames(other), ...forger.frames(more))
    toAlice.leave()
    toBob.leave()
    const pair = link(circle, alice, bob)
    circle.settle()
    const forks = alice.faults().filter((fault) => fault.endsWith('feed-forked'))
    assert.deepEqual(forks, ['mallory: feed-forked'])
    assert.ok(pair.isOpen(), 'Bob only handed on what Mallory signed')
    alice.say('we go on')
    circle.settle()
    assert.ok(bob.texts().includes('we go on'))
    const feed = alice.participant.feeds(circle.everyone).get(one.feed.id)
    assert.ok(feed?.forked)
    assert.equal(feed.head.seq, one.seq, 'what was taken before stays')
    pair.cut()
    const again = new RawPeer(circle, alice, mallory)
    again.say(...forger.frames(forger.append(one.feed, 'as if nothing had been')))
    assert.equal(alice.participant.feeds(circle.everyone).get(one.feed.id)?.head.seq, one.seq)
  })

  it('of one\u2019s own, from a copy of this device that writes too, makes it start another', () => {
    const { circle, alice, bob } = cast('clone')
    alice.say('before the copy')
    const forger = new Forger(circle, alice)
    const own = alice.participant.feeds(circle.everyone).own()
    const copied = forger.append(own, 'by the copy')
    const later = forger.append(copied.feed, 'by the copy again')
    alice.say('by this device')
    const peer = new RawPeer(circle, alice, bob)
    peer.say(...forger.frames(later))
    assert.ok(alice.faults().includes('alice: feed-forked'))
    alice.say('goes on')
    assert.notEqual(alice.participant.feeds(circle.everyone).own().id, own.id)
    peer.leave()
    link(circle, alice, bob)
    circle.settle()
    assert.deepEqual(bob.texts(), ['before the copy', 'by this device', 'goes on'])
  })
})

describe('a relay that changes what it hands on', () => {
  type BlockFrame = Extract<Frame, { type: 'block' }>
  const changes: [string, string, (frame: Frame) => Frame | undefined][] = [
    ['ciphertext', 'head-signature-wrong', changeBlock((frame) => withItems(frame, flipLast))],
    [
      'order',
      'head-signature-wrong',
      changeBlock((frame) => withItems(frame, (items) => items.toReversed())),
    ],
    [
      'an entry left out',
      'head-signature-wrong',
      changeBlock((frame) => withItems(frame, (items) => items.slice(1))),
    ],
    [
      'the end left out',
      'head-signature-wrong',
      changeBlock((frame) => withItems(frame, (items) => items.slice(0, -1))),
    ],
    [
      'signature',
      'head-signature-wrong',
      changeBlock((frame) => ({
        ...frame,
        block: { ...frame.block, signature: new Uint8Array(64).fill(1) },
      })),
    ],
    [
      'place',
      'epoch-order',
      changeBlock((frame) => ({ ...frame, block: { ...frame.block, epoch: frame.block.epoch + 1 } })),
    ],
    [
      'author',
      'head-signature-wrong',
      changeBlock((frame) => ({ ...frame, incarnation: new Uint8Array(8) })),
    ],
    ['no envelopes', 'envelopes-wrong', (frame) => (frame.type === 'envelopes' ? undefined : frame)],
    [
      'an envelope less',
      'envelopes-wrong',
      (frame) => (frame.type === 'envelopes' ? { ...frame, envelopes: frame.envelopes.slice(1) } : frame),
    ],
    [
      'envelopes of another epoch',
      'envelopes-wrong',
      (frame) => (frame.type === 'envelopes' ? { ...frame, epoch: frame.epoch + 1 } : frame),
    ],
    [
      'an envelope that points elsewhere',
      'envelopes-wrong',
      (frame) =>
        frame.type === 'envelopes'
          ? { ...frame, envelopes: frame.envelopes.map((one) => ({ ...one, previous: 1 })) }
          : frame,
    ],
  ]

  function changeBlock(change: (frame: BlockFrame) => Frame): (frame: Frame) => Frame {
    return (frame) => (frame.type === 'block' ? change(frame) : frame)
  }

  function withItems(
    frame: BlockFrame,
    change: (items: BlockFrame['block']['items']) => BlockFrame['block']['items'],
  ): Frame {
    const items = change(frame.block.items)
    return { ...frame, block: { ...frame.block, items } }
  }

  function flipLast(items: BlockFrame['block']['items']): BlockFrame['block']['items'] {
    const last = items.at(-1)
    assert.ok(last?.kind === 'data')
    return [...items.slice(0, -1), { kind: 'data', body: last.body.map((byte) => byte ^ 1) }]
  }

  for (const [what, code, change] of changes) {
    it(`${what}: the relay is named and dropped, the author gets through`, () => {
      const scene = cast('relay')
      const { circle, alice, bob, mallory } = scene
      for (let n = 0; n < 64; n++) bob.say(`message ${n}`)
      const met = link(circle, bob, mallory)
      circle.settle()
      met.cut()
      const relay = link(circle, mallory, alice, (from, _to, bytes) => {
        const changed = from === mallory.id ? change(decodeFrame(bytes, suite.hashBytes)) : undefined
        if (changed === undefined) return from === mallory.id ? [] : [bytes]
        return [tryEncode(changed, bytes)]
      })
      circle.settle()
      assert.equal(relay.isOpen(), false)
      const faults = new Set(alice.faults())
      assert.ok(faults.has(`mallory: ${code}`) || faults.has('mallory: malformed'), [...faults].join())
      assert.equal(faults.size, 1)
      assert.deepEqual(alice.texts(), [])
      assertStillSyncs(scene)
      assert.equal(alice.texts().length, 66)
    })
  }

  function tryEncode(frame: Frame, otherwise: Uint8Array): Uint8Array {
    return frame.type === 'block' && frame.block.items.length === 0 ? otherwise : encodeFrame(frame)
  }

  it('that says content was erased, in its own name, is not believed: it stays undelivered until somebody has it', () => {
    const scene = cast('erased')
    const { circle, alice, bob, mallory } = scene
    const [gone] = [bob.say('gone'), bob.say('here')]
    const met = link(circle, bob, mallory)
    circle.settle()
    met.cut()
    const relay = link(
      circle,
      mallory,
      alice,
      eraser((feed, seq, bodyHash) => ({
        device: mallory.id,
        signature: signErasure(mallory.signing, feed, seq, bodyHash),
      })),
    )
    circle.settle(3_600_000)
    assert.deepEqual([alice.texts(), alice.faults()], [[], []])
    const back = link(circle, bob, mallory)
    circle.settle(3_600_000)
    const { feed, seq } = parseMessageId(gone)
    const { delivered } = bob.participant.delivery(circle.everyone, {
      feed,
      seq,
      member: bob.participant.member,
    })
    assert.deepEqual(delivered, { count: 1, of: 2 }, 'Mallory has it, Alice has not')
    back.cut()
    relay.cut()
    assertStillSyncs(scene)
    assert.deepEqual(alice.texts().slice(0, 2), ['gone', 'here'])
  })

  it('that says so in the author\u2019s name is named and dropped, as is who gives no ground at all', () => {
    for (const [code, proof] of [
      ['erasure-signature-wrong', { signature: new Uint8Array(64) }],
      ['malformed', undefined],
    ] as const) {
      const scene = cast('forged erasure')
      const { circle, alice, bob, mallory } = scene
      bob.say('gone')
      const met = link(circle, bob, mallory)
      circle.settle()
      met.cut()
      const relay = link(
        circle,
        mallory,
        alice,
        eraser(() => proof && { device: bob.id, ...proof }),
      )
      circle.settle()
      assert.equal(relay.isOpen(), false)
      assert.deepEqual(alice.faults(), [`mallory: ${code}`])
      assertStillSyncs(scene)
      assert.deepEqual(alice.texts()[0], 'gone')
    }
  })

  /** Takes the content out of every entry on its way. */
  function eraser(
    proofOf: (feed: FeedId, seq: number, bodyHash: Uint8Array) => ErasureProof | undefined,
  ): NonNullable<Carry> {
    return (_from, _to, bytes) => {
      const frame = decodeFrame(bytes, suite.hashBytes)
      if (frame.type !== 'block') return [bytes]
      const feed = feedIdOf(suite, frame.conversation, frame.device, frame.incarnation)
      const items = frame.block.items.map((item, index): Item => {
        if (item.kind !== 'data') return item
        const bodyHash = suite.hash(item.body)
        const proof = proofOf(feed, frame.block.from + index, bodyHash)
        return { kind: 'erased', bodyHash, ...(proof && { proof }) }
      })
      return [encodeFrame({ ...frame, block: { ...frame.block, items } })]
    }
  }
})

describe('lies about positions', () => {
  const lie = (circle: TestCircle, device: DeviceId, seq: number, incarnation: Uint8Array): Frame => ({
    type: 'have',
    conversation: circle.everyone,
    positions: [{ device, incarnation, seq, read: seq }],
  })

  it('to have more of another\u2019s feed, in silence: it costs 15 seconds once, and another is asked', () => {
    const { circle, alice, bob, mallory } = cast('liar')
    const carol = circle.add('carol')
    bob.say('one')
    const met = link(circle, bob, carol)
    circle.settle()
    met.cut()
    const { incarnation } = bob.participant.feeds(circle.everyone).own()
    const liar = new RawPeer(circle, alice, mallory)
    liar.say(lie(circle, bob.id, 1_000, incarnation))
    link(circle, carol, alice)
    circle.clock.advance(14_000)
    assert.equal(liar.of('want').length, 1)
    circle.clock.advance(16_000)
    assert.deepEqual(alice.texts(), ['one'])
    // From then on the liar is asked last.
    liar.say(lie(circle, bob.id, 2_000, incarnation))
    const again = link(circle, bob, carol)
    bob.say('two')
    circle.clock.advance(1_000)
    again.cut()
    assert.deepEqual(alice.texts(), ['one', 'two'])
  })

  it('to have more, and nothing to give: another is asked at once', () => {
    const { circle, alice, bob, mallory } = cast('nothing')
    bob.say('one')
    const feed = bob.participant.feeds(circle.everyone).own()
    const liar = new RawPeer(circle, alice, mallory)
    liar.say(lie(circle, bob.id, 1_000, feed.incarnation))
    assert.equal(liar.of('want').length, 1)
    link(circle, bob, alice)
    for (let n = 0; n < 20; n++) {
      liar.say({ type: 'nothing', conversation: circle.everyone, feed: feed.id, from: 1 })
      circle.clock.advance(10)
    }
    assert.deepEqual(alice.texts(), ['one'])
  })

  it('to have more of this device\u2019s own: nothing is proven, nothing changes', () => {
    const scene = cast('own')
    const { circle, alice, mallory } = scene
    alice.say('mine')
    const feeds = alice.participant.feeds(circle.everyone)
    const own = feeds.own()
    const liar = new RawPeer(circle, alice, mallory)
    liar.say(lie(circle, alice.id, 1_000_000, own.incarnation))
    liar.say(lie(circle, alice.id, 5, new Uint8Array(8)))
    circle.settle()
    alice.say('mine too')
    assert.equal(feeds.own().id, own.id)
    const [, second] = alice.participant.timeline(circle.everyone).page({ limit: 2 }).messages
    assert.ok(second)
    const delivery = alice.participant.delivery(circle.everyone, second)
    assert.equal(delivery.delivered.count, 0, 'what was written later is not delivered by an earlier lie')
    assertStillSyncs(scene)
  })

  it('to have all there is, of nobody: unknown devices are not asked for', () => {
    const scene = cast('nobody')
    const { circle, alice, mallory } = scene
    const liar = new RawPeer(circle, alice, mallory)
    const random = createSeededRandom('nobody')
    for (let n = 0; n < 100; n++) {
      liar.say(lie(circle, randomId(random, 32) as DeviceId, 10, random.bytes(8)))
    }
    assert.equal(liar.of('want').length, 0)
    assertStillSyncs(scene)
  })
})

describe('acknowledgements', () => {
  function setUp(): Cast & { feed: FeedId; peer: RawPeer; forge: (change?: object) => Frame } {
    const scene = cast('acks')
    const { circle, alice, bob, mallory } = scene
    alice.say('for all')
    const met = link(circle, alice, mallory)
    circle.settle()
    met.cut()
    circle.settle()
    const feed = alice.participant.feeds(circle.everyone).own().id
    const peer = new RawPeer(circle, alice, mallory)
    const forge = (change: object = {}): Frame => ({
      type: 'acknowledgements',
      conversation: circle.everyone,
      acknowledgements: [{ feed, device: bob.id, seq: 2, read: 2, signature: new Uint8Array(64), ...change }],
    })
    return { ...scene, feed, peer, forge }
  }

  it('forged: whoever hands them on is named and dropped, and nothing counts', () => {
    const scene = setUp()
    scene.peer.say(scene.forge())
    assert.equal(scene.peer.closedWith?.code, 'acknowledgement-forged')
    const [message] = scene.alice.participant.timeline(scene.circle.everyone).page({ limit: 1 }).messages
    assert.ok(message)
    assert.equal(scene.alice.participant.delivery(scene.circle.everyone, message).delivered.count, 1)
    assertStillSyncs(scene)
  })

  it('of a device that is nobody, or of a feed that is not here: ignored', () => {
    const scene = setUp()
    const random = createSeededRandom('nobody')
    scene.peer.say(scene.forge({ device: randomId(random, 32) }), scene.forge({ feed: randomId(random, 16) }))
    assert.equal(scene.peer.closed, false)
    assert.equal(scene.alice.participant.acknowledgements.all(scene.circle.everyone).length, 0)
  })

  it('of one conversation don\u2019t count in another', () => {
    const { circle, alice, bob, mallory } = cast('elsewhere')
    const room = circle.room('alice', 'bob', 'mallory')
    alice.say('in the room', room)
    const met = link(circle, alice, bob)
    circle.settle()
    met.cut()
    circle.settle()
    link(circle, bob, mallory)
    circle.settle()
    const [ack] = mallory.participant.acknowledgements.all(room)
    assert.ok(ack)
    const peer = new RawPeer(circle, alice, mallory)
    peer.say({ type: 'acknowledgements', conversation: circle.everyone, acknowledgements: [ack] })
    assert.equal(alice.participant.acknowledgements.all(circle.everyone).length, 0)
  })
})

describe('conversations of others', () => {
  it('are never answered about, and nothing about them is taken', () => {
    const scene = cast('others')
    const { circle, alice, bob, mallory } = scene
    const room = circle.room('alice', 'bob')
    alice.say('secret', room)
    const feed = alice.participant.feeds(room).own()
    const forger = new Forger(circle, mallory, room)
    const unknown = randomId(createSeededRandom('unknown'), 16) as ConversationId
    const peer = new RawPeer(circle, alice, mallory)
    peer.received.length = 0
    for (const conversation of [room, unknown]) {
      peer.say(
        { type: 'want', conversation, feed: feed.id, from: 1, readable: true },
        { type: 'want', conversation, feed: feed.id, from: 1, readable: false },
        { type: 'have-request', conversation },
        { type: 'typing', conversation },
        { type: 'nothing', conversation, feed: feed.id, from: 1 },
        { type: 'acknowledgements', conversation, acknowledgements: [] },
        {
          type: 'have',
          conversation,
          positions: [{ device: alice.id, incarnation: feed.incarnation, seq: 9, read: 9 }],
        },
      )
    }
    peer.say(...forger.frames(forger.append(forger.feed(1), 'let me in')))
    // A feed of that conversation, asked for under the name of one that both know.
    peer.say({ type: 'want', conversation: circle.everyone, feed: feed.id, from: 1, readable: true })
    circle.settle()
    assert.deepEqual(
      peer.received.filter((frame) => frame.type !== 'nothing'),
      [],
    )
    assert.equal(peer.closed, false)
    assert.deepEqual(alice.texts(room), ['secret'])
    assert.equal([...alice.participant.feeds(room).all()].length, 1)
    assert.equal(alice.events.filter((event) => event.type === 'typing').length, 0)
    link(circle, alice, bob)
    circle.settle()
    assert.deepEqual(bob.texts(room), ['secret'])
  })

  it('are not told of to one who was removed from them', () => {
    const { circle, alice, bob } = cast('removed')
    const room = circle.room('alice', 'bob')
    link(circle, alice, bob)
    alice.say('both', room)
    circle.settle()
    circle.remove('bob', room)
    alice.say('alone', room)
    circle.settle()
    assert.deepEqual(bob.participant.timeline(room).page({ limit: 9 }).messages.length, 1)
  })
})

describe('entries of a device that is not in the circle', () => {
  it('are not taken, whoever hands them on, and it is not blamed', () => {
    const scene = cast('outsider')
    const { circle, alice, bob, mallory } = scene
    const elsewhere = createTestCircle('another circle').add('outsider')
    const forger = new Forger(circle, { ...mallory, id: elsewhere.id, signing: elsewhere.signing })
    const peer = new RawPeer(circle, alice, bob)
    peer.say(...forger.frames(forger.append(forger.feed(1), 'hello from outside')))
    assert.equal(peer.closed, false)
    assert.equal([...alice.participant.feeds(circle.everyone).all()].length, 0)
    assert.deepEqual(alice.faults(), [])
    peer.leave()
    assertStillSyncs(scene)
  })

  it('are not taken any more, nor asked for, once it has been removed', () => {
    const scene = cast('thrown out')
    const { circle, alice, bob, mallory } = scene
    mallory.say('while I may')
    const met = link(circle, alice, mallory)
    circle.settle()
    met.cut()
    for (let n = 0; n < 5; n++) mallory.say('and more')
    const other = link(circle, bob, mallory)
    circle.settle()
    other.cut()
    circle.remove('mallory', circle.everyone)
    link(circle, alice, bob)
    circle.settle()
    assert.deepEqual(alice.texts(), ['while I may'])
    assert.equal(bob.texts().length, 6)
  })
})

describe('a link that ends in the middle of anything', () => {
  it('loses nothing and doubles nothing, wherever it is cut', () => {
    for (let frames = 0; frames < 24; frames++) {
      const { circle, alice, bob } = cast(`cut after ${frames}`)
      for (let n = 0; n < 140; n++) alice.say(`message ${n}`)
      bob.say('from Bob')
      let left = frames
      let carrying: MemoryLinkPair | undefined
      carrying = link(circle, alice, bob, (_from, _to, frame) => {
        if (left-- > 0) return [frame]
        carrying?.cut()
        return []
      })
      circle.clock.advance(2_000)
      carrying.cut()
      carrying = undefined
      circle.settle()
      link(circle, alice, bob)
      circle.settle()
      assert.equal(bob.texts().length, 141, `cut after ${frames} frames`)
      assert.deepEqual(alice.texts(), bob.texts())
    }
  })

  it('may end while frames wait, and say more after its end: nothing happens', () => {
    const scene = cast('after the end')
    const { circle, alice, mallory } = scene
    const forger = new Forger(circle, mallory)
    const peer = new RawPeer(circle, alice, mallory)
    for (const frame of forger.frames(forger.append(forger.feed(1), 'late'))) peer.queue(frame)
    peer.leave()
    peer.leave()
    peer.say(HELLO, Uint8Array.of(1, 2, 3))
    peer.drain()
    circle.settle()
    assert.equal([...alice.participant.feeds(circle.everyone).all()].length, 0)
    assertStillSyncs(scene)
  })

  it('is replaced by a later one of the same device, which is asked for what the first one owed', () => {
    const { circle, alice, bob } = cast('replaced')
    bob.say('for Alice')
    const { incarnation } = bob.participant.feeds(circle.everyone).own()
    const stuck = new RawPeer(circle, alice, bob)
    stuck.say({
      type: 'have',
      conversation: circle.everyone,
      positions: [{ device: bob.id, incarnation, seq: 2, read: 0 }],
    })
    assert.equal(stuck.of('want').length, 1)
    link(circle, alice, bob)
    circle.clock.advance(100)
    assert.equal(stuck.closedWith?.code, 'superseded')
    assert.deepEqual(alice.texts(), ['for Alice'])
  })
})
