/** Keeps in step with the rows which files they name; what none names any more is told (spec §11.8). */
import type { MessageId } from '../id.ts'
import { blobsIn, contentsIn } from './attachments.ts'
import type { Change } from './change.ts'
import type { Body } from './content.ts'
import { contentOf, type Records } from './records.ts'
import type { Row } from './row.ts'

export type BlobGone = Extract<Change, { kind: 'blob-gone' }>

/** @param body of message `id`, which is here now */
export function nameFiles(records: Records, id: MessageId, body: Body): void {
  for (const blob of blobsIn(body)) records.files.add(blob.id, id)
  for (const blob of contentsIn(body)) records.contents.add(blob.id, id)
}

/** @param row of message `id`, which is to go, or what it says */
export function unnameFiles(records: Records, id: MessageId, row: Row): BlobGone[] {
  const { body } = contentOf(row)
  for (const blob of contentsIn(body)) records.contents.remove(blob.id, id)
  const gone = blobsIn(body).filter((blob) => records.files.remove(blob.id, id))
  return gone.map(({ id: blob }) => ({ kind: 'blob-gone', blob }))
}
