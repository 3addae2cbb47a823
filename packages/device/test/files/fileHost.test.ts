/** What transfers are given for what they ask: a blob by its id, or by what keepers call it (spec §16.6). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, CircleId, ConversationId, DeviceId } from '@triode/core'
import { FileHost, type FileHostOptions } from '../../src/files/fileHost.ts'

const circle = 'circle' as CircleId
const conversation = 'conversation' as ConversationId
const alices = 'a blob of Alice' as BlobId
const name = 'what keepers call it' as BlobId

/** Of Alice, where also a message of Mallory names a blob: as keepers call hers. */
function hostOfAlice(keptFiles = 'all', isGiven = true): FileHost {
  const runtime = {
    id: circle,
    state: { policies: new Map([['kept-files', keptFiles]]) },
    participant: { keeping: { isKeeper: (device: string) => device === 'Kim' } },
  }
  const parts = {
    circles: () => [runtime],
    catalog: { find: (_: CircleId, id: BlobId) => ({ circle, blob: { id } }) },
    open: { glance: (_: CircleId, blob: { readonly id: BlobId }) => Promise.resolve(blob) },
    stock: () => ({ isGiven: () => isGiven }),
    kept: { isKept: () => false },
    atKeepers: () => ({ named: (_: CircleId, called: BlobId) => (called === name ? alices : undefined) }),
  }
  return new FileHost(parts as unknown as FileHostOptions)
}

test('a blob that a message gives the id which keepers have for another is not taken for that other', async () => {
  const host = hostOfAlice()
  const asked = async (id: BlobId, where: ConversationId): Promise<BlobId | undefined> =>
    (await host.stored(circle, id, where))?.id
  assert.equal(await asked(name, conversation), name)
  assert.equal(await asked(alices, conversation), alices)
  assert.equal(await asked(name, name as string as ConversationId), alices)
  assert.equal(await asked(alices, alices as string as ConversationId), undefined)
})

test('what is paused is here for nobody, keepers included', async () => {
  const host = hostOfAlice('all', false)
  assert.equal(await host.stored(circle, alices, conversation), undefined)
  assert.equal(await host.stored(circle, name, name as string as ConversationId), undefined)
})

test('a keeper is given what was left there, while the policy has files left at keepers', () => {
  const place = name as string as ConversationId
  const mayAsk = (who: string, keptFiles?: string): boolean =>
    hostOfAlice(keptFiles).mayAsk(circle, who as DeviceId, place, name)
  assert.ok(mayAsk('Kim'))
  assert.ok(!mayAsk('Kim', 'none'))
  assert.ok(!mayAsk('Bob'))
})
