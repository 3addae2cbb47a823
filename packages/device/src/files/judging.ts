/** What is fetched without being asked for (spec §15.8). */
import type { FileSettings } from '../service.ts'
import type { Named } from './catalog.ts'
import { BLOB_PART, newRecord, type FileRecord } from './fileRecords.ts'
import { countedBytes, shareOf } from './shares.ts'
import { AUTO_INDEX_BYTES } from './tuning.ts'

/**
 * @param settings of this device
 * @param taken bytes that came of its member by themselves
 */
export function judged(
  { circle, conversation, message, part, blob }: Named,
  settings: FileSettings,
  taken: number,
  now: number,
): FileRecord {
  const { size } = blob
  const record = newRecord({
    ...{ conversation, part, size, usedAt: now },
    ...{ from: message.member, message: message.id },
  })
  const isCheap = size <= (settings.autoFetchSlowBytes ?? Infinity)
  const isOwn = message.member === circle.member
  if (!isOwn && taken + countedBytes(size) > shareOf(settings)) return { ...record, evenCostly: isCheap }
  const byItself = !isOwn
  if (part === BLOB_PART.preview) return { ...record, wanted: true, evenCostly: true, byItself }
  const { autoFetchBytes, quotaBytes } = settings
  // What would have to go again at once need not come.
  const isTooLarge = size > (autoFetchBytes ?? Infinity) || size > (quotaBytes ?? Infinity)
  const isListed = part === BLOB_PART.index && size <= AUTO_INDEX_BYTES
  return { ...record, wanted: isListed || !isTooLarge, evenCostly: isCheap, byItself }
}
