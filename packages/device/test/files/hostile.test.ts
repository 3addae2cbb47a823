import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { encodeValue, u32, concat, type Attachment, type BlobStore, type Value } from '@triode/core'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Bench, codeOf, event, eventually, pair, type TestDevice } from '../devices.ts'
import { bytesOf, eager, emptyFolder, fileToSend, idOf, noise, saved, whole } from './stories.ts'

let bench: Bench
let mallory: TestDevice
let bob: TestDevice
before(async () => {
  bench = new Bench()
  ;({ alice: mallory, bob } = await pair(bench))
  await eager(bob)
})
after(async () => {
  await bench.end()
})

/** What Mallory's device is made of: who changes a program can do anything that it could. */
interface Inside {
  readonly state: {
    readonly unlocked: {
      readonly circles: readonly CircleRuntime[]
      readonly vault: { blobs(): BlobStore }
      readonly files: {
        readonly stock: { arrived(...args: unknown[]): void; whole(...args: unknown[]): void }
      }
    }
  }
}

/** Sends a folder with this index, whatever it says. */
async function sendIndex(index: Uint8Array, content = Buffer.from('x'), files = 1): Promise<string> {
  const { unlocked } = (mallory.device as unknown as Inside).state
  const [circle] = unlocked.circles
  assert.ok(circle)
  const store = unlocked.vault.blobs().within(circle.id)
  const seal = (bytes: Uint8Array, fill: number) =>
    store.seal(new Uint8Array(32).fill(fill), 'sha256', [{ bytes }])
  const number = ++sent
  const attachment: Attachment = {
    kind: 'folder',
    name: 'Gift',
    blob: await seal(content, number),
    index: await seal(index, number + 100),
    files,
  }
  const conversation = circle.state.conversations.circle
  const body = { kind: 'text', text: '', mentions: [], attachments: [attachment] } as const
  circle.participant.write(conversation, body)
  for (const blob of [attachment.blob, attachment.index]) unlocked.files.stock.whole(circle.id, blob.id)
  return attachment.blob.id
}
let sent = 0

function page(...entries: Value[]): Uint8Array {
  const bytes = encodeValue(entries)
  return concat(u32(bytes.length), bytes)
}

const FILE = 0
const FOLDER = 1
const LINK = 2

describe('a folder whose list breaks the rules', () => {
  const lists: Record<string, Uint8Array> = {
    'names a folder above': page([['..', 'x'], FILE, null, 0, 1, null]),
    'names an absolute path': page([['/etc/cron.d/x'], FILE, null, 0, 1, null]),
    'has a link that leads out': page(
      [['a'], FILE, null, 0, 1, null],
      [['b'], LINK, null, 0, 0, ['..', 'x']],
    ),
    'has a file below a link': page([['a'], LINK, null, 0, 0, ['b']], [['a', 'x'], FILE, null, 0, 1, null]),
    'has a name twice': page([['a'], FILE, null, 0, 1, null], [['a'], FOLDER, null, 0, 0, null]),
    'says more bytes than there are': page([['a'], FILE, null, 0, 1_000_000, null]),
    'says less bytes than there are': page([['a'], FILE, null, 0, 0, null]),
    'is cut short': page([['a'], FILE, null, 0, 1, null]).subarray(0, 8),
    'is nonsense': Buffer.from('not a list at all, but long enough to be read as one'),
  }
  for (const [name, index] of Object.entries(lists)) {
    it(`is refused as a whole: it ${name}`, async () => {
      const id = await sendIndex(index)
      await eventually('it to come', () => bob.device.file(id).catch(() => undefined))
      await whole(bob, id)
      assert.equal(await codeOf(bob.device.folder(id)), 'folder-malformed')
      assert.equal(await codeOf(bob.device.readFile({ id, path: 'a' })), 'folder-malformed')
      const folder = emptyFolder(bench)
      await bob.device.getFile({ id, to: folder })
      assert.equal((await saved(bob, id)).notSaved?.code, 'folder-malformed')
      assert.deepEqual(readdirSync(folder), [])
    })
  }

  it('is no reason not to take the next', async () => {
    const id = await sendIndex(page([['a:b'], FILE, null, 0, 1, null]))
    await eventually('it to come', () => bob.device.file(id).catch(() => undefined))
    await whole(bob, id)
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: folder })
    await saved(bob, id)
    assert.deepEqual(readdirSync(join(folder, 'Gift')), ['a_b'])
    const { stream } = await bob.device.readFile({ id, path: 'a:b' })
    assert.equal((await bytesOf(stream)).toString(), 'x')
    await event(bob, 'fault', ({ code }) => code === 'folder-malformed')
  })
})

