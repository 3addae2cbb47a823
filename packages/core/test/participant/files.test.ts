/** Files that messages name, from device to device: sealed like all that is said, handed over, and let go of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, MessageId } from '@triode/core'
import { fileOf } from '../file/samples.ts'
import { createTestCircle, suite, type TestDevice } from '../sync/circleOf.ts'
import { linksOf } from './devices.ts'

const score = { ...fileOf(suite, 'score.pdf'), preview: fileOf(suite, 'small').blob }

function send(from: TestDevice, conversation: Parameters<TestDevice['texts']>[0] & string): MessageId {
  return from.participant.write(conversation, { kind: 'text', text: '', mentions: [], attachments: [score] })
}

function gone({ events }: TestDevice): BlobId[] {
  const changes = events.flatMap((event) => (event.type === 'changes' ? event.changes : []))
  return changes.flatMap((change) => (change.kind === 'blob-gone' ? [change.blob] : []))
}

test('a file reaches every reader; deleted by its author, each is told that nothing names it any more', () => {
  const circle = createTestCircle('files')
  const [alice, bob] = [circle.add('alice'), circle.add('bob')]
  linksOf(circle).join('alice', 'bob')
  const id = send(alice, circle.everyone)
  circle.settle(1_000)
  const files = bob.participant.files(circle.everyone)
  assert.deepEqual(bob.participant.timeline(circle.everyone).get(id)?.attachments, [score])
  assert.deepEqual(files.messagesOf(score.blob.id), [id])
  alice.participant.write(circle.everyone, { kind: 'delete', target: id })
  circle.settle(1_000)
  assert.deepEqual(files.all(), [])
  for (const device of [alice, bob]) assert.deepEqual(gone(device), [score.blob.id, score.preview.id])
})

test('a file that nobody would take is refused before it is written', () => {
  const circle = createTestCircle('files')
  const alice = circle.add('alice')
  const write = (attachment: typeof score) => (): void => {
    const body = { kind: 'text', text: '', mentions: [], attachments: [attachment] } as const
    alice.participant.write(circle.everyone, body)
  }
  assert.throws(write({ ...score, blob: { ...score.blob, size: 7 } }), { code: 'attachment-invalid' })
  assert.throws(write({ ...score, name: '../score.pdf' }), { code: 'file-name-invalid' })
  assert.deepEqual(alice.texts(), [])
  assert.deepEqual(alice.participant.files(circle.everyone).all(), [])
})

test('a file is handed over to a new device, and stays when its message comes in the feed', () => {
  const history = (from: string, to: string): 'own' | undefined =>
    from === 'laptop' && to === 'phone' ? 'own' : undefined
  const circle = createTestCircle('files', { history })
  const [laptop, bob] = [circle.add('laptop'), circle.add('bob')]
  const links = linksOf(circle)
  links.join('laptop', 'bob')
  const id = send(bob, circle.everyone)
  circle.settle(1_000)
  const phone = circle.add('phone', 'laptop')
  links.join('laptop', 'phone')
  circle.settle()
  const { everyone } = circle
  const message = phone.participant.timeline(everyone).get(id)
  assert.equal(message?.handedOverBy, laptop.id)
  assert.deepEqual(message.attachments, [score])
  assert.deepEqual(phone.participant.files(everyone).messagesOf(score.preview.id), [id])
  // What was handed over gives way to the entry, which names the same: nothing is gone in between.
  const plaintext = laptop.participant.timeline(everyone).messagesBefore(undefined, 1)[0]?.row.content
  assert.ok(plaintext)
  const { feed, seq, device, member } = message
  const entry = { feed, seq, device, member, plaintext, receivedAt: circle.clock.now() }
  const changes = phone.participant.transact(() => {
    const result = phone.participant.timeline(everyone).apply(entry)
    phone.participant.timeline(everyone).flush()
    return result
  })
  assert.deepEqual(
    changes.map(({ kind }) => kind),
    ['added'],
  )
  assert.equal(phone.participant.timeline(everyone).get(id)?.handedOverBy, undefined)
  assert.deepEqual(phone.participant.files(everyone).messagesOf(score.blob.id), [id])
})

test('an erased conversation names nothing', () => {
  const circle = createTestCircle('files')
  const alice = circle.add('alice')
  send(alice, circle.everyone)
  alice.participant.stop()
  alice.participant.transact(() => {
    alice.participant.eraseConversation(circle.everyone)
  })
  assert.deepEqual(alice.participant.files(circle.everyone).all(), [])
  assert.equal(circle.restart('alice').participant.files(circle.everyone).has(score.blob.id), false)
})
