/** Files on their way into a message: read, sealed, and named in one go. What is cut short leaves nothing. */
import {
  CallerFault,
  encodeContent,
  MAX_BLOB_BYTES,
  MAX_CONTENT_BYTES,
  MAX_LAMPORT,
  MAX_PREVIEW_BYTES,
  type Attachment,
  type Blob,
  type BlobId,
  type BlobSource,
  type CircleId,
  type Clock,
  type MessageId,
  type Random,
  type StoredBlob,
  type TextBody,
} from '@triode/core'
import { requireActive } from '../standing.ts'
import type { FoundConversation } from '../resolve.ts'
import type { FileView, LeftOut } from '../service.ts'
import { canceled, diskFull } from './faults.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { BLOB_PART, newRecord, type BlobPart } from './fileRecords.ts'
import { encodeIndex } from './folderIndexes.ts'
import { lookAtFile, lookAtFolder, type LookOptions } from './looking.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { choose, type FilePart, type FolderPart, type Part } from './parts.ts'
import { Preparing } from './preparing.ts'
import type { Quota } from './quota.ts'
import { plainOf } from './media/randomAccess.ts'
import { SealedReader } from './sameContent.ts'
import type { Compared, SealedContent, Sealing } from './sealing.ts'
import type { Catalog } from './catalog.ts'
import type { Upload, Uploads } from './uploads.ts'

export interface OutgoingOptions {
  readonly sealing: Sealing
  readonly uploads: Uploads
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly quota: Quota
  readonly clock: Clock
  readonly random: Random
  /** One goes on that is being prepared. */
  readonly changed: (circle: CircleId, id: BlobId) => void
  /** It is prepared, or was called off. */
  readonly over: (id: BlobId, found: FoundConversation) => void
}

export interface OutgoingInput {
  readonly found: FoundConversation
  readonly paths: readonly string[]
  readonly uploads: readonly string[]
  readonly body: TextBody
  readonly keepMetadata: boolean
}

export interface WrittenFiles {
  readonly message: MessageId
  readonly leftOut: readonly LeftOut[]
  /** Images out of which something was taken, and those that may go on telling: by their paths, uploads by their names. */
  readonly stripped: readonly string[]
  readonly mayTell: readonly string[]
}

/** What a blob is to be. */
interface Use {
  readonly kind: Part['kind']
  readonly part: BlobPart
}

type Made = SealedContent &
  Use & {
    /** That came as bytes beforehand, and stays if the sending fails. */
    readonly upload?: Upload
  }

/** One sending, from the choice to the message. */
interface Sending {
  readonly input: OutgoingInput
  readonly abort: AbortController
  readonly made: Made[]
  readonly stripped: string[]
  readonly mayTell: string[]
}

const FILE: Use = { kind: 'file', part: BLOB_PART.content }
const PREVIEW: Use = { kind: 'file', part: BLOB_PART.preview }
const FOLDER: Use = { kind: 'folder', part: BLOB_PART.content }
const INDEX: Use = { kind: 'folder', part: BLOB_PART.index }

export class Outgoing {
  private readonly options: OutgoingOptions
  private readonly sendings = new Map<Sending, Promise<unknown>>()
  private readonly preparing = new Map<BlobId, { readonly one: Preparing; readonly sending: Sending }>()

  constructor(options: OutgoingOptions) {
    this.options = options
  }

  /** @throws as FileService.sendFiles() */
  send(input: OutgoingInput): Promise<WrittenFiles> {
    const sending: Sending = { input, abort: new AbortController(), made: [], stripped: [], mayTell: [] }
    const sent = this.run(sending).finally(() => this.sendings.delete(sending))
    this.sendings.set(
      sending,
      sent.catch(() => undefined),
    )
    return sent
  }

  views(): FileView[] {
    return [...this.preparing.values()].map(({ one }) => one.view())
  }

  view(id: string): FileView | undefined {
    return this.preparing.get(id as BlobId)?.one.view()
  }

  /** Calls off the sending that it is part of. @returns whether there was one */
  cancel(id: string): boolean {
    const found = this.preparing.get(id as BlobId)
    found?.sending.abort.abort()
    return found !== undefined
  }

  async stop(): Promise<void> {
    for (const { abort } of this.sendings.keys()) abort.abort()
    await Promise.all(this.sendings.values())
  }

  // ---- inside

