/** Bob saves a film on a stick, and is told why it does not get there. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallerFault, Fault, Unavailable } from '@triode/core'
import { chunksRefused, writingFault } from '../../src/files/faults.ts'

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

  it('says why, and what to do', () => {
    for (const [code, why, remedy] of [
      ['EACCES', /film\.mp4 .*this user may not write there/u, /let this user write/u],
      ['EPERM', /this user may not write there/u, /let this user write/u],
      ['EROFS', /read-only/u, /another disk/u],
      ['EIO', /that disk fails/u, /look at that one/u],
      ['ENAMETOOLONG', /takes no such name/u, /another name/u],
      ['EILSEQ', /takes no such name/u, /another name/u],
    ] as const)
      for (const cause of [ofSystem(code), Object.assign(new Error(code), { code })]) {
        const fault = writingFault('/media/stick/film.mp4', cause)
        assert.ok(fault instanceof Fault)
        assert.equal(fault.code, 'file-refused')
        assert.match(fault.message, why)
        assert.match(fault.remedy ?? '', remedy)
      }
  })

  it('of which chunks are damaged is not taken for something else', () => {
    const fault = new Unavailable('canceled', { message: 'It was canceled.' })
    assert.equal(writingFault('/x', fault), fault)
  })
})

describe('a disk that takes no chunks', () => {
  /** As the store throws it where it may not write. */
  function forbidden(code: string): Fault {
    const cause = Object.assign(new Error(code), { code, errno: -1 })
    return new CallerFault('place-forbidden', { message: 'This user may not write there.', cause })
  }

  for (const [code, of, from] of [
    ['EACCES', 'forbidden', forbidden],
    ['EPERM', 'forbidden', forbidden],
    ['EROFS', 'protected', ofStore],
    ['EIO', 'failing', ofStore],
    ['EFBIG', 'large', ofStore],
    ['ENOENT', 'other', ofSystem],
  ] as const)
    it(`says why, and what to do: ${code}`, () => {
      const refused = chunksRefused('/mnt/disk/files', from(code))
      assert.deepEqual(refused?.details, { of, path: '/mnt/disk/files', code })
      assert.equal(refused.code, 'disk-refused')
      assert.match(refused.message, new RegExp(`/mnt/disk/files.*\\(${code}\\)\\.$`, 'u'))
      assert.match(refused.remedy ?? '', /goes on by itself/u)
    })

  it('is not one that is full, nor what has nothing to do with it', () => {
    const others = [ofStore('ENOSPC'), ofStore('EDQUOT'), ofStore('ERR_SQLITE_ERROR'), new Error('x')]
    for (const other of [...others, new Unavailable('worker-ended'), new Unavailable('disk-full')])
      assert.equal(chunksRefused('/x', other), undefined)
  })
})
