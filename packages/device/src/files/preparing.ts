/** One file or folder while it is read and sealed: nobody was told of it, and it has an id of its own so far. */
import { base32, type BlobId, type Clock, type Random } from '@triode/core'
import type { FoundConversation } from '../resolve.ts'
import { FILE_PRIORITY, FILE_STATE, type FileView } from '../service.ts'
import type { Part } from './parts.ts'
import { mediaTypeOf } from './media.ts'

const ID_BYTES = 16

export class Preparing {
  readonly id: BlobId
  readonly found: FoundConversation
  private readonly part: Part
  private readonly clock: Clock
  private readonly startedAt: number
  private readonly at: number
  private bytes = 0

  constructor(part: Part, found: FoundConversation, clock: Clock, random: Random) {
    this.id = base32(random.bytes(ID_BYTES)) as BlobId
    this.part = part
    this.found = found
    this.clock = clock
    this.startedAt = clock.elapsed()
    this.at = clock.now()
  }

  /** So much of it was read. */
  went(bytes: number): void {
    this.bytes = Math.min(bytes, this.part.size)
  }

  view(): FileView {
    const { part, found, bytes } = this
    const { circle, conversation } = found
    const name = circle.state.members.get(circle.member)?.nickname
    const seconds = (this.clock.elapsed() - this.startedAt) / 1_000
    const rate = seconds > 0 ? bytes / seconds : 0
    return {
      id: this.id,
      kind: part.kind,
      name: part.name,
      mediaType: part.kind === 'file' ? mediaTypeOf(part.name) : '',
      size: part.size,
      ...(part.kind === 'folder' && { files: part.files }),
      ...(part.modifiedAt !== undefined && { modifiedAt: part.modifiedAt }),
      executable: part.kind === 'file' && part.executable,
      conversation: conversation.id,
      circle: circle.id,
      from: circle.member,
      ...(name !== undefined && { fromName: name }),
      at: this.at,
      state: FILE_STATE.preparing,
      have: bytes,
      ...(rate > 0 && { rate, secondsLeft: (part.size - bytes) / rate }),
      sources: [],
      priority: FILE_PRIORITY.normal,
      pinned: false,
      delivered: { count: 0, of: 0 },
    }
  }
}
