/**
 * What the processes of crash.test.ts run: `childMain.ts add|seal DIR SECRET`. Prints `open`, then a line for each piece of work that
 * was acknowledged; what it adds comes from a blob that lies in DIR-from.
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { blobBytes } from '@triode/testkit'
import type { Blob } from '@triode/core'
import { storeIn } from './stores.ts'

const [role, dir = '', given = ''] = process.argv.slice(2)

flushCompileCache()
if (role === 'add') await addForEver(JSON.parse(given) as Parameters<typeof addForEver>[0])
else await sealForEver(Number(given))

/** Takes chunks in runs of different lengths, some of them wrong, and syncs now and then. */
async function addForEver(named: {
  id: Blob['id']
  size: number
  root: string
  seed: number
}): Promise<void> {
  const blob = { ...named, root: Uint8Array.fromHex(named.root) }
  const here = await storeIn(`${dir}-from`).open(blob, 'sha256')
  const there = await storeIn(dir).open(blob, 'sha256')
  say('open')
  for (let turn = named.seed; ; turn++) {
    const absent = there.have.firstAbsent((turn * 7) % there.shape.chunks) ?? there.have.firstAbsent()
    if (absent === undefined) break
    const count = Math.min(1 + (turn % 5), there.shape.chunks - absent)
    const sealed = await here.read(absent, count)
    if (turn % 3 === 0) sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
    const bad = await there.add(absent, sealed)
    say(`${absent} ${count - bad.length}`)
    if (turn % 4 === 0) await there.sync()
  }
  say('whole')
  setInterval(() => {}, 60_000)
}

async function sealForEver(seed: number): Promise<void> {
  const store = storeIn(dir)
  await store.list()
  say('open')
  for (let turn = seed; ; turn++) {
    const secret = new Uint8Array(32).fill(turn % 256)
    secret[31] = Math.floor(turn / 256)
    const blob = await store.seal(secret, 'sha256', [{ bytes: blobBytes(6_000_000, turn) }])
    say(JSON.stringify({ ...blob, root: blob.root.toHex(), secret: secret.toHex(), turn }))
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}
