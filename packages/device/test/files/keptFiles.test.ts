/** Files go by keepers, which can't read them, to whoever was named by their author, and to nobody else (spec §16.6). */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  decodeAsk,
  deviceIdOf,
  fromBase32,
  keptBlobId,
  type Ask,
  type BlobId,
  type CircleId,
  type ConversationId,
  type DeviceId,
} from '@triode/core'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import type { FileRecord } from '../../src/files/fileRecords.ts'
import { toKeep } from '../../src/files/keepers/atKeepers.ts'
import type { TransferHost } from '../../src/files/transfer/transferHost.ts'
import { Bench, event, eventsOf, eventually, join2, pair, PASSPHRASE, type TestDevice } from '../devices.ts'
import { suite } from '../thief.ts'
import { Wiretap, type Said } from '../wiretap.ts'
import { bytesOf, digest, eager, fileToSend, MIB, noise, sendOne, whole } from './stories.ts'

/** What a device is made of. */
interface Inside {
  readonly circles: readonly CircleRuntime[]
  readonly files: {
    readonly book: { get(circle: CircleId, id: BlobId): FileRecord | undefined }
    readonly transfers: { readonly options: { readonly host: TransferHost } }
  }
}

function inside({ device }: TestDevice): Inside {
  return (device as unknown as { state: { unlocked: Inside } }).state.unlocked
}

describe('files that Alice left at keepers while Bob was away', () => {
  const tap = new Wiretap()
  let bench: Bench
  let alice: TestDevice
  let bob: TestDevice
  let carol: TestDevice
  let kim: TestDevice
  let kay: TestDevice
  let circle: CircleId
  const content = noise(3 * MIB)
  const large = noise(9 * MIB)
  let [id, largeId] = ['', '']
  let bobs: DeviceId

  before(async () => {
    bench = new Bench()
    const made = await pair(bench)
    ;({ alice, bob, circle } = { ...made, circle: made.circle })
    carol = await bench.make('Carol')
    await join2(alice, carol, circle)
    bench.keeper = { fileBytes: 4 * MIB }
    kim = await bench.make('Kim')
    kay = await bench.make('Kay')
    for (const keeper of [kim, kay]) await join2(alice, keeper, circle, 'keeper')
    await eager(bob)
    await eventually('Bob to know the keepers', async () => (await bob.device.peers(circle))[3])
    bobs = (await bob.device.circle(circle)).device
    await bob.device.lock()
    id = await sendOne(alice, 'Bob', fileToSend(bench, 'plan.bin', content))
    largeId = await sendOne(alice, 'Bob', fileToSend(bench, 'film.bin', large))
    await eventually('both keepers to hold it', async () => {
      const record = inside(alice).files.book.get(circle, id as BlobId)
      return record?.heldAt.length === 2 ? true : undefined
    })
    assert.equal((await alice.device.file(id)).held, true)
    const refused = await eventually('Alice to know that the other is larger than they take', async () => {
      const view = await alice.device.file(largeId)
      return view.notHeld === undefined ? undefined : view
    })
    assert.deepEqual([refused.held, refused.notHeld], [false, 'too-large'])
    const report = await alice.device.delivery(refused.message ?? '')
    assert.deepEqual(
      report.files.map((file) => [file.id, file.notHeld]),
      [[largeId, 'too-large']],
    )
    assert.equal((await alice.device.file(id)).notHeld, undefined)
    assert.ok(eventsOf(alice, 'file').some(({ file }) => file.id === largeId && file.notHeld === 'too-large'))
    await alice.device.lock()
  })
  after(async () => {
    await bench.end()
    tap.end()
  })

  function runtimeOf(one: TestDevice): CircleRuntime {
    const [runtime] = inside(one).circles
    assert.ok(runtime)
    return runtime
  }

  it('are nothing that keepers have as readers do: who is a keeper no more gives them up', async () => {
    await alice.device.unlock(PASSPHRASE)
    const { completeAt, heldAt } = inside(alice).files.book.get(circle, id as BlobId) ?? {}
    const keepers = await Promise.all(
      [kim, kay].map(async ({ device }) => (await device.circle(circle)).device),
    )
    assert.deepEqual([completeAt, heldAt?.toSorted()], [[], keepers.toSorted()])
    assert.deepEqual((await alice.device.file(id)).delivered, { count: 0, of: 1 })
    await alice.device.lock()
  })

  it('are given to nobody whom their author did not name', async () => {
    const kept = runtimeOf(kim).participant.keeping.kept
    const names = [...kept.blobs.all().keys()]
    assert.equal(names.length, 1)
    const [name] = names as [BlobId]
    const { host } = inside(kim).files.transfers.options
    const carols = (await carol.device.circle(circle)).device
    const place = name as string as ConversationId
    assert.ok(host.mayAsk(circle, bobs, place, name))
    assert.ok(!host.mayAsk(circle, carols, place, name))
    const { conversation } = await carol.device.resolve(circle)
    assert.ok(!host.mayAsk(circle, bobs, conversation, name), 'nor by a conversation')
    assert.deepEqual(kept.blobsFor(carols), [])
  })

  it('come from another keeper where one sends what does not match, which is named', async () => {
    await kay.device.lock()
    spoil(kim)
    await bob.device.unlock(PASSPHRASE)
    const fault = await event(bob, 'fault', ({ code }) => code === 'chunk-wrong')
    assert.equal(fault.device, (await kim.device.circle(circle)).device)
    assert.notEqual((await bob.device.file(id)).state, 'complete')
    await eventually('Kim to see that its own are damaged', async () => {
      return (await kim.device.keeping()).wholeBlobs === 0 ? true : undefined
    })
    await kay.device.unlock(PASSPHRASE)
    await whole(bob, id)
    const { stream } = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(stream)), digest(content))
    assert.notEqual((await bob.device.file(largeId)).state, 'complete', 'no keeper took it')
  })

  it('are asked for by no name, and nowhere, but at a keeper that told that it has them', async () => {
    const keepers = await Promise.all([kim, kay].map(async (one) => (await one.device.circle(circle)).device))
    const asked = tap.said
      .filter(({ peer }) => keepers.includes(deviceIdOf(suite, Uint8Array.fromHex(peer))))
      .flatMap((said) => [...asksIn(said)])
    const interests = asked.flatMap((ask) => (ask.type === 'interest' ? [ask] : []))
    assert.ok(interests.length >= 2, 'Bob asked both')
    const blob = runtimeOf(bob)
      .participant.timeline((await bob.device.resolve('Alice')).conversation)
      .page({ limit: 10 })
      .messages.flatMap(({ attachments }) => attachments)
      .find((one) => one.kind === 'file' && one.blob.id === (id as BlobId))
    assert.ok(blob?.kind === 'file')
    const name = keptBlobId(suite, toKeep(blob.blob))
    for (const ask of interests) assert.deepEqual([ask.conversation, ask.blob], [name, name])
    const { conversation } = await bob.device.resolve('Alice')
    const told = tap.said.filter(({ peer }) => keepers.includes(deviceIdOf(suite, Uint8Array.fromHex(peer))))
    for (const { parts } of told)
      for (const secret of [conversation, id, largeId])
        assert.ok(!Buffer.concat(parts).includes(Buffer.from(fromBase32(secret))), secret)
  })

  it('go by keepers whose terms are shown', async () => {
    const { keepers } = await bob.device.circle(circle)
    const told = keepers.map(({ name, terms }) => [name, terms?.fileBytes, terms?.holdHours])
    assert.deepEqual(told.toSorted(), [
      ['Kay', 4 * MIB, 336],
      ['Kim', 4 * MIB, 336],
    ])
  })

  it('leave the keepers once Alice hears that Bob has them', async () => {
    await alice.device.unlock(PASSPHRASE)
    for (const keeper of [kim, kay])
      await eventually('a keeper to let go of it', async () => {
        const { blobs } = await keeper.device.keeping()
        return blobs === 0 && chunkFiles(keeper).length === 0 ? true : undefined
      })
    await whole(bob, largeId)
    await eventually('nobody to need a keeper for it', async () => {
      return (await alice.device.file(largeId)).notHeld === undefined ? true : undefined
    })
  })
})

