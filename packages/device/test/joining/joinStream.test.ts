/** The one exchange of joining, as bytes on a stream. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { Fault, PeerFault } from '@triode/core'
import { collect } from '../../src/joining/collect.ts'
import { decodeAnswer, encodeAnswer, encodeRefusal } from '../../src/joining/joinStream.ts'

describe('the one exchange of joining', () => {
  it('carries an answer, or a refusal whose cause names the reason', () => {
    assert.deepEqual(decodeAnswer(encodeAnswer(Uint8Array.of(1, 2))), Uint8Array.of(1, 2))
    const refusal = (code: string): Fault => {
      try {
        decodeAnswer(encodeRefusal(code))
      } catch (fault) {
        assert.ok(fault instanceof PeerFault)
        assert.equal(fault.code, 'invitation-refused')
        return fault
      }
      throw new Error('it was no refusal')
    }
    for (const code of [
      'invitation-expired',
      'invitation-spent',
      'invitation-revoked',
      'invitation-blocked',
    ]) {
      const { cause } = refusal(code)
      assert.ok(cause instanceof Fault)
      assert.equal(cause.code, code)
    }
    // What else went wrong at the inviter is none of the caller's business.
    const { cause } = refusal('vault-damaged')
    assert.ok(cause instanceof Fault)
    assert.equal(cause.code, 'invitation-refused')
  })

  it('is refused when it is anything else', () => {
    for (const bytes of [[], [0xff], [0x80], [0x82, 0xf5, 0x01], [0x83, 0xf5, 0x41, 0x01, 0x01], [0xf5]])
      assert.throws(() => decodeAnswer(Uint8Array.from(bytes)), PeerFault)
  })

  it('ends in time and within its size', async () => {
    const whole = new PassThrough()
    whole.write('one ')
    whole.end('two')
    assert.equal(Buffer.from(await collect(whole, 7, 1_000)).toString(), 'one two')

    const long = new PassThrough()
    long.write(Buffer.alloc(8))
    await assert.rejects(collect(long, 7, 1_000), { code: 'oversize' })
    assert.equal(long.destroyed, true)

    const slow = new PassThrough()
    slow.write('x')
    await assert.rejects(collect(slow, 7, 50), { code: 'timed-out' })
    assert.equal(slow.destroyed, true)

    const broken = new PassThrough()
    setImmediate(() => broken.destroy())
    await assert.rejects(collect(broken, 7, 1_000), { code: 'link-broken' })
    assert.deepEqual(
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout'),
      [],
    )
  })
})
