/** One file or folder while it is read and sealed: nobody was told of it, and it has an id of its own so far. */
import { base32, type BlobId, type Clock, type Random } from '@triode/core'
import type { FoundConversation } from '../resolve.ts'
import { FILE_PRIORITY, FILE_STATE, type FileView } from '../service.ts'
import type { FilePart, FolderPart } from './parts.ts'
import { mediaTypeOf } from './media/mediaType.ts'

const ID_BYTES = 16

/** What is told of it meanwhile. */
export type Told =
  | Pick<FilePart, 'kind' | 'name' | 'size' | 'modifiedAt' | 'modes'>
  | Pick<FolderPart, 'kind' | 'name' | 'size' | 'modifiedAt' | 'files'>

export interface PreparingOptions {
  readonly found: FoundConversation
  /** As of SendFilesInput. */
  readonly sending?: string | undefined
  readonly clock: Clock
  readonly random: Random
}

export class Preparing {
  readonly id: BlobId
  readonly found: FoundConversation
  private readonly sending: string | undefined
  private part: Told
  /** Of a folder, or of what is chosen with it: as many as were found so far. */
  private files: number
  private readonly clock: Clock
  private startedAt: number
  private readonly at: number
  private bytes = 0
  /** Of what is sealed: less than was chosen, where something is taken out. */
  private size: number
  private mediaType: string

  constructor(part: Told, { found, sending, clock, random }: PreparingOptions) {
    this.id = base32(random.bytes(ID_BYTES)) as BlobId
    this.part = part
    this.files = part.kind === 'folder' ? part.files : 1
    this.found = found
    this.sending = sending
    this.clock = clock
    this.startedAt = clock.elapsed()
    this.at = clock.now()
    this.size = part.size
    this.mediaType = part.kind === 'file' ? mediaTypeOf(part.name) : ''
  }

  /** It is looked into, perhaps anew, since it changed: then nothing of what was read before counts. */
  looksInto(part: Told): void {
    this.part = part
    this.files = part.kind === 'folder' ? part.files : 1
    this.begins(part.size, part.kind === 'file' ? mediaTypeOf(part.name) : '')
  }

  /** It was looked into: so many bytes are read and sealed from now on. */
  begins(size: number, mediaType = this.mediaType): void {
    this.size = size
    this.mediaType = mediaType
    this.startedAt = this.clock.elapsed()
    this.bytes = 0
  }

  /** It is looked through, and one more was found. */
  foundOne(): void {
    this.files++
  }

  /** So much of it was read. */
  went(bytes: number): void {
    this.bytes = Math.min(bytes, this.size)
  }

  view(): FileView {
    const { part, found, bytes, size, mediaType } = this
    const { circle, conversation } = found
    const name = circle.state.members.get(circle.member)?.nickname
    const seconds = (this.clock.elapsed() - this.startedAt) / 1_000
    const rate = seconds > 0 ? bytes / seconds : 0
    return {
      id: this.id,
      kind: part.kind,
      name: part.name,
      mediaType,
      size,
      ...(part.kind === 'folder' && { files: this.files }),
      ...(part.modifiedAt !== undefined && { modifiedAt: part.modifiedAt }),
      executable: part.kind === 'file' && part.modes.executable,
      conversation: conversation.id,
      circle: circle.id,
      from: circle.member,
      ...(name !== undefined && { fromName: name }),
      at: this.at,
      state: FILE_STATE.preparing,
      have: bytes,
      ...(this.sending !== undefined && { sending: this.sending }),
      ...(rate > 0 && { rate, secondsLeft: (size - bytes) / rate }),
      sources: [],
      priority: FILE_PRIORITY.normal,
      pinned: false,
      paused: false,
      delivered: { count: 0, of: 0 },
      held: false,
    }
  }
}
