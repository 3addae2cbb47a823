/**
 * Files that come as bytes and not by their path (spec §13.8): sealed as they come, kept until a message names them, dropped when none does
 * in time. Their secrets are in memory alone: what is left of them after a lock or a kill opens for nobody, and is swept away.
 */
import {
  base32,
  checkFileName,
  type Blob,
  type CircleId,
  type Clock,
  type Media,
  type Random,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { UploadInput, UploadView } from '../service.ts'
import { canceled, noRoomFor, noUpload, tooManyUploads } from './faults.ts'
import { IncomingBytes } from './incomingBytes.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Quota } from './quota.ts'
import { receive } from './receiving.ts'
import { receiveFolder, type ReceivedFolder } from './receivingFolder.ts'
import type { Sealing } from './sealing.ts'
import { Turns } from './turns.ts'
import { MAX_HELD_IMAGES, MAX_UPLOADS, UPLOAD_KEPT_MS } from './tuning.ts'

export interface UploadsOptions {
  readonly sealing: Sealing
  readonly open: OpenBlobs
  readonly quota: Quota
  readonly clock: Clock
  readonly random: Random
  /** Something came: that counts as use of the device. */
  readonly used: () => void
}

export interface Upload {
  readonly id: string
  readonly circle: CircleRuntime
  readonly name: string
  readonly modifiedAt: number | undefined
  readonly blob: Blob
  readonly mediaType: string
  readonly media: Media | undefined
  readonly preview: Uint8Array | undefined
  readonly isStripped: boolean
  readonly mayTell: boolean
  /** If it is one: what it holds. */
  readonly folder?: Omit<ReceivedFolder, 'blob'>
  readonly expiresAt: number
}

interface Kept {
  readonly upload: Upload
  readonly cancelExpiry: () => void
}

const ID_BYTES = 16

export class Uploads {
  private readonly options: UploadsOptions
  private readonly images = new Turns(MAX_HELD_IMAGES)
  private readonly running = new Map<AbortController, Promise<unknown>>()
  private readonly kept = new Map<string, Kept>()
  /** Those that are being named by a message. */
  private readonly claimed = new Map<string, Upload>()

  constructor(options: UploadsOptions) {
    this.options = options
  }

  /** @throws as FileService.uploadFile() */
  async take(circle: CircleRuntime, input: UploadInput): Promise<UploadView> {
    const name = input.name.normalize('NFC')
    checkFileName(name)
    if (this.kept.size + this.claimed.size + this.running.size >= MAX_UPLOADS)
      throw tooManyUploads(MAX_UPLOADS)
    const abort = new AbortController()
    const work = this.receive(circle, { ...input, name }, abort.signal)
    this.running.set(
      abort,
      work.catch(() => undefined),
    )
    try {
      return viewOf(await work)
    } finally {
      this.running.delete(abort)
    }
  }

  views(): UploadView[] {
    return [...this.kept.values()].map(({ upload }) => viewOf(upload))
  }

  /** @throws CallerFault 'upload-gone' */
  async drop(id: string): Promise<void> {
    const kept = this.kept.get(id)
    if (kept === undefined) throw noUpload()
    this.leave(id, kept)
    await this.remove(kept.upload)
  }

  /** Of a circle that is erased nothing stays. */
  async forget(circle: CircleId): Promise<void> {
    const all = [...this.kept].filter(([, { upload }]) => upload.circle.id === circle)
    for (const [id] of all) await this.drop(id)
  }

  /** To be named by a message: to be followed by used() or giveBack(). @throws CallerFault 'upload-gone', then none is claimed */
  claim(circle: CircleId, ids: readonly string[]): Upload[] {
    const found = ids.map((id) => this.kept.get(id))
    const kept = found.filter((one) => one !== undefined && one.upload.circle.id === circle) as Kept[]
    if (kept.length < ids.length || new Set(ids).size < ids.length) throw noUpload()
    return kept.map((one) => {
      this.leave(one.upload.id, one)
      this.claimed.set(one.upload.id, one.upload)
      return one.upload
    })
  }

  /** A message names it, or the same that was here before: `isNeeded` says which. */
  async used(upload: Upload, isNeeded: boolean): Promise<void> {
    this.claimed.delete(upload.id)
    if (!isNeeded) await this.remove(upload)
  }

  /** No message was written. */
  giveBack(uploads: readonly Upload[]): void {
    for (const upload of uploads) {
      this.claimed.delete(upload.id)
      this.keep(upload)
    }
  }

  /** Nothing of any is left once this has resolved. */
  async stop(): Promise<void> {
    for (const abort of this.running.keys()) abort.abort(canceled())
    await Promise.all(this.running.values())
    for (const [id, kept] of [...this.kept]) {
      this.leave(id, kept)
      await this.remove(kept.upload)
    }
  }

  // ---- inside

  private async receive(circle: CircleRuntime, input: UploadInput, signal: AbortSignal): Promise<Upload> {
    const { clock, random } = this.options
    const { name, size, modifiedAt, keepMetadata = false, mediaType, files } = input
    if (size !== undefined) await this.requireRoom(size)
    const content = new IncomingBytes(this.counted(input.content), signal)
    try {
      const parts = { ...this.options, images: this.images, circle, signal }
      const received =
        files === undefined
          ? await receive(content, { name, mediaType, size, keepMetadata }, parts)
          : asUpload(await receiveFolder(content, { name, size, files, keepMetadata }, parts))
      const id = base32(random.bytes(ID_BYTES))
      const expiresAt = clock.now() + UPLOAD_KEPT_MS
      // When it was written tells when it was made.
      const written = received.isStripped && files === undefined ? undefined : modifiedAt
      const upload = { id, circle, name, modifiedAt: written, ...received, expiresAt }
      if (signal.aborted) {
        await this.remove(upload)
        throw canceled()
      }
      this.keep(upload)
      return upload
    } finally {
      content.end()
    }
  }

  /** @throws Unavailable 'disk-full' */
  private async requireRoom(size: number): Promise<void> {
    const free = await this.options.quota.freeBytes()
    if (free < size) throw noRoomFor(size, free)
  }

  /** Never takes the room that messages need. */
  private async *counted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      await this.options.quota.take(piece.length)
      this.options.used()
      yield piece
    }
  }

  private keep(upload: Upload): void {
    const { clock } = this.options
    // The clock on the wall may have jumped since.
    const leftMs = Math.min(UPLOAD_KEPT_MS, Math.max(0, upload.expiresAt - clock.now()))
    const cancelExpiry = clock.after(leftMs, () => {
      void this.drop(upload.id).catch(() => undefined)
    })
    this.kept.set(upload.id, { upload, cancelExpiry })
  }

  private leave(id: string, { cancelExpiry }: Kept): void {
    cancelExpiry()
    this.kept.delete(id)
  }

  private async remove({
    circle,
    blob,
  }: {
    readonly circle: CircleRuntime
    readonly blob: Blob
  }): Promise<void> {
    await this.options.open.remove(circle.id, blob.id)
    blob.secret.fill(0)
  }
}

function asUpload({ blob, ...folder }: ReceivedFolder) {
  const { stripped, mayTell } = folder
  const nothing = { mediaType: '', media: undefined, preview: undefined }
  return { ...nothing, blob, folder, isStripped: stripped.length > 0, mayTell: mayTell.length > 0 }
}

function viewOf(upload: Upload): UploadView {
  const { id, circle, name, mediaType, blob, media, modifiedAt, preview, isStripped, mayTell, expiresAt } =
    upload
  return {
    upload: id,
    circle: circle.id,
    name,
    mediaType,
    size: blob.size,
    ...(upload.folder && { files: upload.folder.files }),
    ...media,
    ...(modifiedAt !== undefined && { modifiedAt }),
    preview: preview !== undefined,
    stripped: isStripped,
    mayTell,
    expiresAt,
  }
}
