/** Files in the shapes that faces get. */
import type { Attachment, DeviceId, Fault, FileAttachment, FolderAttachment } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import {
  FILE_PRIORITY,
  FILE_STATE,
  type FileSource,
  type FileState,
  type FileSummary,
  type FileView,
  type LeftOutLinks,
  type NotHeld,
  type NotStored,
  type Tally,
} from '../service.ts'
import { faultFields } from '../faultWords.ts'
import type { Named } from './catalog.ts'
import { isFull } from './faults.ts'
import type { FileRecord } from './fileRecords.ts'
import { TRANSFER_STATE, type TransferProgress, type TransferState } from './transfer/transferHost.ts'

export function fileSummaries(attachments: readonly Attachment[]): FileSummary[] {
  return attachments.flatMap((one) => (one.kind === 'unknown' ? [] : [fileSummary(one)]))
}

export function fileSummary(attachment: FileAttachment | FolderAttachment): FileSummary {
  const { kind, name, blob, modifiedAt, ownerOnly, readOnly } = attachment
  const common = {
    id: blob.id,
    kind,
    name,
    size: blob.size,
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(ownerOnly && { ownerOnly }),
    ...(readOnly && { readOnly }),
  }
  if (attachment.kind === 'folder')
    return { ...common, mediaType: '', files: attachment.files, executable: false }
  const { media, mediaType, executable, preview } = attachment
  return { ...common, ...media, mediaType, executable, ...(preview !== undefined && { preview: preview.id }) }
}

/** What is known of one part of a file. */
export interface PartStatus {
  readonly record: FileRecord | undefined
  readonly progress: TransferProgress | undefined
  /** Bytes that are here, as far as no transfer says. */
  readonly held: number
  /** What the disk says, so that it can't even begin. */
  readonly blocked: Fault | undefined
  /** Somebody was asked for it just now. */
  readonly isAsking: boolean
}

export interface FileStatus {
  readonly content: PartStatus
  /** Of a folder. */
  readonly index: PartStatus | undefined
  /** Why it could not be saved. */
  readonly notSaved?: NotStored
  /** Of a folder that was saved. */
  readonly linksLeftOut?: LeftOutLinks
  /** Why no keeper takes it. */
  readonly refusal?: NotHeld | undefined
}

export function fileView(named: Named, status: FileStatus): FileView {
  const { circle, conversation, message, attachment } = named
  const { content, notSaved, linksLeftOut } = status
  const { record, progress } = content
  const from = circle.state.members.get(message.member)?.nickname
  const state = stateOf(status)
  const have = haveOf(content, attachment.blob.size)
  const rate = state === FILE_STATE.fetching ? progress?.rate : undefined
  const delivered = deliveredOf(named, record)
  const held = heldBy(status, circle)
  const notStored = state === FILE_STATE.diskRefused ? refusalOf(status) : undefined
  const notHeld = held || delivered.count === delivered.of ? undefined : status.refusal
  return {
    ...fileSummary(attachment),
    conversation,
    circle: circle.id,
    message: message.id,
    from: message.member,
    ...(from !== undefined && { fromName: from }),
    at: message.at,
    state,
    have,
    ...(rate !== undefined && rate > 0 && { rate, secondsLeft: (attachment.blob.size - have) / rate }),
    sources: state === FILE_STATE.complete ? [] : sourcesOf(circle, progress),
    priority: record?.priority ?? FILE_PRIORITY.normal,
    pinned: record?.pinned ?? false,
    paused: record?.paused ?? false,
    ...(record?.saving !== undefined && { savingTo: record.saving.path }),
    ...(record?.savedTo !== undefined && { savedTo: record.savedTo }),
    ...(notStored !== undefined && { notStored: faultFields(notStored) }),
    ...(notSaved !== undefined && { notSaved }),
    ...(linksLeftOut !== undefined && { linksLeftOut }),
    delivered,
    held,
    ...(notHeld !== undefined && { notHeld }),
  }
}

/** Whether one keeper has all parts of it. */
function heldBy({ content, index }: FileStatus, { participant }: CircleRuntime): boolean {
  const all = content.record?.heldAt ?? []
  return all.some(
    (device) =>
      participant.keeping.isKeeper(device as DeviceId) &&
      (index === undefined || index.record?.heldAt.includes(device) === true),
  )
}

function partsOf({ content, index }: FileStatus): PartStatus[] {
  return index === undefined ? [content] : [content, index]
}

function stateOf(status: FileStatus): FileState {
  const { record } = status.content
  const parts = partsOf(status)
  if (parts.every((part) => part.record?.whole === true)) return FILE_STATE.complete
  if (record?.paused === true) return FILE_STATE.paused
  const isRead = parts.some(({ progress }) => progress !== undefined)
  if (record?.wanted !== true && record?.whole !== true && !isRead) return FILE_STATE.offered
  if (refusalOf(status) !== undefined) return FILE_STATE.diskRefused
  if (parts.some(isDiskFull)) return FILE_STATE.diskFull
  const isIn = (state: TransferState) => parts.some(({ progress }) => progress?.state === state)
  if (isIn(TRANSFER_STATE.fetching) || parts.every(hasCome)) return FILE_STATE.fetching
  if (parts.some((part) => part.isAsking)) return FILE_STATE.fetching
  return isIn(TRANSFER_STATE.heldBack) ? FILE_STATE.heldBack : FILE_STATE.waiting
}

function isDiskFull({ blocked, progress }: PartStatus): boolean {
  return blocked !== undefined || progress?.state === TRANSFER_STATE.diskFull
}

/** Why the disk takes nothing of it, though it may have room. */
function refusalOf(status: FileStatus): Fault | undefined {
  const told = partsOf(status).flatMap(({ blocked, progress }) => blocked ?? progress?.refusal ?? [])
  return told.find((fault) => !isFull(fault))
}

/** All of it came, and is being written out: it waits for nobody any more. */
function hasCome({ record, progress, held }: PartStatus): boolean {
  if (record === undefined || record.whole) return record?.whole === true
  if (progress !== undefined) return progress.state === TRANSFER_STATE.complete
  return record.size > 0 && held >= record.size
}

function haveOf({ record, progress, held }: PartStatus, size: number): number {
  return record?.whole === true ? size : Math.min(size, progress?.have ?? held)
}

function sourcesOf(circle: CircleRuntime, progress: TransferProgress | undefined): FileSource[] {
  return (progress?.sources ?? []).flatMap((source) => {
    const member = circle.state.devices.get(source.device)?.member
    if (member === undefined) return []
    const name = circle.state.members.get(member)?.nickname
    return [{ ...source, member, ...(name !== undefined && { name }) }]
  })
}

/** Members whom its message was sealed to, and those of them that have all of it on one of their devices. */
export function deliveredOf({ circle, conversation, message }: Named, record: FileRecord | undefined): Tally {
  if (message.member !== circle.member) return { count: 0, of: 0 }
  const recipients = circle.participant.sealedTo(conversation, message)
  const complete = new Set(
    record?.completeAt.map((device) => circle.state.devices.get(device as never)?.member),
  )
  return { count: recipients.filter((member) => complete.has(member)).length, of: recipients.length }
}
