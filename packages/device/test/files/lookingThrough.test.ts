/** Very many files are sent, and finding them takes its time. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { Outgoing, type OutgoingOptions } from '../../src/files/outgoing.ts'
import type { FileView } from '../../src/service.ts'
import { codeOf } from '../devices.ts'

const FILES = 300

function folderOf(t: TestContext, files: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'triode-many-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  for (let index = 0; index < files; index++) writeFileSync(join(folder, String(index)), 'x')
  mkdirSync(join(folder, 'inside'))
  return folder
}

/** On a device whose disk is full, so that nothing is sealed. @param isSlow what takes long does so at once */
function outgoing(home: string, isSlow: boolean) {
  const told: FileView[] = []
  const over: string[] = []
  const clock = {
    now: () => 0,
    elapsed: () => 0,
    after: (_delayMs: number, work: () => void) => {
      if (isSlow) work()
      return () => undefined
    },
  }
  const options = {
    clock,
    random: { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) },
    quota: { freeBytes: () => Promise.resolve(0) },
    home,
    uploads: { claim: () => [], giveBack: () => undefined },
    changed: (_circle: string, id: string) => {
      const view = one.view(id)
      if (view !== undefined) told.push(view)
    },
    over: (id: string) => over.push(id),
  }
  const one = new Outgoing(options as unknown as OutgoingOptions)
  return { one, told, over }
}

const found = { circle: { id: 'c', member: 'm', state: { members: new Map() } }, conversation: { id: 'd' } }

for (const isSlow of [true, false])
  it(`is told ${isSlow ? 'with how many were found so far' : 'only of what is then sealed, where it is a moment'}`, async (t) => {
    const { one, told, over } = outgoing(folderOf(t, 0), isSlow)
    const path = folderOf(t, FILES)
    const body = { kind: 'text', text: '', mentions: [] }
    const input = {
      found,
      paths: [path],
      uploads: [],
      forwarded: [],
      body,
      keepMetadata: false,
      sending: 'ours',
    }
    assert.equal(await codeOf(one.send(input as never)), 'disk-full')
    const looking = told.filter(({ size }) => size === 0)
    assert.deepEqual(
      looking.map(({ files }) => files),
      isSlow ? Array.from({ length: FILES + 1 }, (_, index) => index) : [],
    )
    const sealing = told.filter(({ size }) => size > 0)
    assert.ok(sealing.every(({ files, size }) => files === FILES && size === FILES))
    assert.ok(told.every(({ sending, state }) => sending === 'ours' && state === 'preparing'))
    assert.deepEqual(new Set(over), new Set(told.map(({ id }) => id)), 'nothing of it stays')
    assert.deepEqual(one.views(), [])
  })
