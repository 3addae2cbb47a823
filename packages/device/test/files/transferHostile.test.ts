/** Members that do as they please on the streams on which files travel (spec §15.7). */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import {
  base32,
  chunkHead,
  CHUNK_FRAME_EXTRA_BYTES,
  encodeValue,
  pageHead,
  toldFrame,
  SEALED_CHUNK_BYTES,
  type Ask,
  type ConversationId,
  type DeviceId,
} from '@triode/core'
import type { MemoryBlob } from '@triode/testkit'
import { FILE_PATHS } from '../../src/files/transfer/peerStreams.ts'
import { MAY_ASK_EVERY_MS, TOLD_FRAME_BYTES, TOLD_PER_SECOND } from '../../src/files/transfer/tuning.ts'
import { RawClient, RawServer } from './rawPeer.ts'
import { blobIdAt, blobOf, CIRCLE, eventually, MIB, ROOM, Scene, whole, type Node } from './transferScene.ts'

const MALLORY = base32(new Uint8Array(32).fill(66)) as DeviceId
const OTHER_ROOM = base32(new Uint8Array(16).fill(9)) as ConversationId

let scene: Scene
let alice: Node
let blob: MemoryBlob
beforeEach(() => {
  scene = new Scene()
  alice = scene.node()
  blob = alice.keep(blobOf(3 * MIB))
})
afterEach(() => scene.end())

const interest = (): Ask => ({ type: 'interest', conversation: ROOM, blob: blob.id })
const chunks = (request: number, from: number, count: number): Ask => ({
  type: 'get-chunks',
  request,
  blob: blob.id,
  from,
  count,
})
const pages = (request: number, level: number, from: number, count: number): Ask => ({
  type: 'get-pages',
  request,
  blob: blob.id,
  level,
  from,
  count,
})
const grant = (bytes: number): Ask => ({ type: 'grant', bytes })

/** Alice ends the tunnel, and names Mallory for `code`. */
async function named(code: string): Promise<void> {
  await eventually(`Mallory is named for ${code}`, () => alice.faults.length > 0)
  assert.deepEqual(alice.codes(), [code])
  assert.equal(alice.faults[0]?.about.device, MALLORY)
}

/** Of whom `node` says that they were asked and sent nothing. */
function silentOnes(node: Node): DeviceId[] {
  const sources = node.transfers.progress(CIRCLE, blob.id)?.sources ?? []
  return sources.flatMap(({ device, isSilent }) => (isSilent ? [device] : []))
}

