/** What one sending makes blobs of, and how: sealed, found to be here already, or sealed anew for another circle. */
import { type Blob, type BlobSource, type StoredBlob, type TextBody } from '@triode/core'
import type { FoundConversation } from '../resolve.ts'
import type { LeftOut } from '../service.ts'
import type { Named } from './catalog.ts'
import { canceled, noRoomFor } from './faults.ts'
import { BLOB_PART, type BlobPart } from './fileRecords.ts'
import { counted } from './forwarding.ts'
import { plainOf } from './media/randomAccess.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Part } from './parts.ts'
import type { Preparing } from './preparing.ts'
import type { Quota } from './quota.ts'
import { SealedReader } from './sameContent.ts'
import type { Compared, SealedContent, Sealing } from './sealing.ts'
import type { Upload } from './uploads.ts'

export interface OutgoingInput {
  readonly found: FoundConversation
  readonly paths: readonly string[]
  readonly uploads: readonly string[]
  /** Files and folders that are sent on. */
  readonly forwarded: readonly Named[]
  readonly body: TextBody
  readonly keepMetadata: boolean
  /** As of SendFilesInput. */
  readonly sending?: string
}

/** What a blob is to be. */
export interface Use {
  readonly kind: Part['kind']
  readonly part: BlobPart
}

export type Made = SealedContent &
  Use & {
    /** Another conversation of the circle names it. */
    readonly isForwarded?: true
    /** That came as bytes beforehand, and stays if the sending fails. */
    readonly upload?: Upload
  }

/** One sending, from the choice to the message. */
export interface Sending {
  readonly input: OutgoingInput
  readonly abort: AbortController
  readonly made: Made[]
  readonly leftOut: LeftOut[]
  readonly stripped: string[]
  readonly mayTell: string[]
}

export const FILE: Use = { kind: 'file', part: BLOB_PART.content }
export const PREVIEW: Use = { kind: 'file', part: BLOB_PART.preview }
export const FOLDER: Use = { kind: 'folder', part: BLOB_PART.content }
export const INDEX: Use = { kind: 'folder', part: BLOB_PART.index }

export interface MakingOptions {
  readonly sealing: Sealing
  readonly open: OpenBlobs
  readonly quota: Quota
  /** One goes on that is being prepared. */
  readonly changed: (one: Preparing) => void
}

export class Making {
  private readonly options: MakingOptions

  constructor(options: MakingOptions) {
    this.options = options
  }

  /** @throws as Sealing.seal(); Unavailable 'disk-full' */
  async seal(
    sending: Sending,
    use: Use,
    sources: readonly BlobSource[],
    size: number,
    one?: Preparing,
  ): Promise<Blob> {
    const { input, made } = sending
    const { circle, conversation } = input.found
    await this.requireRoom(sending, size)
    const compared = this.comparing(sending, use, size, one)
    const sealed = await this.options.sealing.seal(circle, conversation.id, { sources, ...compared })
    made.push({ ...sealed, ...use })
    return sealed.blob
  }

  /** @throws Unavailable 'disk-full' | 'canceled' */
  private async requireRoom({ abort }: Sending, size: number): Promise<void> {
    if (abort.signal.aborted) throw canceled()
    const free = await this.options.quota.freeBytes()
    if (free < size) throw noRoomFor(size, free)
  }

  /** What it is compared with besides what is here. @param one is told how far that is, and the sealing after it */
  comparing({ made, abort }: Sending, use: Use, size: number, one?: Preparing): Omit<Compared, 'reader'> {
    const onProgress = (bytes: number): void => {
      one?.went(bytes)
      if (one !== undefined) this.options.changed(one)
    }
    const beside = made.filter(({ kind, part }) => kind === use.kind && part === use.part)
    return { size, ...use, beside: beside.map(({ blob }) => blob), onProgress, signal: abort.signal }
  }

  /** What the conversation has already of what is sealed here. @throws Unavailable 'canceled' */
  async findSame(
    { input: { found }, abort }: Sending,
    stored: StoredBlob,
    secret: Uint8Array,
    compared: Omit<Compared, 'reader'>,
  ): Promise<Blob | undefined> {
    const reader = (): SealedReader => new SealedReader(plainOf(stored, secret))
    const same = await this.options.sealing.findSame(found.circle, found.conversation.id, {
      reader,
      ...compared,
    })
    if (abort.signal.aborted) throw canceled()
    return same
  }

  /** Sealed under a secret of the other circle, unless that conversation has the same. */
  async copy(
    sending: Sending,
    { circle: from, blob, part, attachment: { kind } }: Named,
    one: Preparing | undefined,
  ): Promise<Blob> {
    const { open, sealing } = this.options
    const { signal } = sending.abort
    await this.requireRoom(sending, blob.size)
    const { circle } = sending.input.found
    const sealed = await open.during(from, blob, async (stored): Promise<SealedContent> => {
      const compared = this.comparing(sending, { kind, part }, blob.size, one)
      const same = await this.findSame(sending, stored, blob.secret, compared)
      if (same !== undefined) return { blob: same, isNew: false }
      const pieces = counted(stored.plaintext(blob.secret, 0, blob.size), compared.onProgress)
      return { blob: await sealing.sealStream(circle, pieces, { size: blob.size, signal }), isNew: true }
    })
    sending.made.push({ ...sealed, kind, part })
    return sealed.blob
  }
}
