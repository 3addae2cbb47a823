/** Bob saves a film on a stick, and is told why it does not get there. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault, Unavailable } from '@triode/core'
import { writingFault } from '../../src/files/faults.ts'

/** As the store throws it, which writes there where chunks are opened. */
function ofStore(code: string): Fault {
  const cause = Object.assign(new Error(`writing ended with ${code}`), { code })
  return new Unavailable('disk-full', { message: 'The disk is full.', cause })
}

/** As the system throws it. */
function ofSystem(code: string): Error {
  return Object.assign(new Error(code), { code, errno: -1 })
}

function codeAndWords(cause: unknown): [code: string, message: string] {
  const fault = writingFault('/media/stick/film.mp4', cause)
  assert.ok(fault instanceof Fault)
  return [fault.code, fault.message]
}

describe('a file that can\u2019t be saved', () => {
  for (const from of [ofStore, ofSystem]) {
    it(`waits for room only where that helps, ${from.name}`, () => {
      assert.equal(codeAndWords(from('ENOSPC'))[0], 'disk-full')
      assert.equal(codeAndWords(from('EDQUOT'))[0], 'disk-full')
      const [code, message] = codeAndWords(from('EFBIG'))
      assert.deepEqual([code, /larger than that disk takes/.test(message)], ['file-refused', true])
      assert.equal(codeAndWords(from('EROFS'))[0], 'file-refused')
      assert.equal(codeAndWords(from('EIO'))[0], 'file-refused')
    })
  }

  it('of which chunks are damaged is not taken for something else', () => {
    const fault = new Unavailable('canceled', { message: 'It was canceled.' })
    assert.equal(writingFault('/x', fault), fault)
  })
})