  private async run(sending: Sending): Promise<WrittenFiles> {
    const { input, made } = sending
    const { uploads, open } = this.options
    const claimed = uploads.claim(input.found.circle.id, input.uploads)
    try {
      const written = await this.prepareAll(sending, claimed)
      for (const upload of claimed)
        await uploads.used(
          upload,
          made.some((one) => isOf(one, upload)),
        )
      return written
    } catch (fault) {
      uploads.giveBack(claimed)
      for (const { blob, isNew, upload } of made)
        if (isNew && upload === undefined) await open.remove(input.found.circle.id, blob.id)
      throw fault
    }
  }

  private async prepareAll(sending: Sending, uploads: readonly Upload[]): Promise<WrittenFiles> {
    const { input, abort, stripped, mayTell } = sending
    const takes = (names: readonly string[]): boolean =>
      fits(input.body, [...names, ...uploads.map(({ name }) => name)])
    const { parts, leftOut } = await choose(input.paths, uploads.length, takes, abort.signal)
    const attachments: Attachment[] = []
    for (const part of parts) attachments.push(await this.prepare(sending, part))
    for (const upload of uploads) attachments.push(await this.nameUpload(sending, upload))
    if (abort.signal.aborted) throw canceled()
    return { message: this.write(sending, attachments), leftOut, stripped, mayTell }
  }

  /** It is sealed already, unless the conversation has the same. */
  private async nameUpload(sending: Sending, upload: Upload): Promise<Attachment> {
    const { name, modifiedAt, mediaType, media, preview } = upload
    if (upload.isStripped) sending.stripped.push(name)
    if (upload.mayTell) sending.mayTell.push(name)
    const { found } = sending.input
    const { circle, conversation } = found
    const compare = (stored: StoredBlob): Promise<Blob | undefined> =>
      this.options.sealing.findSame(circle, conversation.id, {
        reader: () => new SealedReader(plainOf(stored, upload.blob.secret)),
        ...this.comparing(sending, FILE, upload.blob.size),
      })
    const same = await this.options.open.during(circle, upload.blob, compare)
    if (sending.abort.signal.aborted) throw canceled()
    const blob = same ?? upload.blob
    if (same !== undefined) sending.made.push({ blob, isNew: false, ...FILE })
    else sending.made.push({ blob, isNew: true, upload, ...FILE })
    const picture = preview && (await this.seal(sending, PREVIEW, [{ bytes: preview }], preview.length))
    return {
      kind: 'file',
      name,
      blob,
      ...(modifiedAt !== undefined && { modifiedAt }),
      executable: false,
      mediaType,
      ...(media !== undefined && { media }),
      ...(picture !== undefined && { preview: picture }),
    }
  }

  private async prepare(sending: Sending, part: Part): Promise<Attachment> {
    const { found } = sending.input
    const one = new Preparing(part, found, this.options.clock, this.options.random)
    this.preparing.set(one.id, { one, sending })
    this.options.changed(found.circle.id, one.id)
    try {
      return part.kind === 'file'
        ? await this.prepareFile(sending, part, one)
        : await this.prepareFolder(sending, part, one)
    } finally {
      this.preparing.delete(one.id)
      this.options.over(one.id, found)
    }
  }

  private async prepareFile(sending: Sending, part: FilePart, one: Preparing): Promise<Attachment> {
    const { path, name, modifiedAt, modes } = part
    const looked = await lookAtFile(part, lookOptions(sending))
    const { sources, size, mediaType, media, preview } = looked
    if (looked.isStripped) sending.stripped.push(path)
    if (looked.mayTell) sending.mayTell.push(path)
    this.begins(one, size, mediaType)
    const blob = await this.seal(sending, FILE, sources, size, one)
    const picture = preview && (await this.seal(sending, PREVIEW, [{ bytes: preview }], preview.length))
    return {
      kind: 'file',
      name,
      blob,
      ...(modifiedAt !== undefined && { modifiedAt }),
      ...modes,
      mediaType,
      ...(media !== undefined && { media }),
      ...(picture !== undefined && { preview: picture }),
    }
  }

  private async prepareFolder(sending: Sending, part: FolderPart, one: Preparing): Promise<Attachment> {
    const { name, files, modifiedAt, modes } = part
    const { entries, sources, size, stripped, mayTell } = await lookAtFolder(
      part.entries,
      lookOptions(sending),
    )
    for (const path of stripped) sending.stripped.push(path)
    for (const path of mayTell) sending.mayTell.push(path)
    this.begins(one, size)
    const blob = await this.seal(sending, FOLDER, sources, size, one)
    const bytes = encodeIndex(entries)
    const index = await this.seal(sending, INDEX, [{ bytes }], bytes.length)
    return {
      kind: 'folder',
      name,
      blob,
      index,
      files,
      ...(modifiedAt !== undefined && { modifiedAt }),
      ...modes,
    }
  }

