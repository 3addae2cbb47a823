/** Blobs on their way between devices (spec §15.7), over real tunnels. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { CHUNK_BYTES, Unavailable } from '@triode/core'
import { SLOW_BYTES_PER_SECOND } from '../../src/files/transfer/tuning.ts'
import { blobIdAt, blobOf, CIRCLE, eventually, MIB, ROOM, Scene, whole } from './transferScene.ts'

let scene: Scene
beforeEach(() => {
  scene = new Scene()
})
afterEach(() => scene.end())

describe('a blob', () => {
  for (const dialed of [true, false]) {
    it(`comes from who ${dialed ? 'was called' : 'calls'}, byte for byte`, async () => {
      const [alice, bob] = [scene.node(), scene.node()]
      const sent = alice.keep(blobOf(30 * MIB + 5))
      await (dialed ? scene.connect(bob, alice) : scene.connect(alice, bob))
      const got = bob.want(sent.empty())
      await whole(got)
      const { chunks } = got.shape
      assert.deepEqual(await got.read(0, chunks), await sent.read(0, chunks))
      assert.equal(got.added, chunks)
      const progress = bob.transfers.progress(CIRCLE, got.id)
      assert.equal(progress?.state, 'complete')
      assert.equal(progress.have, got.shape.size)
      assert.deepEqual([...alice.codes(), ...bob.codes()], [])
    })
  }

  it('of one byte, and of none, comes as well', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = [blobOf(1, 2), blobOf(0, 3)].map((blob) => alice.keep(blob))
    await scene.connect(bob, alice)
    for (const blob of sent.map((one) => bob.want(one.empty()))) await whole(blob)
  })

  it('of which there is much already goes on with the page of the tree that is missing', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(1_100 * CHUNK_BYTES))
    const got = sent.empty()
    for (const level of [1, 0]) await got.addPage(level, 0, (await sent.page(level, 0)) ?? new Uint8Array(0))
    for (let at = 0; at < 1_000; at += 50) await got.add(at, await sent.read(at, 50))
    const before = got.added
    await scene.connect(bob, alice)
    await whole(bob.want(got))
    assert.equal(got.added - before, got.shape.chunks - before)
  })

  it('comes when who has it comes, or hears of it, later than it was wanted', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = blobOf(MIB)
    const got = bob.want(sent.empty())
    assert.equal(bob.transfers.progress(CIRCLE, got.id)?.state, 'waiting')
    const asked = { circle: CIRCLE, conversation: ROOM, id: got.id, evenCostly: false }
    assert.equal(bob.transfers.isAsking(asked), false, 'nobody is there')
    await scene.connect(alice, bob)
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(bob.transfers.isAsking(asked), false, 'she said that she does not know it')
    assert.equal(got.have.count, 0)
    alice.keep(sent)
    alice.transfers.changed(CIRCLE, sent.id)
    await whole(got)
  })

  it('that is asked for by another name, as keepers do, is told of by that when it changes', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = blobOf(MIB)
    await scene.connect(bob, alice)
    const got = bob.want(sent.empty())
    await new Promise((resolve) => setTimeout(resolve, 300))
    // Here it has an id of its own.
    alice.names.set(blobIdAt(77), sent.id)
    alice.keep(sent)
    alice.transfers.changed(CIRCLE, blobIdAt(77))
    await whole(got)
  })

  it('goes on from one to the next while it still comes', async () => {
    const [alice, bob, carol] = [scene.node(), scene.node(), scene.node()]
    const sent = alice.keep(blobOf(12 * MIB))
    await scene.connect(alice, bob, 6 * MIB)
    await scene.connect(carol, bob)
    const [passed, got] = [bob.want(sent.empty()), carol.want(sent.empty())]
    await eventually('some of it is passed on', () => got.have.count > 0)
    assert.ok(!passed.isWhole, 'it was passed on once it was whole only')
    await whole(got)
  })

  it('comes from where somebody waits for it first', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(40 * MIB))
    await scene.connect(bob, alice, 10 * MIB)
    const got = bob.want(sent.empty(), {
      reading: () => ({ first: { from: 30 * MIB, to: 31 * MIB }, servedAt: 0 }),
    })
    await eventually('the first bytes are there', () => [120, 121, 122, 123].every((at) => got.have.has(at)))
    assert.ok(got.have.count < 24, `${String(got.have.count)} chunks were fetched before`)
  })

  it('is not held up by the rest of what somebody waits for in vain', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const [film, note] = [alice.keep(blobOf(40 * MIB, 1)), alice.keep(blobOf(4 * MIB, 2))]
    film.lose(120, 40)
    await scene.connect(bob, alice, 10 * MIB)
    const partly = bob.want(film.empty(), {
      reading: () => ({ first: { from: 30 * MIB, to: 31 * MIB }, servedAt: 0 }),
    })
    await whole(bob.want(note.empty(), { reading: () => ({ first: { from: 0, to: 4 * MIB }, servedAt: 1 }) }))
    assert.ok(partly.have.count < 60, `${String(partly.have.count)} chunks of the film came first`)
  })

  it('with a higher priority overtakes', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const [film, note] = [alice.keep(blobOf(40 * MIB, 1)), alice.keep(blobOf(MIB, 2))]
    await scene.connect(bob, alice, 10 * MIB)
    const early = bob.want(film.empty(), { priority: 'low' })
    await eventually('the film comes', () => early.have.count > 4)
    await whole(bob.want(note.empty(), { priority: 'high' }))
    assert.ok(early.have.count < 60, `${String(early.have.count)} chunks of the film came first`)
  })

  it('that is dropped stops coming, and goes on where it was when it is wanted again', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(30 * MIB))
    await scene.connect(bob, alice, 20 * MIB)
    const got = bob.want(sent.empty())
    await eventually('some of it is there', () => got.have.count > 10)
    await bob.transfers.drop(CIRCLE, got.id)
    const { added } = got
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(got.added, added)
    assert.equal(bob.transfers.progress(CIRCLE, got.id), undefined)
    bob.want(got)
    await whole(got)
    assert.equal(got.added, got.shape.chunks)
    assert.deepEqual([...alice.codes(), ...bob.codes()], [])
  })

  it('among thousands that nobody has is not forgotten', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(1_000, 7))
    await scene.connect(bob, alice)
    for (let number = 0; number < 2_500; number++) bob.want(blobOf(1, 1_000 + number).empty())
    const got = bob.want(sent.empty())
    await whole(got)
    assert.deepEqual([...alice.codes(), ...bob.codes()], [])
  })

  it('is asked of nobody who may not have it', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(MIB))
    bob.mayAsk = () => false
    await scene.connect(bob, alice)
    const got = bob.want(sent.empty())
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(bob.transfers.progress(CIRCLE, got.id)?.state, 'waiting')
    bob.mayAsk = () => true
    bob.transfers.changed(CIRCLE, got.id)
    await whole(got)
  })

  for (const [what, traits] of [
    ['costs money', { costPerMiB: 1 }],
    ['is slow', { typicalBytesPerSecond: SLOW_BYTES_PER_SECOND - 1 }],
  ] as const)
    it(`comes over a channel that ${what} only if that is meant`, async () => {
      const [alice, bob] = [scene.node(), scene.node()]
      const sent = alice.keep(blobOf(MIB))
      bob.traits = { ...bob.traits, ...traits }
      await scene.connect(bob, alice)
      const got = bob.want(sent.empty())
      await new Promise((resolve) => setTimeout(resolve, 200))
      assert.equal(got.have.count, 0)
      assert.equal(bob.transfers.progress(CIRCLE, got.id)?.state, 'held-back')
      bob.want(got, { evenCostly: true })
      await whole(got)
      bob.mayAsk = () => false
      const secret = bob.want(blobOf(MIB, 5).empty())
      assert.equal(bob.transfers.progress(CIRCLE, secret.id)?.state, 'waiting')
    })

  it('that is complete where that can’t be stored is to be told again, and who told it is not blamed', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    await scene.connect(alice, bob)
    const { id } = blobOf(1_000)
    alice.disk = new Unavailable('disk-full')
    await eventually('it can be told', () => bob.transfers.tellComplete(CIRCLE, alice.device, ROOM, id))
    await eventually('the tunnel ends', () => alice.faults.length > 0)
    assert.deepEqual(alice.codes(), ['disk-full'])
  })

  it('that is complete is told to who asks to hear it', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    await scene.connect(bob, alice)
    const { id } = blobOf(MIB)
    await eventually('both are attached', () => alice.attached.length + bob.attached.length === 2)
    assert.ok(bob.transfers.tellComplete(CIRCLE, alice.device, ROOM, id))
    assert.ok(alice.transfers.tellComplete(CIRCLE, bob.device, ROOM, id))
    await eventually('both heard it', () => alice.completed.length + bob.completed.length === 2)
    assert.ok(!alice.transfers.tellComplete(CIRCLE, alice.device, ROOM, id))
  })

  it('waits while the disk is full, says so, and goes on by itself', async () => {
    const [alice, bob] = [scene.node(), scene.node(20)]
    const sent = alice.keep(blobOf(20 * MIB))
    await scene.connect(bob, alice)
    const got = sent.empty()
    got.failWith(new Unavailable('disk-full'))
    bob.freeBytes = 0
    bob.want(got)
    await eventually('it says so', () => bob.transfers.progress(CIRCLE, got.id)?.state === 'disk-full')
    got.failWith(undefined)
    await new Promise((resolve) => setTimeout(resolve, 600))
    assert.equal(got.have.count, 0)
    bob.freeBytes = 100 * MIB
    await whole(got)
    assert.deepEqual([...alice.codes(), ...bob.codes()], [])
  })

  it('waits while the disk refuses, says why, and goes on by itself once it does not', async () => {
    const [alice, bob] = [scene.node(), scene.node(60)]
    const sent = alice.keep(blobOf(20 * MIB))
    await scene.connect(bob, alice)
    const got = sent.empty()
    const cause = Object.assign(new Error('EROFS'), { code: 'EROFS', errno: -30 })
    got.failWith(new Unavailable('disk-full', { cause }))
    bob.want(got)
    const progress = () => bob.transfers.progress(CIRCLE, got.id)
    await eventually('it says so', () => progress()?.state === 'disk-refused')
    assert.equal(progress()?.refusal?.details?.['of'], 'protected')
    // Tried again in between, it is refused again, and never shown as coming.
    const from = performance.now()
    while (performance.now() < from + 1_200) {
      assert.equal(progress()?.state, 'disk-refused')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    got.failWith(undefined)
    await whole(got)
    assert.deepEqual([progress()?.state, progress()?.refusal], ['complete', undefined])
    assert.deepEqual([...new Set(bob.codes())], ['disk-refused'])
    assert.deepEqual(alice.codes(), [])
  })

  it('goes on by itself after a thread died that stored it, and tells of that', async () => {
    const [alice, bob] = [scene.node(), scene.node(20)]
    const sent = alice.keep(blobOf(20 * MIB))
    await scene.connect(bob, alice)
    const got = sent.empty()
    got.failWith(new Unavailable('worker-ended'))
    bob.want(got)
    await eventually('it is told', () => bob.codes().length > 0)
    got.failWith(undefined)
    await whole(got)
    assert.deepEqual([...new Set(bob.codes())], ['worker-ended'])
    assert.deepEqual(alice.codes(), [])
  })

  for (const who of ['receiver', 'sender'] as const) {
    it(`comes no faster than the ${who} allows`, async () => {
      const [alice, bob] = [scene.node(), scene.node()]
      const sent = alice.keep(blobOf(3 * MIB))
      const limited = who === 'sender' ? alice : bob
      limited.transfers.setLimits({ tcp: 2 * MIB, lan: 1 })
      await scene.connect(bob, alice)
      const from = performance.now()
      await whole(bob.want(sent.empty()))
      const tookMs = performance.now() - from
      assert.ok(tookMs > 1_300, `it took ${String(tookMs)} ms`)
      limited.transfers.setLimits({})
      const other = alice.keep(blobOf(3 * MIB, 2))
      await whole(bob.want(other.empty()), 1_300)
    })
  }
})

describe('a tunnel that ends in the middle', () => {
  it('costs next to nothing, however often', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(40 * MIB))
    const got = bob.want(sent.empty())
    for (let count = 1; count <= 10; count++) {
      const [end] = await scene.connect(bob, alice, 30 * MIB)
      await eventually('more is there', () => got.have.count >= count * 12)
      end.tunnel.destroy()
      await end.tunnel.closed
    }
    await scene.connect(alice, bob)
    await whole(got)
    assert.ok(got.added <= got.shape.chunks + 10, `${String(got.added)} chunks came`)
  })

  it('for a better one loses nothing: it is asked on there', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(30 * MIB))
    await scene.connect(bob, alice, MIB)
    const got = bob.want(sent.empty())
    await eventually('it has begun', () => got.have.count > 0)
    await scene.connect(alice, bob)
    await whole(got)
    assert.ok(got.added <= got.shape.chunks + 2)
    assert.deepEqual(
      [...alice.codes(), ...bob.codes()].filter((code) => code !== 'stream-cut'),
      [],
    )
  })
})

describe('several sources', () => {
  it('are used together: three over slow links are worth much more than one', async () => {
    const took: number[] = []
    for (const count of [1, 3]) {
      const bob = scene.node()
      const sent = blobOf(10 * MIB)
      for (let at = 0; at < count; at++) {
        const source = scene.node()
        source.keep(sent)
        await scene.connect(bob, source, 4 * MIB)
      }
      const start = performance.now()
      const got = bob.want(sent.empty())
      await whole(got)
      took.push(performance.now() - start)
      assert.ok(got.added <= got.shape.chunks + 6)
    }
    const [one = 0, three = 0] = took
    assert.ok(one / three >= 1.3, `one took ${String(one)} ms, three ${String(three)} ms`)
  })

  it('of which one lies: it is named, asked no more, and told; the others give what is right', async () => {
    const [alice, mallory, bob] = [scene.node(), scene.node(), scene.node()]
    const sent = alice.keep(blobOf(20 * MIB))
    const wrong = mallory.keep(blobOf(20 * MIB))
    for (let at = 0; at < wrong.shape.chunks; at += 2) wrong.damage(at)
    await scene.connect(bob, mallory)
    await scene.connect(alice, bob, 10 * MIB)
    const got = bob.want(sent.empty())
    await whole(got)
    assert.deepEqual(await got.read(0, got.shape.chunks), await sent.read(0, got.shape.chunks))
    assert.deepEqual(bob.codes(), ['chunk-wrong'])
    assert.equal(bob.faults[0]?.about.device, mallory.device)
    await eventually('it looks at its own', () => mallory.damaged.length > 0)
    assert.ok(mallory.damaged.every((at) => at % 2 === 0))
  })

  it('of which the only one is damaged in one place: the rest comes, and that when it is whole again', async () => {
    const [alice, bob] = [scene.node(), scene.node()]
    const sent = alice.keep(blobOf(10 * MIB))
    const good = sent.empty()
    await good.addPage(0, 0, (await sent.page(0, 0)) ?? new Uint8Array(0))
    await good.add(0, await sent.read(0, sent.shape.chunks))
    sent.damage(17)
    const [end] = await scene.connect(bob, alice)
    const got = bob.want(sent.empty())
    await eventually('it is found', () => alice.damaged.includes(17))
    assert.deepEqual(bob.codes(), ['chunk-wrong'])
    alice.keep(good)
    end.tunnel.destroy()
    await end.tunnel.closed
    await scene.connect(bob, alice)
    await whole(got)
  })
})
