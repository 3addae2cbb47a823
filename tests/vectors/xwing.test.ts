/** All of the X-Wing draft's own vectors; the first is also among the known answers, which always run. */
import assert from 'node:assert/strict'
import { xwing } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { hex, publishedTest } from './published.ts'

interface XWingCase {
  readonly sk: string
  readonly pk: string
  readonly ct: string
  readonly ss: string
}

publishedTest('X-Wing keys and decapsulation', 'xwing.json', (cases: readonly XWingCase[]) => {
  const kem = xwing(nodePrimitives())
  assert.ok(cases.length >= 3)
  for (const { sk, pk, ct, ss } of cases) {
    const key = kem.generate({ bytes: () => hex(sk) })
    assert.equal(key.publicKey.toHex(), pk)
    assert.equal(key.decapsulate(hex(ct)).toHex(), ss)
  }
})
