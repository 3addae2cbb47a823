import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startOptions } from '../src/server/startOptions.ts'

describe('triode start', () => {
  it('takes how many threads files get', () => {
    assert.equal(startOptions([], {}).fileThreads, undefined)
    for (const threads of [0, 1, 16])
      assert.equal(startOptions(['--file-threads', String(threads)], {}).fileThreads, threads)
    for (const wrong of ['17', '-1', 'two', ''])
      assert.throws(() => startOptions([`--file-threads=${wrong}`], {}), { code: 'usage' }, wrong)
  })
})
