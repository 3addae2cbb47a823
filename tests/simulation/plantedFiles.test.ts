/** Faults planted into otherwise good runs of files, one for each invariant: a check that never fails checks nothing. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BlobId } from '@triode/core'
import { FileRecords, type FileRecord } from '../../packages/device/src/files/fileRecords.ts'
import { filesOf } from './files/fileActions.ts'
import { recordsOf, type FileNode } from './files/fileNode.ts'
import { honest } from './files/fileRest.ts'
import { FILE_RULE } from './files/fileRule.ts'
import type { FileWorld } from './files/fileWorld.ts'
import { simulateFiles, type FileSimulationOptions } from './files/simulateFiles.ts'

/** In which nobody lies. */
const GOOD = { seed: 'planted', devices: 4, steps: 40, liars: 0 } as const

async function brokenBy(plant: Partial<FileSimulationOptions>): Promise<Set<string>> {
  const { violations } = await simulateFiles({ ...GOOD, ...plant })
  return new Set(violations.map(({ rule }) => rule))
}

/** A device that has all of a file that others know too, and that file. */
function someWhole(world: FileWorld): { readonly node: FileNode; readonly id: BlobId } {
  for (const node of honest(world))
    for (const { blob } of filesOf(node)) {
      const others = honest(world).filter((other) => recordsOf(other).get(blob.id)?.whole === true)
      const isOfSize = (world.contents.get(blob.id)?.length ?? 0) > 1_000
      if (isOfSize && others.length > 1 && others.includes(node)) return { node, id: blob.id }
    }
  throw new Error('nobody has anything')
}

function change({ device, now }: FileNode, id: BlobId, changes: Partial<FileRecord>): void {
  const records = new FileRecords(device.now.store, now.circle.id)
  const record = records.get(id)
  assert.ok(record)
  records.set(id, { ...record, ...changes })
}

const planted: Readonly<Record<string, Partial<FileSimulationOptions>>> = {
  [FILE_RULE.nothingWrong]: {
    beforeChecks: (world) => {
      const { node } = someWhole(world)
      node.now.files.reading.pieces = async function* (_named, { from, to }) {
        yield await Promise.resolve(new Uint8Array(to - from).fill(1))
      }
    },
  },
  [FILE_RULE.comesToAll]: {
    beforeChecks: (world) => {
      const { node, id } = someWhole(world)
      change(node, id, { whole: false, wanted: true, paused: false })
    },
  },
  [FILE_RULE.acknowledgedKept]: {
    beforeChecks: (world) => {
      const { id } = someWhole(world)
      for (const { disk } of world.nodes)
        for (const blob of disk.blobs.values()) if (blob.id === id) blob.chunks.clear()
    },
  },
  [FILE_RULE.completeTrue]: {
    beforeChecks: (world) => {
      const { node, id } = someWhole(world)
      const other = world.nodes.find((one) => one !== node)
      assert.ok(other)
      other.everWhole.clear()
      change(node, id, { completeAt: [other.device.self] })
    },
  },
  [FILE_RULE.noneAfterwards]: {
    beforeStep: (world, step) => {
      if (step > 0) return
      const { watch } = world
      const read = watch.read.bind(watch)
      watch.read = (node, _, asked) => {
        read(node, false, asked)
        world.clock.after(2_000, () => {
          read(node, false, asked)
        })
      }
    },
  },
  [FILE_RULE.goneIsGone]: {
    beforeChecks: (world) => {
      const { node, id } = someWhole(world)
      const [blob] = [...node.disk.blobs.values()].filter((one) => one.id === id)
      assert.ok(blob)
      node.disk.blobs.set('planted', { ...blob, id: 'planted' as BlobId })
    },
  },
  [FILE_RULE.noFalseAccusation]: {
    beforeStep: (world) => {
      for (const { disk } of world.nodes) disk.damage((count) => world.random.int(count))
    },
  },
  [FILE_RULE.noSurprise]: {
    beforeStep: (world, step) => {
      const [node] = world.running
      if (step > 5 && node !== undefined) void world.drive(node, Promise.reject(new Error('planted')))
    },
  },
  [FILE_RULE.comesToRest]: {
    beforeStep: (world, step) => {
      if (step !== 0) return
      const change = (): void => {
        for (const { disk } of world.nodes)
          for (const [name, blob] of [...disk.blobs].slice(0, 1))
            disk.blobs.set(`${name} ${world.clock.elapsed()}`, blob)
        world.clock.after(60_000, change)
      }
      change()
    },
  },
}

describe('a fault that is planted into a simulation of files', () => {
  it('is not found where there is none', async () => {
    assert.deepEqual([...(await brokenBy({}))], [])
  })

  for (const rule of Object.values(FILE_RULE))
    it(`is found as ${rule}`, async () => {
      const plant = planted[rule]
      assert.ok(plant)
      assert.ok((await brokenBy(plant)).has(rule))
    })
})
