import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Blob } from '@triode/core'
import { blobBytes, blobSecret, createSeededRandom, givePages, plaintextOf } from '@triode/testkit'
import { startProcess } from '../child.ts'
import { folder, storeIn } from './stores.ts'

/** SIGKILL shows what the end of a process leaves, not that of the machine: for that, see damage.test.ts. */
const KILLS = 20
const MAIN = new URL('childMain.ts', import.meta.url)

describe('a blob store whose process is killed at any moment', () => {
  it(`counts no chunk that is wrong, and all that were acknowledged, after each of ${KILLS} kills`, async (t) => {
    const root = folder(t)
    const [dir, from] = [join(root, 'to'), join(root, 'to-from')]
    const bytes = blobBytes(400 * 262_144)
    const author = storeIn(from)
    const blob = await author.seal(blobSecret(), 'sha256', [{ bytes }])
    const here = await author.open(blob, 'sha256')
    const first = storeIn(dir)
    await givePages(here, await first.open(blob, 'sha256'))
    await first.lock()

    const random = createSeededRandom('kills of a blob store')
    const acknowledged = new Set<number>()
    let [killed, gained] = [0, 0]
    for (let kill = 0; kill < KILLS; kill++) {
      const [delay = 0, seed = 0] = random.bytes(2)
      const named = { id: blob.id, size: blob.size, root: blob.root.toHex(), seed }
      const child = startProcess(t, MAIN, 'add', dir, JSON.stringify(named))
      assert.equal(await child.firstLine, 'open')
      await setTimeout(delay / 6)
      await child.kill()
      if (!child.lines.includes('whole')) killed++

      const store = storeIn(dir)
      const stored = await store.open(blob, 'sha256')
      for (const line of child.lines.slice(1)) {
        const [at = 0, count = 0] = line.split(' ').map(Number)
        for (let index = at; index < at + count; index++) acknowledged.add(index)
      }
      const held = stored.have.count
      assert.deepEqual(await stored.check(), [], 'nothing wrong is counted')
      assert.equal(stored.have.count, held)
      const missing = [...acknowledged].filter((index) => Number.isInteger(index) && !stored.have.has(index))
      assert.deepEqual(missing, [])
      gained = Math.max(gained, held)
      // So that there is something left to do, whatever the machine's speed.
      if (stored.isWhole) {
        await store.remove(blob.id)
        acknowledged.clear()
        await givePages(here, await store.open(blob, 'sha256'))
      }
      await store.lock()
    }
    assert.ok(killed > KILLS / 2, `it was at work when it was killed: ${killed}`)
    assert.ok(gained > 50, `it got something done: ${gained}`)
    await author.lock()
  })

  it(`has every blob that was acknowledged, whole, and nothing of one that was not, after each of ${KILLS} kills`, async (t) => {
    const dir = folder(t)
    const random = createSeededRandom('kills while sealing')
    let acknowledged = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startProcess(t, MAIN, 'seal', dir, String(kill * 1_000))
      assert.equal(await child.firstLine, 'open')
      const [delay = 0] = random.bytes(1)
      await setTimeout(delay)
      await child.kill()

      const sealed = child.lines.slice(1).map((line) => JSON.parse(line) as Sealed)
      acknowledged += sealed.length
      const store = storeIn(dir)
      const listed = await store.list()
      assert.ok(sealed.every(({ id }) => listed.some((found) => found.id === id)))
      assert.ok(listed.length <= sealed.length + 1, 'one may have been finished and not yet told')
      // Between the two names that it gives, chunks lie there of which nothing says whose they are: that is what such a one is.
      const strays = listed.filter(({ id }) => id === undefined)
      assert.equal(readdirSync(join(dir, 'files')).length, 2 * listed.length - strays.length)
      for (const { turn, secret, ...named } of sealed) {
        const blob = { ...named, root: Uint8Array.fromHex(named.root) }
        const stored = await store.open(blob, 'sha256')
        assert.ok(stored.isWhole)
        assert.deepEqual(await plaintextOf(stored, Uint8Array.fromHex(secret)), blobBytes(6_000_000, turn))
      }
      for (const { name } of listed) await store.discard(name)
      assert.deepEqual(readdirSync(join(dir, 'files')), [])
      await store.lock()
    }
    assert.ok(acknowledged > 0, 'some were finished')
  })
})

interface Sealed {
  readonly id: Blob['id']
  readonly size: number
  readonly root: string
  readonly secret: string
  readonly turn: number
}
