/** docs/scale.md and the sizing of keepers say what the kept results say, and the simulation is near what a real DHT does. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IdTree, rollsOf } from '../../bench/scale/idTree.ts'
import { scalePages } from '../../bench/scale/page.ts'
import { BUCKET, simulateLookups } from '../../bench/scale/routing.ts'
import { keptFigures } from '../../bench/scale/figures.ts'
import { join } from 'node:path'

const RESULTS = join(import.meta.dirname, '../../bench/results')

describe('the pages about scale', () => {
  for (const { name, now, due } of scalePages())
    it(`${name} has the tables that the kept results give (else: npm run scale)`, () => {
      assert.equal(now, due)
    })

  it('rest on a simulation whose hops are those of real DHTs, within a half', () => {
    const figure = keptFigures(RESULTS)
    for (const nodes of [128, 512]) {
      const { hops, asked } = simulateLookups(nodes, 60, 1)
      const measured = figure('dht-cost', `hops, ${String(nodes)} nodes`)
      assert.ok(Math.abs(hops - measured) < 0.5, `${String(nodes)}: ${String(hops)}, not ${String(measured)}`)
      assert.ok(asked >= BUCKET && asked < nodes)
    }
  })
})

describe('ids that are not stored', () => {
  it('are as many as was said, below each prefix as well, and always the same', () => {
    const tree = new IdTree(1_000, 3)
    const ids = tree.all(tree.root)
    assert.equal(new Set(ids).size, 1_000)
    assert.deepEqual(new IdTree(1_000, 3).all(tree.root), ids)
    const [zeros, ones] = tree.halves(tree.root)
    assert.equal(zeros.count + ones.count, 1_000)
    assert.equal(ids.filter((id) => id < 2 ** 51).length, zeros.count)
    assert.notDeepEqual(new IdTree(1_000, 4).all(tree.root), ids)
  })

  it('are picked from all over', () => {
    const tree = new IdTree(1_000, 3)
    const roll = rollsOf(1)
    const picked = new Set(Array.from({ length: 5_000 }, () => tree.pick(tree.root, roll)))
    assert.ok(picked.size > 900)
    for (const id of picked) assert.ok(tree.all(tree.root).includes(id))
  })
})
