/** Bob's disk takes no files for a while: it was mounted read-only, or his user may not write there any more. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { event } from '../devices.ts'
import { bytesOf, digest, eagerPair, fileToSend, inState, MIB, noise, sendTo, whole } from './stories.ts'

const isRoot = process.getuid?.() === 0

/** From now on nothing can be written in `folder`, until what is returned is called; undefined, and said loudly, where that can't be had. */
function refusing(t: TestContext, folder: string): (() => void) | undefined {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  if (!isRoot) {
    chmodSync(folder, 0o500)
    return () => {
      chmodSync(folder, 0o700)
    }
  }
  // Nothing is forbidden to root, but what the disk itself refuses.
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,mode=700', 'tmpfs', folder])
  if (status === 0) {
    const end = () => void spawnSync('umount', [folder])
    t.after(end)
    return end
  }
  const reason = `NOT TESTED on a disk that refuses: tmpfs could not be mounted (${stderr.toString().trim()})`
  console.error(reason)
  t.skip(reason)
  return undefined
}

describe('a disk that refuses', () => {
  it('is named with the reason and what to do, while the rest goes on, and the file comes once it is mended', async (t) => {
    const { bench, alice, bob, circle } = await eagerPair()
    t.after(() => bench.end())
    const folder = join(bob.home, 'files')
    const mend = refusing(t, folder)
    if (mend === undefined) return
    const content = noise(3 * MIB)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'x', content))
    const { notStored } = await inState(bob, id, 'disk-refused')
    assert.equal(notStored?.code, 'disk-refused')
    assert.deepEqual(
      [notStored.details?.['of'], notStored.details?.['path']],
      [isRoot ? 'protected' : 'forbidden', folder],
    )
    assert.ok(notStored.remedy.length > 0)
    await event(bob, 'fault', ({ code }) => code === 'disk-refused')
    assert.ok((await bob.device.status()).warnings?.some(({ code }) => code === 'disk-refused'))
    assert.deepEqual(
      (await bob.device.files({ active: true })).map((file) => file.id),
      [id],
    )
    const { id: said } = await alice.device.send({ where: circle, text: 'still there?' })
    await event(bob, 'message', ({ message }) => message.id === said)
    mend()
    // Without waiting for the next try.
    await bob.device.getFile({ id })
    assert.equal((await whole(bob, id)).notStored, undefined)
    const read = await bob.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
  })
})