describe('files in a circle that leaves none at keepers', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('say so to who sent them, while somebody lacks them and there is a keeper', async () => {
    const { alice, bob, circle } = await pair(bench)
    await bob.device.lock()
    await alice.device.setPolicy({ circle, key: 'kept-files', value: 'none' })
    const id = await sendOne(alice, 'Bob', fileToSend(bench, 'plan.bin', noise(MIB)))
    const { held, notHeld, delivered } = await alice.device.file(id)
    assert.deepEqual([held, notHeld, delivered.count], [false, undefined, 0], 'there is no keeper')
    bench.keeper = {}
    const kim = await bench.make('Kim')
    await join2(alice, kim, circle, 'keeper')
    assert.equal((await alice.device.file(id)).notHeld, 'policy')
    const { message = '' } = await alice.device.file(id)
    const { files } = await alice.device.delivery(message)
    assert.deepEqual(
      files.map((file) => file.notHeld),
      ['policy'],
    )
    await alice.device.setPolicy({ circle, key: 'kept-files', value: 'all' })
    await eventually('Kim to hold it after all', async () =>
      (await alice.device.file(id)).held ? true : undefined,
    )
    assert.equal((await alice.device.file(id)).notHeld, undefined)
  })
})

function chunkFiles({ home }: TestDevice): string[] {
  const folder = join(home, 'files')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.chunks'))
    .map((name) => join(folder, name))
}

/** Changes a byte of each chunk on its disk. */
function spoil(keeper: TestDevice): void {
  for (const path of chunkFiles(keeper)) {
    const bytes = readFileSync(path)
    for (let at = 100; at < statSync(path).size; at += 262_160) bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }
}

/** What was asked on a stream of files, if it is one on which this end asks. */
function* asksIn({ path, parts }: Said): Iterable<Ask> {
  const all = Buffer.concat(parts)
  // Asks are CBOR lists; answers begin with their kind.
  if (!path.startsWith('/files/') || all.length < 5 || (all[4] ?? 0) < 0x80) return
  for (let at = 0; at + 4 <= all.length;) {
    const end = at + 4 + all.readUInt32BE(at)
    yield decodeAsk(new Uint8Array(all.subarray(at + 4, end)))
    at = end
  }
}
