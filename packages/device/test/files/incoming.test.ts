/** Who has to wait for whom, among more that is wanted than is fetched at a time. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CallerFault,
  Unavailable,
  type BlobId,
  type CircleId,
  type MemberId,
  type StoredBlob,
} from '@triode/core'
import { createVirtualClock, type VirtualClock } from '@triode/testkit'
import type { Catalog, Named } from '../../src/files/catalog.ts'
import { chunksRefused } from '../../src/files/faults.ts'
import { Incoming, type IncomingOptions } from '../../src/files/incoming.ts'
import type { OpenBlobs } from '../../src/files/openBlobs.ts'
import type { TransferState } from '../../src/files/transfer/transferHost.ts'
import type { Transfers } from '../../src/files/transfer/transfers.ts'
import { ASKING_MS, MAX_FETCHED, MAX_FETCHED_OF_ONE, STILL_MS, TURN_MS } from '../../src/files/tuning.ts'

const WISH = { priority: 'normal', evenCostly: false, isSmallPart: false } as const

/** Of several members, unless one is given. */
function named(number: number, member = `member ${number % 3}`): Named {
  const blob = { id: `blob ${number}` as BlobId }
  const circle = { id: 'circle' as CircleId, suite: { hashBytes: 32 } }
  return { circle, blob, message: { member: member as MemberId } } as unknown as Named
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

interface Disk {
  fault?: Error
  /** What it says once all of it came. */
  syncFault?: Error
}

/** Transfers that say of everything that it is in `state`, and nothing of their own accord. @returns what was asked of them */
function waitingIn(state: TransferState): {
  incoming: Incoming
  clock: VirtualClock
  asked: Set<string>
  told: string[]
  /** What it says to who opens something. */
  disk: Disk
} {
  const told: string[] = []
  const disk: Disk = {}
  const clock = createVirtualClock()
  const asked = new Set<string>()
  const catalog: Pick<Catalog, 'find'> = {
    find: (_circle, id) => named(Number(id.slice('blob '.length))),
  }
  const sync = (): Promise<void> =>
    disk.syncFault === undefined ? Promise.resolve() : Promise.reject(disk.syncFault)
  const mend = (): Promise<boolean> => Promise.resolve(false)
  const open: Pick<OpenBlobs, 'hold' | 'release'> = {
    hold: (_circle, { id }) =>
      disk.fault === undefined
        ? Promise.resolve({ id, isWhole: false, sync, mend } as unknown as StoredBlob)
        : Promise.reject(disk.fault),
    release: () => undefined,
  }
  const transfers: Pick<Transfers, 'want' | 'progress' | 'drop' | 'isAsking'> = {
    want: ({ stored }) => void asked.add(stored.id),
    progress: () => ({ state, have: 0, rate: 0, sources: [] }),
    drop: () => Promise.resolve(),
    isAsking: () => true,
  }
  const options = {
    clock,
    catalog,
    open,
    transfers,
    quota: {},
    changed: (_circle: CircleId, id: BlobId) => told.push(id),
    refused: (cause: unknown) => chunksRefused('/files', cause),
    whole: () => undefined,
    failed: (cause: unknown) => {
      if (disk.fault === undefined && disk.syncFault === undefined) assert.fail(String(cause))
    },
  } as unknown as IncomingOptions
  return { incoming: new Incoming(options), clock, asked, told, disk }
}

describe('more than is fetched at a time', () => {
  for (const state of ['waiting', 'held-back'] as const)
    it(`takes turns where everything is ${state}`, async () => {
      const { incoming, clock, asked } = waitingIn(state)
      for (let number = 0; number <= MAX_FETCHED; number++) incoming.want(named(number), WISH)
      await new Promise((resolve) => setImmediate(resolve))
      assert.equal(asked.size, MAX_FETCHED)
      for (let turn = 0; turn < 2; turn++) {
        clock.advance(TURN_MS)
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.ok(asked.has(`blob ${MAX_FETCHED}`))
    })

  it('waits for what comes', async () => {
    const { incoming, clock, asked } = waitingIn('fetching')
    for (let number = 0; number <= MAX_FETCHED; number++) incoming.want(named(number), WISH)
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(10 * TURN_MS)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(asked.size, MAX_FETCHED)
  })
})

describe('members who send very many files and give nothing of them', () => {
  it('keep out nothing of others', async () => {
    const { incoming, asked } = waitingIn('fetching')
    for (let number = 0; number < 1_000; number++) incoming.want(named(number, 'Mallory'), WISH)
    await settled()
    assert.equal(asked.size, MAX_FETCHED_OF_ONE)
    incoming.want(named(1_000, 'Bob'), WISH)
    await settled()
    assert.ok(asked.has('blob 1000'))
  })

  it('cost no look at all of them for each', async () => {
    const { incoming } = waitingIn('fetching')
    const started = performance.now()
    for (let number = 0; number < 30_000; number++) incoming.want(named(number), WISH)
    await settled()
    const took = performance.now() - started
    assert.ok(took < 5_000, `it took ${Math.round(took)} ms`)
  })

  it('and are several make room after a while', async () => {
    const { incoming, clock, asked } = waitingIn('fetching')
    for (let number = 0; number < 400; number++)
      incoming.want(named(number, number % 2 === 0 ? 'Mallory' : 'Trudy'), WISH)
    incoming.want(named(400, 'Bob'), WISH)
    await settled()
    assert.equal(asked.size, MAX_FETCHED)
    for (let turn = 0; turn < 5; turn++) {
      clock.advance(STILL_MS)
      await settled()
    }
    assert.ok(asked.has('blob 400'))
  })

  it('keep nobody from reading what is read now', async () => {
    const { incoming, asked } = waitingIn('fetching')
    for (let number = 0; number < 400; number++)
      incoming.want(named(number, number % 2 === 0 ? 'Mallory' : 'Trudy'), WISH)
    incoming.read(named(400, 'Mallory'), { from: 0, to: 1 })
    await settled()
    assert.ok(asked.has('blob 400'))
  })
})

describe('who reads on while it is thrown away and wanted anew', () => {
  it('is waited for again, and keeps it wanted no longer than that', async () => {
    const { incoming, asked } = waitingIn('fetching')
    const one = named(1)
    const [circle, id] = [one.circle.id, one.blob.id]
    const reading = incoming.read(one, { from: 0, to: 1 })
    await incoming.forget(circle, id)
    reading.waits()
    assert.equal(incoming.isWanted(circle, id), false, 'reading on does not bring it back')
    incoming.want(one, WISH)
    reading.waits()
    await incoming.unwant(circle, id)
    await settled()
    assert.deepEqual([incoming.isWanted(circle, id), asked.has(id)], [true, true])
    reading.end()
    reading.end()
    assert.equal(incoming.isWanted(circle, id), false)
  })
})

describe('what somebody was asked for', () => {
  it('counts as coming until they have had time to answer, and again when others are asked', () => {
    const { incoming, clock, told } = waitingIn('waiting')
    const one = named(1)
    const isAsking = (): boolean => incoming.isAsking(one.circle.id, one.blob.id)
    assert.equal(isAsking(), false)
    incoming.want(one, WISH)
    assert.equal(isAsking(), true)
    clock.advance(ASKING_MS - 1)
    assert.deepEqual([isAsking(), told], [true, []])
    incoming.want(one, WISH)
    clock.advance(1)
    assert.deepEqual([isAsking(), told], [false, [one.blob.id]])
    incoming.want(one, { ...WISH, evenCostly: true })
    assert.equal(isAsking(), true)
    clock.advance(ASKING_MS)
    assert.deepEqual([isAsking(), told], [false, [one.blob.id, one.blob.id]])
  })
})

describe('what came whole when the disk was full', () => {
  it('counts as whole once there is room', async () => {
    const circle = 'circle' as CircleId
    const failed: unknown[] = []
    let hasRoom = false
    let wholes = 0
    const done = (): Promise<void> => Promise.resolve()
    const stored = { isWhole: true, sync: done, mend: () => Promise.resolve(false) }
    const options = {
      clock: createVirtualClock(),
      catalog: { find: () => named(1) },
      open: { hold: () => Promise.resolve(stored), release: () => undefined },
      transfers: { drop: done, progress: () => undefined },
      whole: () => {
        if (!hasRoom) throw new Unavailable('disk-full')
        wholes++
      },
      changed: () => undefined,
      refused: () => undefined,
      failed: (cause: unknown) => failed.push(cause),
    } as unknown as IncomingOptions
    const incoming = new Incoming(options)
    incoming.want(named(1), WISH)
    await settled()
    assert.deepEqual([wholes, failed.length], [0, 1])
    assert.equal(incoming.blocked(circle, named(1).blob.id)?.code, 'disk-full')
    hasRoom = true
    incoming.retry()
    await settled()
    assert.deepEqual([wholes, failed.length], [1, 1])
    assert.ok(!incoming.isWanted(circle, named(1).blob.id))
  })
})

describe('a disk that does not let it begin', () => {
  const cause = (code: string): Error => Object.assign(new Error(code), { code, errno: -1 })
  for (const [fault, expected] of [
    [new CallerFault('place-forbidden', { cause: cause('EACCES') }), 'disk-refused'],
    [new Unavailable('disk-full', { cause: cause('EROFS') }), 'disk-refused'],
    [new Unavailable('disk-full', { cause: cause('ENOSPC') }), 'disk-full'],
  ] as const)
    it(`is told of as ${expected}, and tried again now and then, and when somebody asks (${(fault.cause as Error).message})`, async () => {
      const { incoming, asked, told, disk } = waitingIn('waiting')
      const one = named(1)
      const soon = () => new Promise((resolve) => setImmediate(resolve))
      const blocked = () => incoming.blocked(one.circle.id, one.blob.id)?.code
      disk.fault = fault
      incoming.want(one, WISH)
      await soon()
      assert.deepEqual([blocked(), told], [expected, [one.blob.id]])
      incoming.retry()
      await soon()
      assert.deepEqual([blocked(), [...asked]], [expected, []])
      delete disk.fault
      if (expected === 'disk-full') incoming.retry()
      else incoming.want(one, WISH)
      await soon()
      assert.deepEqual([blocked(), [...asked]], [undefined, [one.blob.id]])
      await incoming.stop()
    })

  it('is told of as well where it does not keep what came, and that comes again', async () => {
    const { incoming, asked, disk } = waitingIn('complete')
    const one = named(1)
    const soon = () => new Promise((resolve) => setImmediate(resolve))
    disk.syncFault = new Unavailable('disk-full', { cause: cause('EIO') })
    incoming.want(one, WISH)
    await soon()
    await soon()
    assert.equal(incoming.blocked(one.circle.id, one.blob.id)?.details?.['of'], 'failing')
    asked.clear()
    delete disk.syncFault
    incoming.retry()
    await soon()
    assert.deepEqual([...asked], [one.blob.id])
    await incoming.stop()
  })
})
