/** Names that keepers have for blobs (spec §16.6): several blobs may have the same one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId } from '@triode/core'
import { PeerNames } from '../../src/files/transfer/peerNames.ts'

const [one, other, name] = ['one', 'other', 'name'] as [BlobId, BlobId, BlobId]

test('a file that somebody sent again under another id keeps nobody from hearing of the first', () => {
  const names = new PeerNames()
  names.set(one, name)
  names.set(other, name)
  assert.deepEqual(names.blobsOf(name), [one, other])
  assert.equal(names.delete(other), undefined, 'it is called so yet')
  assert.deepEqual(names.blobsOf(name), [one])
  assert.equal(names.delete(one), name)
  assert.deepEqual(names.blobsOf(name), [name])
})

test('a blob whose id is the name of another is not taken for that', () => {
  const names = new PeerNames()
  names.set(one, name)
  names.set(name, other)
  assert.deepEqual(names.blobsOf(name), [one])
  assert.deepEqual(names.blobsOf(other), [name])
  assert.deepEqual(names.blobsOf(one), [])
  assert.equal(names.delete(one), name)
  assert.deepEqual(names.blobsOf(name), [], 'it is to be called otherwise')
})

test('what has one name alone is called by it', () => {
  const names = new PeerNames()
  names.set(one, one)
  assert.deepEqual(names.blobsOf(one), [one])
  assert.equal(names.delete(one), one)
})
