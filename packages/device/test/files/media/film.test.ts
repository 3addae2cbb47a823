/** Alice sends what she filmed at home: nothing is taken out of it, but she is told that it says where that is. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { tellsWhere } from '../../../src/files/media/film.ts'
import type { RandomAccess } from '../../../src/files/media/randomAccess.ts'
import { film, SILENT, TELLING } from './films.ts'
import { box } from './heifs.ts'

function access(bytes: Uint8Array): RandomAccess & { taken: number } {
  return {
    size: bytes.length,
    taken: 0,
    read(from, to) {
      assert.ok(from >= 0 && from <= to && to <= bytes.length)
      this.taken += to - from
      return Promise.resolve(bytes.subarray(from, to))
    },
  }
}

describe('a film', () => {
  for (const [who, more] of Object.entries(TELLING))
    it(`that says where it was taken is known by it: ${who}`, async () => {
      assert.ok(await tellsWhere(access(film([more]))))
      assert.ok(await tellsWhere(access(film([SILENT.title, more], true))))
    })

  it('that says nothing of it is not taken for one that does, whatever is seen in it', async () => {
    assert.ok(!(await tellsWhere(access(film([])))))
    assert.ok(!(await tellsWhere(access(film(Object.values(SILENT))))))
  })

  it('is looked into without reading all of it', async () => {
    const file = access(film([TELLING.android], false, 5_000_000))
    assert.ok(await tellsWhere(file))
    assert.ok(file.taken < 10_000, String(file.taken))
  })

  it('of bytes of any kind is told or not, and never read beyond its end', async () => {
    const whole = film([TELLING.iphone], true, 64)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const broken = cut ? whole.subarray(0, at) : Buffer.from(whole).fill(byte, at, at + 1)
        assert.equal(typeof (await tellsWhere(access(broken))), 'boolean')
      }),
      { numRuns: 500 },
    )
    const endless = Buffer.concat(Array.from({ length: 2_000 }, () => box('free')))
    assert.ok(!(await tellsWhere(access(Buffer.concat([endless, film([TELLING.android])])))))
  })
})