  /** It was looked into, and is sealed now. */
  private begins(one: Preparing, size: number, mediaType?: string): void {
    one.begins(size, mediaType)
    this.options.changed(one.found.circle.id, one.id)
  }

  private async seal(
    sending: Sending,
    use: Use,
    sources: readonly BlobSource[],
    size: number,
    one?: Preparing,
  ): Promise<Blob> {
    const { input, abort, made } = sending
    const { circle, conversation } = input.found
    const { quota, sealing, changed } = this.options
    if (abort.signal.aborted) throw canceled()
    if ((await quota.freeBytes()) < size) throw diskFull()
    const sealed = await sealing.seal(circle, conversation.id, {
      sources,
      ...this.comparing(sending, use, size, (bytes) => {
        one?.went(bytes)
        if (one !== undefined) changed(circle.id, one.id)
      }),
    })
    made.push({ ...sealed, ...use })
    return sealed.blob
  }

  /** What it is compared with besides what is here. */
  private comparing(
    { made, abort }: Sending,
    use: Use,
    size: number,
    onProgress: (bytes: number) => void = () => undefined,
  ): Omit<Compared, 'reader'> {
    const beside = made.filter(({ kind, part }) => kind === use.kind && part === use.part)
    return { size, ...use, beside: beside.map(({ blob }) => blob), onProgress, signal: abort.signal }
  }

  /** The message and the records of what it names: one transaction. */
  private write({ input, made }: Sending, attachments: readonly Attachment[]): MessageId {
    const { catalog, book, clock } = this.options
    const { circle, conversation } = input.found
    requireActive(circle)
    const fresh = new Set(made.filter(({ isNew }) => isNew).map(({ blob }) => blob.id))
    for (const { blob } of made) {
      // Its message was deleted meanwhile, and all of it with that.
      if (!fresh.has(blob.id) && !catalog.isNamed(circle.id, conversation.id, blob.id))
        throw changedMeanwhile()
    }
    const write = (): MessageId => {
      const message = circle.participant.write(conversation.id, { ...input.body, attachments })
      const own = { conversation: conversation.id, from: circle.member, message, usedAt: clock.now() }
      for (const { blob, isNew, part } of made) {
        if (!isNew) continue
        const record = newRecord({ ...own, part, size: blob.size })
        book.of(circle.id).set(blob.id, { ...record, whole: true })
      }
      return message
    }
    return book.within(() => circle.participant.transact(write))
  }
}

function isOf(made: Made, upload: Upload): boolean {
  return made.upload === upload
}

function lookOptions({ input, abort }: Sending): LookOptions {
  return { keepMetadata: input.keepMetadata, signal: abort.signal }
}

/** Whether a message takes so many: asked with the longest that they can become. @throws CallerFault for a text that none takes */
function fits(body: TextBody, names: readonly string[]): boolean {
  const blob = { id: ANY_ID, secret: new Uint8Array(32), size: MAX_BLOB_BYTES, root: new Uint8Array(48) }
  const attachments = names.map((name): Attachment => {
    const media = { width: 0xffff_ffff, height: 0xffff_ffff, durationMs: Number.MAX_SAFE_INTEGER }
    const told = { modifiedAt: LATEST_MS, executable: true, mediaType: LONGEST_TYPE, media }
    return { kind: 'file', name, blob, ...told, preview: { ...blob, size: MAX_PREVIEW_BYTES } }
  })
  try {
    const content = { lamport: MAX_LAMPORT, at: LATEST_MS, body: { ...body, attachments } }
    return encodeContent(content).length <= MAX_CONTENT_BYTES
  } catch (fault) {
    if (fault instanceof CallerFault && fault.code === 'too-many-files') return false
    throw fault
  }
}

const ANY_ID = 'a'.repeat(26) as BlobId
/** What a Date holds (ECMA-262 §21.4.1.1). */
const LATEST_MS = 8_640_000_000_000_000
/** Of those that are told of files; none is longer. */
const LONGEST_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

function changedMeanwhile(): CallerFault {
  return new CallerFault('file-changed', {
    message: 'What was here of the same content was deleted while it was prepared.',
    remedy: 'Send it again.',
  })
}