describe('who asks', () => {
  async function client(greet = true): Promise<RawClient> {
    return new RawClient(await scene.rogue(alice, MALLORY), greet)
  }

  it('gets what was granted, to the byte, and the rest when more is', async () => {
    const mallory = await client()
    mallory.say(interest(), chunks(1, 0, 2), grant(1_000))
    await eventually('that much came', () => mallory.dataBytes === 1_000)
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(mallory.dataBytes, 1_000)
    mallory.say(grant(10 * MIB))
    await eventually('all came', () => mallory.chunks.length === 2)
    assert.equal(mallory.dataBytes, 2 * (SEALED_CHUNK_BYTES + CHUNK_FRAME_EXTRA_BYTES))
  })

  it('without the right, or for what is not here, hears in all cases the same', async () => {
    alice.mayAsk = (_circle, device, conversation) => device === MALLORY && conversation !== OTHER_ROOM
    const mallory = await client()
    const forbidden: Ask = { type: 'interest', conversation: OTHER_ROOM, blob: blob.id }
    mallory.say(forbidden, { type: 'interest', conversation: ROOM, blob: blobIdAt(501) })
    await eventually('both are answered', () => mallory.told.length === 3)
    assert.deepEqual(mallory.told.slice(1), [
      { type: 'unknown', blob: blob.id },
      { type: 'unknown', blob: blobIdAt(501) },
    ])
    mallory.say(chunks(1, 0, 1), pages(2, 0, 0, 1), grant(MIB))
    await eventually('neither is given', () => mallory.told.length === 5)
    assert.deepEqual(mallory.told.slice(3), [
      { type: 'unanswered', request: 1 },
      { type: 'unanswered', request: 2 },
    ])
    assert.equal(mallory.dataBytes, 0)
  })

  it('that loses the right in the middle gets no more', async () => {
    const mallory = await client()
    mallory.say(interest(), chunks(1, 0, 1), grant(10 * MIB))
    await eventually('one came', () => mallory.chunks.length === 1)
    alice.mayAsk = () => false
    alice.transfers.changed(CIRCLE, blob.id)
    mallory.say(chunks(2, 1, 1))
    await eventually('it is refused', () => mallory.told.some(({ type }) => type === 'unanswered'))
    await eventually('it is told', () => mallory.told.some(({ type }) => type === 'unknown'))
    assert.equal(mallory.chunks.length, 1)
  })

  it('that loses the right within a request gets no more than had begun', async () => {
    const mallory = await client()
    mallory.say(interest(), chunks(1, 0, 12), grant(SEALED_CHUNK_BYTES + CHUNK_FRAME_EXTRA_BYTES + 1))
    await eventually('one came', () => mallory.chunks.length === 1)
    alice.mayAsk = () => false
    await new Promise((resolve) => setTimeout(resolve, 2 * MAY_ASK_EVERY_MS))
    mallory.say(grant(20 * MIB))
    await eventually('the rest is refused', () => mallory.told.some(({ type }) => type === 'unanswered'))
    assert.equal(mallory.chunks.length, 2)
    assert.deepEqual(alice.codes(), [])
  })

  it('of which it is given no more gets no more than the chunk that had begun', async () => {
    const mallory = await client()
    const one = CHUNK_FRAME_EXTRA_BYTES + SEALED_CHUNK_BYTES
    mallory.say(interest(), chunks(1, 0, 8), grant(one))
    await eventually('one came', () => mallory.chunks.length === 1)
    alice.blobs.delete(blob.id)
    alice.transfers.changed(CIRCLE, blob.id)
    mallory.say(grant(10 * MIB))
    await eventually('the rest is refused', () => mallory.told.some(({ type }) => type === 'unanswered'))
    assert.equal(mallory.chunks.length, 1)
  })

  it('for chunks and pages that do not exist is refused these, and nothing else', async () => {
    const mallory = await client()
    mallory.say(interest(), grant(10 * MIB))
    mallory.say(
      chunks(1, blob.shape.chunks, 1),
      chunks(2, 0xffff_ffff, 64),
      pages(3, 2, 0, 1),
      pages(4, 0, 7, 64),
    )
    mallory.say(chunks(5, blob.shape.chunks - 1, 2))
    await eventually(
      'all are answered',
      () => mallory.told.filter(({ type }) => type === 'unanswered').length === 5,
    )
    assert.deepEqual(
      mallory.chunks.map(({ index }) => index),
      [blob.shape.chunks - 1],
    )
    assert.deepEqual(alice.codes(), [])
  })

  const wrong: readonly [what: string, code: string, say: (mallory: RawClient) => void][] = [
    [
      'says nothing that decodes',
      'malformed',
      (mallory) => {
        mallory.write(new Uint8Array([255, 1]))
      },
    ],
    [
      'announces too long a frame',
      'oversize',
      (mallory) => {
        mallory.write(new Uint8Array(5_000))
      },
    ],
    [
      'greets twice',
      'malformed',
      (mallory) => {
        mallory.say({ type: 'hello', version: 1 })
      },
    ],
    [
      'takes a grant back',
      'malformed',
      (mallory) => {
        mallory.say(grant(10), grant(9))
      },
    ],
    [
      'uses a request number twice',
      'malformed',
      (mallory) => {
        mallory.say(interest(), chunks(1, 0, 1), chunks(1, 1, 1))
      },
    ],
    [
      'has 257 requests open',
      'too-many-requests',
      (mallory) => {
        mallory.say(interest(), ...Array.from({ length: 257 }, (_, at) => chunks(at, 0, 1)))
      },
    ],
    [
      'asks for 1,025 blobs',
      'too-many-requests',
      (mallory) => {
        mallory.say(
          ...Array.from({ length: 1_025 }, (_, at): Ask => ({
            type: 'interest',
            conversation: ROOM,
            blob: blobIdAt(500 + at),
          })),
        )
      },
    ],
    [
      'says a type that does not exist',
      'malformed',
      (mallory) => {
        mallory.write(encodeValue([9]))
      },
    ],
  ]
  for (const [what, code, say] of wrong) {
    it(`and ${what} is dropped and named`, async () => {
      say(await client())
      await named(code)
    })
  }

  it('without a greeting is dropped and named', async () => {
    const mallory = await client(false)
    mallory.say(interest())
    await named('malformed')
  })

  it('and reads nothing is told little, however often it asks', async () => {
    const mallory = await client()
    mallory.stream.pause()
    for (let round = 0; round < 200; round++) {
      for (let at = 0; at < 100; at++) {
        mallory.say({ type: 'interest', conversation: ROOM, blob: blobIdAt(500 + at) })
        mallory.say({ type: 'no-interest', blob: blobIdAt(500 + at) })
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    mallory.say(interest(), grant(Number.MAX_SAFE_INTEGER))
    for (let at = 0; at < 200; at++) mallory.say(chunks(at, 0, 12))
    await new Promise((resolve) => setTimeout(resolve, 500))
    const bob = scene.node()
    await scene.connect(bob, alice)
    await whole(bob.want(blob.empty()))
    assert.deepEqual(alice.codes(), [])
  })

  it('and cancels what it asks for is owed nothing', async () => {
    const mallory = await client()
    mallory.say(interest())
    for (let at = 0; at < 1_000; at++) mallory.say(chunks(at, 0, 12), { type: 'cancel', request: at })
    mallory.say(chunks(5_000, 3, 1), grant(20 * MIB))
    await eventually('the last is answered', () => mallory.chunks.some(({ request }) => request === 5_000))
    assert.ok(mallory.chunks.length <= 13)
    assert.deepEqual(alice.codes(), [])
  })

  it('and calls what is right wrong makes this device hash little, and believe nothing', async () => {
    const mallory = await client()
    mallory.say(interest())
    for (let at = 0; at < 2_000; at++) mallory.say({ type: 'bad-chunk', blob: blob.id, index: at % 12 })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    assert.deepEqual(alice.damaged, [])
    assert.ok(blob.isWhole)
    assert.deepEqual(alice.codes(), [])
  })

  it('and opens the stream again and again gets one', async () => {
    const tunnel = await scene.rogue(alice, MALLORY)
    const first = new RawClient(tunnel)
    const second = new RawClient(tunnel)
    await eventually('the second is cut', () => second.stream.destroyed)
    first.say(interest(), chunks(1, 0, 1), grant(MIB))
    await eventually('the first is served', () => first.chunks.length === 1)
  })
})

describe('who serves', () => {
  /** Alice lacks the blob, and asks Mallory, who says to have it. */
  async function server(
    answer: (ask: Ask, server: RawServer) => void,
  ): Promise<{ mallory: RawServer; got: MemoryBlob }> {
    const tunnel = await scene.rogue(alice, MALLORY)
    const got = alice.want(blob.empty())
    const mallory = new RawServer(tunnel, (ask, self) => {
      if (ask.type === 'interest')
        self.tell({ type: 'have', blob: blob.id, runs: [[0, blob.shape.chunks]], more: false })
      answer(ask, self)
    })
    return { mallory, got }
  }
  const firstOf = <T extends Ask['type']>(
    type: T,
    then: (ask: Extract<Ask, { type: T }>, server: RawServer) => void,
  ) => {
    let done = false
    return (ask: Ask, self: RawServer) => {
      if (ask.type !== type || done) return
      done = true
      then(ask as Extract<Ask, { type: T }>, self)
    }
  }
  const page = async (): Promise<Uint8Array> => (await blob.page(0, 0)) ?? new Uint8Array(0)

  const wrong: readonly [what: string, code: string, answer: (ask: Ask, server: RawServer) => void][] = [
    [
      'sends a chunk that nobody asked for',
      'unasked',
      firstOf('interest', (_, self) => {
        self.write(chunkHead(0, 0, SEALED_CHUNK_BYTES))
      }),
    ],
    [
      'sends a page of another place',
      'unasked',
      firstOf('get-pages', ({ request }, self) => {
        self.write(pageHead(request, 1, 0, 32), new Uint8Array(32))
      }),
    ],
    [
      'sends a page of another length',
      'unasked',
      firstOf('get-pages', ({ request }, self) => {
        self.write(pageHead(request, 0, 0, 31), new Uint8Array(31))
      }),
    ],
    [
      'answers a request that is not the next',
      'unasked',
      firstOf('get-pages', ({ request }, self) => {
        self.tell({ type: 'unanswered', request: request + 1 })
      }),
    ],
    [
      'announces too long a chunk',
      'oversize',
      firstOf('get-pages', ({ request }, self) => {
        self.write(chunkHead(request, 0, SEALED_CHUNK_BYTES + 1))
      }),
    ],
    [
      'tells what does not decode',
      'malformed',
      firstOf('interest', (_, self) => {
        self.write(new Uint8Array([0, 0, 0, 3, 0, 255, 255]))
      }),
    ],
    [
      'greets twice',
      'malformed',
      firstOf('interest', (_, self) => {
        self.tell({ type: 'hello', version: 1 })
      }),
    ],
  ]
  for (const [what, code, answer] of wrong) {
    it(`and ${what} is dropped and named`, async () => {
      await server(answer)
      await named(code)
    })
  }

  it('and sends more than it was let is dropped and named', async () => {
    const hashes = await page()
    alice.transfers.setLimits({ tcp: 20_000 })
    await server((ask, self) => {
      if (ask.type === 'get-pages') self.write(pageHead(ask.request, 0, 0, hashes.length), hashes)
      if (ask.type !== 'get-chunks') return
      for (let at = ask.from; at < ask.from + ask.count; at++)
        self.write(chunkHead(ask.request, at, SEALED_CHUNK_BYTES), new Uint8Array(SEALED_CHUNK_BYTES))
    })
    await named('unasked')
  })

  it('and sends pages that are wrong is named, and not asked for chunks', async () => {
    const { mallory } = await server((ask, self) => {
      const length = blob.shape.chunks * 32
      if (ask.type === 'get-pages') self.write(pageHead(ask.request, 0, 0, length), new Uint8Array(length))
    })
    await named('chunk-wrong')
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(mallory.asks.filter(({ type }) => type === 'get-pages').length, 1)
  })

  it('and tells without end is made to wait, and harms nobody', async () => {
    const { mallory } = await server(
      firstOf('interest', (_, self) => {
        const runs = Array.from({ length: 1_024 }, (_, at) => [3 * at, 1] as const)
        for (let at = 0; at < 2_000; at++) self.tell({ type: 'have', blob: blob.id, runs, more: true })
      }),
    )
    await eventually('it is held back', () => mallory.stream.writableLength > MIB)
    const bob = scene.node()
    bob.keep(blob)
    await scene.connect(bob, alice)
    const other = bob.keep(blobOf(MIB, 5))
    await whole(alice.want(other.empty()))
    assert.deepEqual(alice.codes(), [])
  })

  it('and tells little, very often, is heard some thousand times a second', async () => {
    const { mallory } = await server(
      firstOf('interest', (_, self) => {
        const frame = toldFrame({ type: 'have', blob: blob.id, runs: [[0, 1]], more: false })
        self.write(Buffer.concat(Array.from({ length: 100_000 }, () => frame)))
      }),
    )
    await eventually('Mallory is asked', () => mallory.asks.length > 0)
    const [before, started] = [alice.changes, performance.now()]
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const seconds = (performance.now() - started) / 1_000
    const most = (seconds * TOLD_PER_SECOND) / TOLD_FRAME_BYTES
    assert.ok(alice.changes - before < 2 * most, `it was heard ${alice.changes - before} times`)
    assert.deepEqual(alice.codes(), [])
  })

  it('and falls silent in the middle of a chunk is given up and named, and others give it', async () => {
    const hasty = scene.node(20)
    const tunnel = await scene.rogue(hasty, MALLORY)
    const hashes = await page()
    const got = hasty.want(blob.empty())
    const mallory = new RawServer(tunnel, (ask, self) => {
      if (ask.type === 'interest')
        self.tell({ type: 'have', blob: blob.id, runs: [[0, blob.shape.chunks]], more: false })
      if (ask.type === 'get-pages') self.write(pageHead(ask.request, 0, 0, hashes.length), hashes)
      const isFirst = self.asks.filter(({ type }) => type === 'get-chunks').length === 1
      if (ask.type === 'get-chunks' && isFirst)
        self.write(chunkHead(ask.request, ask.from, SEALED_CHUNK_BYTES).subarray(0, 10))
    })
    await eventually('Mallory is asked', () => mallory.asks.some(({ type }) => type === 'get-chunks'))
    await eventually('it is named', () => silentOnes(hasty).includes(MALLORY))
    const bob = scene.node()
    bob.keep(blob)
    await scene.connect(bob, hasty)
    await whole(got)
    await eventually('it is told so', () => mallory.asks.some(({ type }) => type === 'cancel'))
    assert.deepEqual(hasty.codes(), [])
  })

  it('and says nothing when it is asked is named, and keeps nobody waiting for long, though all the rest hangs on that', async () => {
    const hasty = scene.node(20)
    const tunnel = await scene.rogue(hasty, MALLORY)
    const got = hasty.want(blob.empty())
    const mallory = new RawServer(tunnel, (ask, self) => {
      if (ask.type === 'interest') self.tell({ type: 'have', blob: blob.id, runs: [[0, 12]], more: false })
    })
    await eventually('Mallory is asked for the page', () =>
      mallory.asks.some(({ type }) => type === 'get-pages'),
    )
    await eventually('it is named', () => silentOnes(hasty).includes(MALLORY))
    const bob = scene.node()
    bob.keep(blob)
    await scene.connect(bob, hasty)
    await whole(got)
    assert.deepEqual(silentOnes(hasty), [MALLORY])
    assert.deepEqual(hasty.codes(), [])
  })

  it('and sends a byte now and then is named, and keeps nobody waiting for long, though all the rest hangs on those', async () => {
    const hasty = scene.node(20)
    const tunnel = await scene.rogue(hasty, MALLORY)
    const hashes = await page()
    const got = hasty.want(blob.empty())
    let trickle: NodeJS.Timeout | undefined
    const mallory = new RawServer(tunnel, (ask, self) => {
      if (ask.type === 'interest') self.tell({ type: 'have', blob: blob.id, runs: [[0, 12]], more: false })
      if (ask.type !== 'get-pages') return
      const bytes = Buffer.concat([pageHead(ask.request, 0, 0, hashes.length), hashes])
      let at = 0
      trickle = setInterval(() => {
        self.write(bytes.subarray(at, ++at))
      }, 100)
    })
    try {
      await eventually('Mallory is asked for the page', () =>
        mallory.asks.some(({ type }) => type === 'get-pages'),
      )
      const bob = scene.node()
      bob.keep(blob)
      await scene.connect(bob, hasty)
      await whole(got, 5_000)
      assert.deepEqual(silentOnes(hasty), [MALLORY])
      assert.deepEqual(hasty.codes(), [])
    } finally {
      clearInterval(trickle)
    }
  })

  it('and opens and ends its streams all the time is heard once in a while', async () => {
    const tunnel = await scene.rogue(alice, MALLORY)
    for (let at = 0; at < 50; at++) {
      for (const path of Object.values(FILE_PATHS))
        tunnel
          .open(path)
          .on('error', () => undefined)
          .end()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    assert.ok(alice.attached.length <= 2, `${String(alice.attached.length)} times`)
    assert.deepEqual(alice.codes(), [])
  })

  it('and has nothing of what it said is not asked again and again', async () => {
    const { mallory } = await server((ask, self) => {
      if (ask.type === 'get-pages' || ask.type === 'get-chunks')
        self.tell({ type: 'unanswered', request: ask.request })
    })
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.ok(mallory.asks.length < 20, `${String(mallory.asks.length)} asks`)
    assert.equal(alice.transfers.progress(CIRCLE, blob.id)?.state, 'waiting')
    assert.deepEqual(alice.codes(), [])
  })
})
