/** Which blobs the messages name, and where: read from the messages each time, for their secrets stand there alone. */
import type {
  Blob,
  BlobId,
  CircleId,
  ConversationId,
  FileAttachment,
  FolderAttachment,
  MemberId,
  MessageId,
  TimelineMessage,
  TreeHash,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { heldConversations } from '../conversation/heldConversations.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { BLOB_PART, type BlobPart, type FileRecord } from './fileRecords.ts'

export type Named = NamedAttachment & {
  readonly part: BlobPart
  readonly blob: Blob
}

export interface NamedAttachment {
  readonly circle: CircleRuntime
  readonly conversation: ConversationId
  readonly message: TimelineMessage
  readonly attachment: FileAttachment | FolderAttachment
}

/** What makes the tree of a circle's blobs. */
export function hashOf({ suite }: CircleRuntime): TreeHash {
  return suite.hashBytes === 48 ? 'sha384' : 'sha256'
}

/** Messages that are looked through for one of who named a file first, once that one's last is gone: somebody may have written very many. */
const MAX_NAMING = 64
/** The same, where others may ask for that. */
const MAX_ASKED_FOR = 8

export class Catalog {
  private readonly circles: () => readonly CircleRuntime[]
  private readonly book: FileRecordBook

  constructor(circles: () => readonly CircleRuntime[], book: FileRecordBook) {
    this.circles = circles
    this.book = book
  }

  /** As whoever named it first calls it, in whichever conversation of the circle. */
  find(circle: CircleId, id: BlobId): Named | undefined {
    const runtime = this.runtime(circle)
    if (runtime === undefined) return undefined
    const known = this.book.get(circle, id)?.conversation
    const found = known && this.findIn(runtime, known, id)
    return found ?? this.search(runtime, id)
  }

  /** By its id alone, or as this message calls it. */
  lookUp(id: string, message?: string): Named | undefined {
    for (const circle of this.circles()) {
      const named =
        message === undefined
          ? this.find(circle.id, id as BlobId)
          : this.findAs(circle, id as BlobId, message)
      if (named !== undefined) return named
    }
    return undefined
  }

  /**
   * As a file or folder itself, if any message there says so: whoever names it as something else too takes it from nobody. Of several such
   * messages the last of the member whose it was first, since whoever has a file knows what it takes to name it again.
   */
  findIn(circle: CircleRuntime, conversation: ConversationId, id: BlobId): Named | undefined {
    const contents = circle.participant.contents(conversation)
    const record = this.book.get(circle.id, id)
    const own = record?.conversation === conversation ? this.ownOf(circle, record, id) : undefined
    if (own?.part === BLOB_PART.content) return own
    const last = contents.last(id) ?? circle.participant.files(conversation).last(id)
    return last && this.partOf(circle, conversation, last, id)
  }

  /** In the last message of the member who named it first. */
  private ownOf(
    circle: CircleRuntime,
    { conversation, from, message }: FileRecord,
    id: BlobId,
  ): Named | undefined {
    const known = message && this.partOf(circle, conversation, message, id)
    if (known !== undefined) return known
    for (const other of circle.participant.contents(conversation).messagesOf(id, MAX_NAMING)) {
      const named = this.partOf(circle, conversation, other, id)
      if (named?.message.member === from) return named
    }
    return undefined
  }

  private findAs(circle: CircleRuntime, id: BlobId, message: string): Named | undefined {
    const naming = conversationsOf(circle).filter((one) => circle.participant.files(one).has(id))
    for (const conversation of naming) {
      const named = this.partOf(circle, conversation, message as MessageId, id)
      if (named !== undefined) return named
    }
    return undefined
  }

  private partOf(
    circle: CircleRuntime,
    conversation: ConversationId,
    message: MessageId,
    id: BlobId,
  ): Named | undefined {
    const found = this.named(circle, conversation, message).filter(({ blob }) => blob.id === id)
    return found.find(({ part }) => part === BLOB_PART.content) ?? found[0]
  }

  /** As messages of `member` call it, in whichever conversation of the circle. */
  namedBy(circle: CircleRuntime, member: MemberId, id: BlobId): Named[] {
    return conversationsOf(circle).flatMap((conversation) =>
      circle.participant
        .files(conversation)
        .messagesOf(id, MAX_NAMING)
        .flatMap((message) => this.partOf(circle, conversation, message, id) ?? [])
        .filter(({ message }) => message.member === member),
    )
  }

  /** Whether a message there names it. */
  isNamed(circle: CircleId, conversation: ConversationId, id: BlobId): boolean {
    return this.runtime(circle)?.participant.files(conversation).has(id) ?? false
  }

  /** Whose messages there name it: of the last MAX_ASKED_FOR. */
  membersNaming({ participant }: CircleRuntime, conversation: ConversationId, id: BlobId): MemberId[] {
    const naming = participant.files(conversation).messagesOf(id, MAX_ASKED_FOR)
    return naming.flatMap((message) => participant.timeline(conversation).get(message)?.member ?? [])
  }

  /** Whether a message of any conversation does. */
  isNamedAnywhere(circle: CircleRuntime, id: BlobId): boolean {
    return conversationsOf(circle).some((conversation) => circle.participant.files(conversation).has(id))
  }

  /** All blobs that messages of a conversation name. */
  ids(circle: CircleRuntime, conversation: ConversationId): BlobId[] {
    return circle.participant.files(conversation).all()
  }

  /** Parts of what one message names. */
  named(circle: CircleRuntime, conversation: ConversationId, id: MessageId): Named[] {
    const message = circle.participant.timeline(conversation).get(id)
    return message === undefined ? [] : partsOf(circle, conversation, message)
  }

  /** Files and folders of a conversation, each once, as whoever named it first calls it. */
  list(circle: CircleRuntime, conversation: ConversationId): Named[] {
    return this.ids(circle, conversation).flatMap((id) => {
      const named = this.findIn(circle, conversation, id)
      return named?.part === BLOB_PART.content ? [named] : []
    })
  }

  private search(circle: CircleRuntime, id: BlobId): Named | undefined {
    for (const conversation of conversationsOf(circle)) {
      const named = this.findIn(circle, conversation, id)
      if (named !== undefined) return named
    }
    return undefined
  }

  private runtime(circle: CircleId): CircleRuntime | undefined {
    return this.circles().find(({ id }) => id === circle)
  }
}

/** Whether `member` sat in the room `conversation`, and does not any more. */
export function wasPutOut({ state }: CircleRuntime, conversation: ConversationId, member: MemberId): boolean {
  return state.rooms.get(conversation)?.formerMembers.includes(member) === true
}

export function conversationsOf(circle: CircleRuntime): ConversationId[] {
  return heldConversations(circle).map(({ id }) => id)
}

/** Both blobs of a folder, and a file with its picture. */
export function partsOf(
  circle: CircleRuntime,
  conversation: ConversationId,
  message: TimelineMessage,
): Named[] {
  return message.attachments.flatMap((attachment) => {
    if (attachment.kind === 'unknown') return []
    const named = { circle, conversation, message, attachment }
    const parts: Named[] = [{ ...named, part: BLOB_PART.content, blob: attachment.blob }]
    if (attachment.kind === 'folder') parts.push({ ...named, part: BLOB_PART.index, blob: attachment.index })
    else if (attachment.preview !== undefined)
      parts.push({ ...named, part: BLOB_PART.preview, blob: attachment.preview })
    return parts
  })
}

/** Of one attachment. */
export function partsOfAttachment(named: NamedAttachment): Named[] {
  const { circle, conversation, message, attachment } = named
  return partsOf(circle, conversation, { ...message, attachments: [attachment] })
}

/** Without a picture: that always comes. */
export function mainParts(named: Named): Named[] {
  return partsOfAttachment(named).filter(({ part }) => part !== BLOB_PART.preview)
}
