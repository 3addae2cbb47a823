/** Files on their way into a message: read, sealed, and named in one go. What is cut short leaves nothing. */
import {
  CallerFault,
  Fault,
  type Attachment,
  type Blob,
  type BlobId,
  type CircleId,
  type MessageId,
} from '@triode/core'
import { requireActive } from '../circle/standing.ts'
import type { FileView, LeftOut } from '../service.ts'
import { canceled, notWhole } from './faults.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { BLOB_PART, newRecord, type BlobPart } from './fileRecords.ts'
import { fits } from './fitting.ts'
import { encodeIndex } from './folderIndexes.ts'
import { lookAtFile, lookAtFolder, type LookOptions } from './looking.ts'
import {
  FILE,
  FOLDER,
  INDEX,
  Making,
  PREVIEW,
  type Made,
  type OutgoingInput,
  type Sending,
  type Use,
} from './making.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { OwnHome } from './ownHome.ts'
import { choose, type Choice, type FilePart, type FolderPart, type Look } from './parts.ts'
import { Preparations, type PreparationsOptions } from './preparations.ts'
import type { Preparing } from './preparing.ts'
import type { Quota } from './quota.ts'
import type { Sealing } from './sealing.ts'
import { partsOfAttachment, type Catalog, type Named } from './catalog.ts'
import { toldOf, UNREADABLE, withParts, type KnownAttachment } from './forwarding.ts'
import { untilItStays } from './untilItStays.ts'
import type { Upload, Uploads } from './uploads.ts'

export interface OutgoingOptions extends PreparationsOptions {
  readonly sealing: Sealing
  readonly uploads: Uploads
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly quota: Quota
  /** Where this device keeps its vault. */
  readonly home: string
  /** A chunk turned out to be damaged: it is to be fetched anew. */
  readonly damaged: (circle: CircleId, id: BlobId) => void
}

export interface WrittenFiles {
  readonly message: MessageId
  readonly leftOut: readonly LeftOut[]
  /** Images and recordings out of which something was taken, and those that may go on telling: by their paths, uploads by their names. */
  readonly stripped: readonly string[]
  readonly mayTell: readonly string[]
}

export class Outgoing {
  private readonly options: OutgoingOptions
  private readonly making: Making
  private readonly sendings = new Map<Sending, Promise<unknown>>()
  private readonly preparations: Preparations

  constructor(options: OutgoingOptions) {
    this.options = options
    this.preparations = new Preparations(options)
    const { sealing, open, quota } = options
    this.making = new Making({
      ...{ sealing, open, quota },
      changed: (one) => {
        this.preparations.changed(one)
      },
    })
  }

  /** @throws as FileService.sendFiles() */
  send(input: OutgoingInput): Promise<WrittenFiles> {
    const sending: Sending = {
      input,
      abort: new AbortController(),
      made: [],
      leftOut: [],
      stripped: [],
      mayTell: [],
    }
    const sent = this.run(sending).finally(() => this.sendings.delete(sending))
    this.sendings.set(
      sending,
      sent.catch(() => undefined),
    )
    return sent
  }

  views(): FileView[] {
    return this.preparations.views()
  }

  view(id: string): FileView | undefined {
    return this.preparations.view(id)
  }

  /** Calls off the sending that is called so, or that it is part of. @returns whether there was one */
  cancel(id: string): boolean {
    const part = this.preparations.sendingOf(id)
    const called = [...this.sendings.keys()].filter(({ input }) => input.sending === id)
    const found = part === undefined ? called : [part, ...called]
    for (const { abort } of found) abort.abort()
    return found.length > 0
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
    const { input, abort, leftOut, stripped, mayTell } = sending
    const { forwarded } = input
    const home = new OwnHome(this.options.home)
    const told = forwarded.map(({ attachment }) => attachment)
    const takes = (names: readonly string[]): boolean =>
      fits(input.body, [...names, ...uploads.map(({ name }) => name)], told)
    const others = uploads.length + forwarded.length
    const choices = await this.preparations.lookingThrough(sending, (found) =>
      choose(input.paths, { others, fits: takes, walk: { signal: abort.signal, found, home } }),
    )
    for (const named of forwarded) this.requireWhole(named)
    const attachments: Attachment[] = []
    for (const choice of choices) attachments.push(await this.prepare(sending, choice))
    for (const upload of uploads) attachments.push(await this.nameUpload(sending, upload))
    for (const named of forwarded) attachments.push(await this.forward(sending, named))
    if (abort.signal.aborted) throw canceled()
    return { message: this.write(sending, attachments), leftOut, stripped, mayTell }
  }