describe('a member that names the file of another', () => {
  it('as what a folder holds, or as a picture, does not take it from anybody', async () => {
    const { unlocked } = (mallory.device as unknown as Inside).state
    const [circle] = unlocked.circles
    assert.ok(circle)
    const conversation = circle.state.conversations.circle
    const path = fileToSend(bench, 'plans.pdf', noise(5_000))
    const sent = await bob.device.sendFiles({ where: circle.id, paths: [path] })
    const id = idOf(sent)
    await whole(mallory, id)
    const [named] = circle.participant.timeline(conversation).get(sent.message)?.attachments ?? []
    assert.ok(named?.kind === 'file')
    const { blob } = named
    const own = await unlocked.vault
      .blobs()
      .within(circle.id)
      .seal(new Uint8Array(32).fill(200), 'sha256', [{ bytes: Buffer.from('x') }])
    const folder: Attachment = { kind: 'folder', name: 'Gift', blob: own, index: blob, files: 1 }
    const picture: Attachment = { ...named, name: 'gift.jpg', blob: own, preview: blob }
    for (const one of [folder, picture]) {
      const body = { kind: 'text', text: 'gift', mentions: [], attachments: [one] } as const
      const message = circle.participant.write(conversation, body)
      await event(bob, 'message', (got) => got.message.id === message)
      assert.equal((await bob.device.file(id)).name, 'plans.pdf')
      assert.ok((await bob.device.files({ where: circle.id })).some((file) => file.id === id))
      assert.equal((await bytesOf((await bob.device.readFile({ id })).stream)).length, 5_000)
    }
  })

  it('by another name, as something else, changes what nobody sees but who looks at that message', async () => {
    const { unlocked } = (mallory.device as unknown as Inside).state
    const [circle]: readonly CircleRuntime[] = unlocked.circles
    assert.ok(circle)
    const conversation = circle.state.conversations.circle
    const path = fileToSend(bench, 'letter.txt', 'Dear Mallory')
    const sent = await bob.device.sendFiles({ where: circle.id, paths: [path] })
    const id = idOf(sent)
    await whole(mallory, id)
    const [named] = circle.participant.timeline(conversation).get(sent.message)?.attachments ?? []
    assert.ok(named?.kind === 'file')
    const renamed: Attachment = { ...named, name: 'virus.html', mediaType: 'text/html', modifiedAt: 1 }
    const write = async (): Promise<string> => {
      const body = { kind: 'text', text: 'look', mentions: [], attachments: [renamed] } as const
      const message = circle.participant.write(conversation, body)
      await event(bob, 'message', (got) => got.message.id === message)
      return message
    }
    const theirs = await write()
    for (const one of [bob, mallory]) {
      const view = await one.device.file(id)
      assert.deepEqual([view.name, view.mediaType, view.message], ['letter.txt', 'text/plain', sent.message])
      const own = await one.device.readFile({ id })
      own.stream.destroy()
      assert.equal(own.name, 'letter.txt')
      const all = await one.device.files({ where: circle.id })
      const names = all.flatMap((file) => (file.id === id ? [file.name] : []))
      assert.deepEqual(names, ['letter.txt'])
      const other = await one.device.file(id, theirs)
      assert.deepEqual([other.name, other.message], ['virus.html', theirs])
      const read = await one.device.readFile({ id, message: theirs })
      read.stream.destroy()
      assert.deepEqual([read.name, read.mediaType], ['virus.html', 'text/html'])
    }
    assert.equal((await bob.device.file(id)).delivered.of, 1, 'it is still his own')
    assert.equal(await codeOf(bob.device.file(id, 'a'.repeat(32))), 'not-found')
    const again = fileToSend(bench, 'letter for all.txt', 'Dear Mallory')
    const second = await bob.device.sendFiles({ where: circle.id, paths: [again] })
    assert.equal(idOf(second), id)
    assert.equal((await bob.device.file(id)).name, 'letter for all.txt', 'he may call it otherwise himself')
    await event(mallory, 'message', (got) => got.message.id === second.message)
    assert.equal((await mallory.device.file(id)).name, 'letter for all.txt')
    await bob.device.deleteMessage(second.message)
    assert.equal((await bob.device.file(id)).name, 'letter.txt')
    await write()
    assert.equal((await bob.device.file(id)).name, 'letter.txt')
    await bob.device.deleteMessage(sent.message)
    assert.equal((await bob.device.file(id)).name, 'virus.html', 'nobody else calls it anything any more')
  })
})
