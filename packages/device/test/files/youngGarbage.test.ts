import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { YoungGarbage } from '../../src/files/youngGarbage.ts'
import { mostLying } from './garbage.ts'
import { MIB } from './stories.ts'

/** V8 gives memory back beside what goes on, so a little more lies than was collected. */
describe('buffers that live for a moment', () => {
  it('are collected when so much of them was made, and lie otherwise', () => {
    assert.ok(mostLying(new YoungGarbage(4 * MIB)) <= 12 * MIB)
    assert.ok(mostLying() > 20 * MIB)
  })
})