  private async nameUpload(sending: Sending, upload: Upload): Promise<Attachment> {
    const { name, modifiedAt, mediaType, media, preview, folder } = upload
    if (folder !== undefined) return this.nameFolder(sending, upload, folder)
    if (upload.isStripped) sending.stripped.push(name)
    if (upload.mayTell) sending.mayTell.push(name)
    const blob = await this.takeUpload(sending, upload, FILE)
    const picture =
      preview && (await this.making.seal(sending, PREVIEW, [{ bytes: preview }], preview.length))
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

  private async nameFolder(
    sending: Sending,
    upload: Upload,
    { entries, files, stripped, mayTell }: NonNullable<Upload['folder']>,
  ): Promise<Attachment> {
    const { name, modifiedAt } = upload
    for (const path of stripped) sending.stripped.push(`${name}/${path}`)
    for (const path of mayTell) sending.mayTell.push(`${name}/${path}`)
    const blob = await this.takeUpload(sending, upload, FOLDER)
    const bytes = encodeIndex(entries)
    const index = await this.making.seal(sending, INDEX, [{ bytes }], bytes.length)
    return { kind: 'folder', name, blob, index, files, ...(modifiedAt !== undefined && { modifiedAt }) }
  }

  /** It is sealed already, unless the conversation has the same. */
  private async takeUpload(sending: Sending, upload: Upload, use: Use): Promise<Blob> {
    const { circle } = sending.input.found
    const same = await this.options.open.during(circle, upload.blob, (stored) =>
      this.making.findSame(
        sending,
        stored,
        upload.blob.secret,
        this.making.comparing(sending, use, upload.blob.size),
      ),
    )
    if (same !== undefined) sending.made.push({ blob: same, isNew: false, ...use })
    else sending.made.push({ blob: upload.blob, isNew: true, upload, ...use })
    return same ?? upload.blob
  }

  /**
   * As its message says, but for a picture that is not here. Within its circle it is the same file, whose chunks stay where they are; another circle gets
   * blobs of its own, so that nothing tells that one who has it is in both.
   */
  private async forward(sending: Sending, named: Named): Promise<Attachment> {
    const parts = partsOfAttachment(named).filter(({ blob }) => this.isWhole(named, blob))
    const forwarded = withParts(named.attachment, (part) => parts.find((one) => one.part === part)?.blob)
    if (named.circle.id !== sending.input.found.circle.id)
      return await this.preparations.during(sending, toldOf(named.attachment), (one) =>
        this.sealAnew(sending, parts, forwarded, one),
      )
    for (const { blob, part } of parts)
      sending.made.push({ blob, isNew: false, isForwarded: true, kind: named.attachment.kind, part })
    return forwarded
  }

  private async sealAnew(
    sending: Sending,
    parts: readonly Named[],
    attachment: KnownAttachment,
    one: Preparing,
  ): Promise<Attachment> {
    const sealed = new Map<BlobPart, Blob>()
    for (const named of parts) {
      const progress = named.part === BLOB_PART.content ? one : undefined
      try {
        sealed.set(named.part, await this.making.copy(sending, named, progress))
      } catch (fault) {
        if (!(fault instanceof Fault) || !UNREADABLE.has(fault.code)) throw fault
        if (fault.code === 'chunk-damaged') this.options.damaged(named.circle.id, named.blob.id)
        throw notWhole(attachment.name)
      }
    }
    return withParts(attachment, (part) => sealed.get(part))
  }

  /** A picture may be missing. @throws CallerFault 'file-not-here' */
  private requireWhole(named: Named): void {
    const needed = partsOfAttachment(named).filter(({ part }) => part !== BLOB_PART.preview)
    if (!needed.every(({ blob }) => this.isWhole(named, blob))) throw notWhole(named.attachment.name)
  }

  private isWhole({ circle }: Named, { id, size }: Blob): boolean {
    return size === 0 || this.options.book.get(circle.id, id)?.whole === true
  }

  private prepare(sending: Sending, choice: Choice): Promise<Attachment> {
    const trying = { clock: this.options.clock, signal: sending.abort.signal }
    return this.preparations.during(sending, choice.part, (one) =>
      untilItStays(choice, (look) => this.prepareOnce(sending, look, one), trying),
    )
  }

  /** Where the source changes, nothing is sealed or noted of it: what is made after its bytes comes from memory. */
  private async prepareOnce(sending: Sending, { part, leftOut }: Look, one: Preparing): Promise<Attachment> {
    one.looksInto(part)
    this.preparations.changed(one)
    const attachment =
      part.kind === 'file'
        ? await this.prepareFile(sending, part, one)
        : await this.prepareFolder(sending, part, one)
    for (const left of leftOut) sending.leftOut.push(left)
    return attachment
  }

  private async prepareFile(sending: Sending, part: FilePart, one: Preparing): Promise<Attachment> {
    const { path, name, modifiedAt, modes } = part
    const looked = await lookAtFile(part, lookOptions(sending))
    const { sources, size, mediaType, media, preview } = looked
    this.begins(one, size, mediaType)
    const blob = await this.making.seal(sending, FILE, sources, size, one)
    if (looked.isStripped) sending.stripped.push(path)
    if (looked.mayTell) sending.mayTell.push(path)
    const picture =
      preview && (await this.making.seal(sending, PREVIEW, [{ bytes: preview }], preview.length))
    return {
      kind: 'file',
      name,
      blob,
      // When it was written tells when it was made.
      ...(modifiedAt !== undefined && !looked.isStripped && { modifiedAt }),
      ...modes,
      mediaType,
      ...(media !== undefined && { media }),
      ...(picture !== undefined && { preview: picture }),
    }
  }

  private async prepareFolder(sending: Sending, part: FolderPart, one: Preparing): Promise<Attachment> {
    const { name, files, modifiedAt, modes } = part
    const looked = (bytes: number): void => {
      one.went(bytes)
      this.preparations.changed(one)
    }
    const { entries, sources, size, stripped, mayTell } = await lookAtFolder(
      part.entries,
      lookOptions(sending),
      looked,
    )
    this.begins(one, size)
    const blob = await this.making.seal(sending, FOLDER, sources, size, one)
    for (const path of stripped) sending.stripped.push(path)
    for (const path of mayTell) sending.mayTell.push(path)
    const bytes = encodeIndex(entries)
    const index = await this.making.seal(sending, INDEX, [{ bytes }], bytes.length)
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
    this.preparations.changed(one)
  }

  /** The message and the records of what it names: one transaction. */
  private write({ input, made }: Sending, attachments: readonly Attachment[]): MessageId {
    const { catalog, book, clock } = this.options
    const { circle, conversation } = input.found
    requireActive(circle)
    const fresh = new Set(made.filter(({ isNew }) => isNew).map(({ blob }) => blob.id))
    for (const { blob, isForwarded } of made) {
      if (fresh.has(blob.id)) continue
      // Its message was deleted meanwhile, and all of it with that.
      const isThere =
        isForwarded === true
          ? catalog.isNamedAnywhere(circle, blob.id)
          : catalog.isNamed(circle.id, conversation.id, blob.id)
      if (!isThere) throw changedMeanwhile()
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

function changedMeanwhile(): CallerFault {
  return new CallerFault('file-changed', {
    details: { of: 'gone' },
    message: 'What was here of the same content was deleted while it was prepared.',
    remedy: 'Send it again.',
  })
}
