/** Bob sends on what Alice sent him: to Carol in the same circle, and into one of his own that Alice knows nothing of. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Bench, codeOf, event, eventually, join2, pair, PASSPHRASE, type TestDevice } from '../devices.ts'
import { bytesOf, digest, eager, emptyFolder, fileToSend, idOf, inState, noise, whole } from './stories.ts'

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let carol: TestDevice
let circle: string
let other: string
before(async () => {
  bench = new Bench()
  ;({ alice, bob, circle } = await pair(bench))
  carol = await bench.make('Carol')
  await join2(alice, carol, circle)
  other = (await bob.device.createCircle({ name: 'Other', suite: 'p384' })).circle
  await join2(bob, carol, other)
  for (const one of [bob, carol]) await eager(one)
})
after(() => bench.end())

interface Inside {
  readonly state: { readonly unlocked: { readonly circles: readonly CircleRuntime[] } }
}

/** Ids of all that a message names. */
function idsIn(one: TestDevice, of: string, conversation: string, message: string): string[] {
  const runtime = (one.device as unknown as Inside).state.unlocked.circles.find(({ id }) => id === of)
  const timeline = runtime?.participant.timeline(conversation as never)
  const attachments = timeline?.get(message as never)?.attachments ?? []
  return attachments.flatMap((one) =>
    one.kind === 'unknown' ? [] : one.kind === 'folder' ? [one.blob.id, one.index.id] : [one.blob.id],
  )
}

/** Alice sends it to Bob alone, who gets all of it. */
async function fromAlice(...paths: string[]): Promise<{ readonly id: string; readonly message: string }> {
  const sent = await alice.device.sendFiles({ where: 'Bob', paths })
  for (const { id } of sent.files) {
    await eventually('the message', () => bob.device.file(id).catch(() => undefined))
    await whole(bob, id)
  }
  return { id: idOf(sent), message: sent.message }
}

/** That the other has all of what it sent on. */
async function hears(one: TestDevice, id: string, message: string): Promise<void> {
  await eventually('word that all of it came', async () => {
    const { delivered } = await one.device.file(id, message)
    return delivered.of === 1 && delivered.count === 1 ? true : undefined
  })
}

async function contentOf(one: TestDevice, id: string): Promise<string> {
  return digest(await bytesOf((await one.device.readFile({ id })).stream))
}

