/** What the device takes of the disk, and what of it which conversations take. */
import type { CircleId, ConversationId } from '@triode/core'
import { StoredFileSettings } from './files/fileSettings.ts'
import { FileRecords } from './files/fileRecords.ts'
import { conversationName } from './circle/names.ts'
import type { StorageReport, StorageShare } from './service.ts'
import type { Unlocked } from './unlocked.ts'

/** Conversations that are listed: those that take most. */
const MAX_LISTED = 50

interface Share {
  readonly circle: CircleId
  bytes: number
  files: number
}

export async function storageReport(unlocked: Unlocked): Promise<StorageReport> {
  const { vault, blobs } = unlocked
  const [filesBytes, freeBytes, shares] = await Promise.all([
    blobs.usedBytes(),
    blobs.freeBytes(),
    sharesOf(unlocked),
  ])
  const conversations = [...shares]
    .sort(([, one], [, other]) => other.bytes - one.bytes)
    .slice(0, MAX_LISTED)
    .map(([id, share]) => shareView(unlocked, id, share))
  const { quotaBytes } = new StoredFileSettings(vault.store).get()
  return { vaultBytes: vault.databaseBytes, filesBytes, freeBytes, quotaBytes, conversations }
}

/** Of what no message names any more, and of what is only begun, no conversation is known. */
async function sharesOf({ circles, vault, blobs }: Unlocked): Promise<Map<ConversationId, Share>> {
  const shares = new Map<ConversationId, Share>()
  for (const circle of circles) {
    const records = new FileRecords(vault.store, circle.id)
    for (const { id, heldBytes } of await blobs.within(circle.id).list()) {
      const record = id === undefined ? undefined : records.get(id)
      if (record === undefined || heldBytes === 0) continue
      const share = shares.get(record.conversation) ?? { circle: circle.id, bytes: 0, files: 0 }
      share.bytes += heldBytes
      if (record.part === 'content') share.files++
      shares.set(record.conversation, share)
    }
  }
  return shares
}

function shareView(unlocked: Unlocked, id: ConversationId, { circle, bytes, files }: Share): StorageShare {
  const found = unlocked.circle(circle)
  const conversation = found?.conversation(id)
  return {
    conversation: id,
    circle,
    ...(found !== undefined && conversation !== undefined && { name: conversationName(found, conversation) }),
    bytes,
    files,
  }
}
