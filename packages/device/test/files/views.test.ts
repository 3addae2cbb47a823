/** What is said of a file between its last chunk and the record that it is whole. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Named } from '../../src/files/catalog.ts'
import { newRecord } from '../../src/files/fileRecords.ts'
import { fileView, type PartStatus } from '../../src/files/views.ts'

const SIZE = 1_000

function stateWith(held: number, progress?: PartStatus['progress']): string {
  const circle = {
    id: 'c',
    member: 'me',
    state: { members: new Map(), devices: new Map() },
    participant: { keeping: { isKeeper: () => false } },
  }
  const message = { id: 'm', member: 'other', at: 0 }
  const attachment = {
    kind: 'file',
    name: 'x',
    blob: { id: 'b', size: SIZE },
    executable: false,
    mediaType: '',
  }
  const known = { conversation: 'd', from: 'other', message: 'm', part: 'content', size: SIZE, usedAt: 0 }
  const record = { ...newRecord(known as unknown as Parameters<typeof newRecord>[0]), wanted: true }
  const named = { circle, conversation: 'd', message, attachment, blob: attachment.blob, part: 'content' }
  const content = { record, progress, held, blocked: undefined, isAsking: false }
  return fileView(named as unknown as Named, { content, index: undefined }).state
}

it('is not that it waits for somebody who has it', () => {
  assert.equal(stateWith(SIZE), 'fetching')
  assert.equal(stateWith(SIZE, { state: 'complete', have: SIZE, rate: 0, sources: [] }), 'fetching')
  assert.equal(stateWith(SIZE - 1), 'waiting')
  assert.equal(stateWith(SIZE - 1, { state: 'waiting', have: SIZE - 1, rate: 0, sources: [] }), 'waiting')
})