describe('a file that is sent on', () => {
  it('within its circle is the same file, which comes to who may not read where it was first, though its message goes', async () => {
    const content = noise(600_000)
    const { id, message } = await fromAlice(fileToSend(bench, 'plan.bin', content))
    const sent = await bob.device.sendFiles({
      where: `${circle}/Carol`,
      files: [{ id, message }],
      text: 'look',
    })
    assert.deepEqual([idOf(sent), sent.files[0]?.name, sent.files[0]?.state], [id, 'plan.bin', 'complete'])
    await event(carol, 'message', (got) => got.message.id === sent.message)
    await whole(carol, id)
    assert.equal(await contentOf(carol, id), digest(content))
    await hears(bob, id, sent.message)
    await alice.device.deleteMessage(message)
    await event(bob, 'message-changed', (got) => got.message.id === message)
    assert.equal((await bob.device.file(id)).state, 'complete', 'another message names it still')
  })

  it('to who has it already, and may read where it was first, is heard to be there by who sent it on: at once, or when they meet', async () => {
    for (const isThere of [true, false]) {
      const paths = [fileToSend(bench, 'known.bin', noise(200_000))]
      const first = await alice.device.sendFiles({ where: circle, paths })
      const id = idOf(first)
      for (const one of [bob, carol]) {
        await eventually('the message', () => one.device.file(id).catch(() => undefined))
        await whole(one, id)
      }
      if (!isThere) await carol.device.lock()
      const files = [{ id, message: first.message }]
      const sent = await bob.device.sendFiles({ where: `${circle}/Carol`, files })
      if (!isThere) {
        assert.equal((await bob.device.file(id, sent.message)).delivered.count, 0)
        await carol.device.unlock(PASSPHRASE)
      }
      await hears(bob, id, sent.message)
    }
  })

  it('into another circle has no id, and so no chunk, in common with what it was', async () => {
    const folder = join(emptyFolder(bench), 'photos')
    mkdirSync(join(folder, 'in'), { recursive: true })
    writeFileSync(join(folder, 'in', 'a.txt'), 'one')
    const content = noise(300_000)
    const paths = [fileToSend(bench, 'boat.bin', content), folder]
    const { message } = await fromAlice(...paths)
    const { conversation } = await bob.device.resolve(`${circle}/Alice`)
    const before = idsIn(bob, circle, conversation, message)
    assert.equal(before.length, 3)
    const named = (await bob.device.messages({ where: conversation, limit: 5 })).messages
    const files = (named.find(({ id }) => id === message)?.files ?? []).map(({ id }) => ({ id, message }))
    const sent = await bob.device.sendFiles({ where: other, files })
    const after = idsIn(bob, other, sent.conversation, sent.message)
    assert.equal(after.length, 3)
    assert.deepEqual(
      after.filter((id) => before.includes(id)),
      [],
    )
    for (const { id } of sent.files) {
      await eventually('the message', () => carol.device.file(id).catch(() => undefined))
      await whole(carol, id)
    }
    const [boat, photos] = sent.files
    assert.ok(boat && photos)
    assert.equal(await contentOf(carol, boat.id), digest(content))
    assert.deepEqual([photos.kind, photos.name, photos.files], ['folder', 'photos', 1])
    const inner = await carol.device.readFile({ id: photos.id, path: 'in/a.txt' })
    assert.equal((await bytesOf(inner.stream)).toString(), 'one')
    const again = await bob.device.sendFiles({ where: other, files })
    assert.deepEqual(
      again.files.map(({ id }) => id),
      sent.files.map(({ id }) => id),
      'what that circle has it has once',
    )
  })

  it('has to be wholly here, and to be there', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
    const sent = await alice.device.sendFiles({
      where: 'Bob',
      paths: [fileToSend(bench, 'film.bin', noise(50_000))],
    })
    const id = idOf(sent)
    await eventually('the message', () => bob.device.file(id).catch(() => undefined))
    for (const where of [`${circle}/Carol`, other]) {
      assert.equal(await codeOf(bob.device.sendFiles({ where, files: [{ id }] })), 'file-not-here')
      assert.equal(await codeOf(bob.device.sendFiles({ where, files: [{ id: 'aaaa' }] })), 'not-found')
    }
    await bob.device.getFile({ id })
    await whole(bob, id)
    await bob.device.sendFiles({ where: other, files: [{ id }] })
    const many = Array.from({ length: 17 }, () => ({ id }))
    assert.equal(await codeOf(bob.device.sendFiles({ where: other, files: many })), 'too-many-files')
  })

  it('stays with who sent it on, however little is allowed, until those have it whom it was sent on to', async () => {
    await eager(bob)
    const { id, message } = await fromAlice(fileToSend(bench, 'kept.bin', noise(300_000)))
    await carol.device.lock()
    const sent = await bob.device.sendFiles({ where: `${circle}/Carol`, files: [{ id, message }] })
    // What was used longest ago goes first: once this one is gone, the other one was looked at.
    const { id: later } = await fromAlice(fileToSend(bench, 'later.bin', noise(300_000)))
    await bob.device.setFileSettings({ quotaBytes: 0 })
    await inState(bob, later, 'offered')
    assert.equal((await bob.device.file(id)).state, 'complete')
    await carol.device.unlock(PASSPHRASE)
    await whole(carol, id)
    await hears(bob, id, sent.message)
    await inState(bob, id, 'offered')
    await bob.device.setFileSettings({ quotaBytes: null })
  })

  it('of one’s own stays until all have it to whom it went, and not only those to whom it went first', async () => {
    const { id, message } = await fromAlice(fileToSend(bench, 'own.bin', noise(300_000)))
    await carol.device.lock()
    const sent = await alice.device.sendFiles({ where: `${circle}/Carol`, files: [{ id, message }] })
    await hears(alice, id, message)
    const { id: later, message: latest } = await fromAlice(fileToSend(bench, 'last.bin', noise(300_000)))
    await hears(alice, later, latest)
    await alice.device.setFileSettings({ quotaBytes: 0 })
    await inState(alice, later, 'offered')
    assert.equal((await alice.device.file(id)).state, 'complete')
    await carol.device.unlock(PASSPHRASE)
    await whole(carol, id)
    await hears(alice, id, sent.message)
    await inState(alice, id, 'offered')
    await alice.device.setFileSettings({ quotaBytes: null })
  })
})
