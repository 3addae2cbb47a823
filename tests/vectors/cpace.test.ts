/** CPace against the draft's own vectors; the first test's answers are written here, and always run. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpaceGenerator, cpaceKey, cpaceShare, PeerFault, utf8 } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { hex, publishedTest } from './published.ts'

const module = nodePrimitives()

interface Case {
  readonly PRS: string
  readonly CI: string
  readonly sid: string
  readonly g: string
  readonly ya: string
  readonly ADa: string
  readonly Ya: string
  readonly yb: string
  readonly ADb: string
  readonly Yb: string
  readonly ISK_IR: string
}

interface File {
  readonly G_25519: Case
  readonly X25519_points: Readonly<Record<string, string>>
}

/** draft-irtf-cfrg-cpace, "Test Vector for CPace using group X25519 and hash SHA-512". */
const KNOWN: Case = {
  PRS: '50617373776F7264',
  CI: '0B415F696E69746961746F720B425F726573706F6E646572',
  sid: '7E4B4791D6A8EF019B936C79FB7F2C57',
  g: 'D04BF6D41F6A289632A2E929FA29BEBD51092512A7829FDDE7D314B62F05A73F',
  ya: '21B4F4BD9E64ED355C3EB676A28EBEDAF6D8F17BDC365995B319097153044080',
  ADa: '414461',
  Ya: '1D13C89278CDADD826F6D8D7F887701430F8380DDC17611CDD6DC989CE0C9F32',
  yb: '848B0779FF415F0AF4EA14DF9DD1D3C29AC41D836C7808896C4EBA19C51AC40A',
  ADb: '414462',
  Yb: '248CCCF6D5CDC3646F0AD593F9E6CEF4E69D4945F8372E623512ECEA32185623',
  ISK_IR:
    '6E19B875F7A561D6B3CA3DBB9EF42AC55DE3E717881018204B8922B4D5E53BB2AA82C300BEA7B65D2B671DA71922DDF6472301B79BC270ADFA8BF413285F2263',
}

/** Points of low order (RFC 7748 §6.1). */
const LOW_ORDER = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F',
  'E0EB7A7C3B41B8AE1656E3FAF19FC46ADA098DEB9C32B1FD866205165F49B800',
  '5F9C95BCA3508C24B1D0B1559C83EF5B04445CC4581C8E86D8224EDDD09F1157',
]

function agrees(vector: Case): void {
  const input = { secret: hex(vector.PRS), channel: hex(vector.CI), session: hex(vector.sid) }
  assert.equal(cpaceGenerator(module, input).toHex(), vector.g.toLowerCase())
  const a = cpaceShare(module, input, { bytes: () => hex(vector.ya) })
  const b = cpaceShare(module, input, { bytes: () => hex(vector.yb) })
  assert.equal(a.point.toHex(), vector.Ya.toLowerCase())
  assert.equal(b.point.toHex(), vector.Yb.toLowerCase())
  const transcript = {
    session: input.session,
    initiator: { point: a.point, data: hex(vector.ADa) },
    responder: { point: b.point, data: hex(vector.ADb) },
  }
  assert.equal(cpaceKey(module, a, b.point, transcript).toHex(), vector.ISK_IR.toLowerCase())
  assert.equal(cpaceKey(module, b, a.point, transcript).toHex(), vector.ISK_IR.toLowerCase())
}

function aborts(point: string): void {
  const input = { secret: utf8('Password'), channel: utf8('ch'), session: new Uint8Array(16) }
  const own = cpaceShare(module, input, { bytes: () => hex(KNOWN.ya) })
  const message = { point: hex(point), data: new Uint8Array(0) }
  assert.throws(
    () =>
      cpaceKey(module, own, hex(point), { session: input.session, initiator: message, responder: message }),
    (fault: unknown) => fault instanceof PeerFault && fault.code === 'key-malformed',
    point,
  )
}

test('CPace: the key, the shares and the generator of the draft', () => {
  agrees(KNOWN)
})

test('CPace: points of low order end the run', () => {
  LOW_ORDER.forEach(aborts)
})

test('CPace: another secret, channel or session gives another generator', () => {
  const one = { secret: utf8('a'), channel: utf8('b'), session: utf8('c') }
  const others = [
    one,
    { ...one, secret: utf8('x') },
    { ...one, channel: utf8('x') },
    { ...one, session: utf8('x') },
  ]
  // Where one field ends and the next begins is part of the input.
  others.push({ ...one, channel: utf8('bc'), session: utf8('') })
  assert.equal(new Set(others.map((input) => cpaceGenerator(module, input).toHex())).size, others.length)
})

publishedTest('CPace: vectors of the draft', 'cpace.json', ({ G_25519, X25519_points }: File) => {
  agrees(G_25519)
  const invalid = Object.values(X25519_points)
  assert.equal(invalid.length, 12)
  invalid.forEach(aborts)
})
