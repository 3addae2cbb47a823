/** What this device wants of each blob, and what became of it: sealed in the vault. No secret of a blob stands here, only in the messages that name it. */
import {
  base32,
  decodeStored,
  encodeValue,
  fromBase32,
  type BlobId,
  type CircleId,
  type ConversationId,
  type MemberId,
  type MessageId,
  type Reader,
  type RecordMap,
  type Store,
} from '@triode/core'
import { FILE_PRIORITY, type FilePriority } from '../service.ts'
import { Shares } from './shares.ts'

export const BLOB_PART = { content: 'content', index: 'index', preview: 'preview' } as const
/** What a blob is of a file: its bytes, of a folder what is in it, or its picture. */
export type BlobPart = (typeof BLOB_PART)[keyof typeof BLOB_PART]

export interface FileRecord {
  /** In which a message names it: the first that did, while it does. */
  readonly conversation: ConversationId
  /** Whose message that was. */
  readonly from: MemberId
  /** The newest of that member there that names it: by it the file is called, whatever others call it. undefined: not known. */
  readonly message: MessageId | undefined
  readonly part: BlobPart
  /** Bytes before padding. */
  readonly size: number
  /** Fetched until it is whole. */
  readonly wanted: boolean
  /** Also over channels that are slow or cost money. */
  readonly evenCostly: boolean
  readonly paused: boolean
  readonly priority: FilePriority
  /** Never evicted. */
  readonly pinned: boolean
  /** All of it is here. */
  readonly whole: boolean
  /** It came, or comes, without anybody having asked for it, looked at it, saved or pinned it since: it counts towards its member's share. */
  readonly byItself: boolean
  /** When it came, was read or saved last: milliseconds since 1970. */
  readonly usedAt: number
  readonly saving: SavingTo | undefined
  /** Where it was saved last. */
  readonly savedTo: string | undefined
  /** Devices of readers that said that they have all of it. */
  readonly completeAt: readonly string[]
  /** Keepers that said that they hold all of it: they can't read it, and give it up when they are keepers no more. */
  readonly heldAt: readonly string[]
  /** Devices of its author, and of who sent it on, that know that this one has all of it. */
  readonly toldTo: readonly string[]
  /** Other members whose messages name it, at most MAX_SENT_ON. */
  readonly sentOn: readonly SentOn[]
}

/** Who sent on what another named first, and in which conversation this was first. */
export interface SentOn {
  readonly by: MemberId
  readonly conversation: ConversationId
}

export interface SavingTo {
  /** Absolute; what will be there. */
  readonly path: string
  readonly overwrite: boolean
  /** By which what is written until then is told from other things. */
  readonly mark: string
}

const PRIORITIES = [FILE_PRIORITY.low, FILE_PRIORITY.normal, FILE_PRIORITY.high] as const
const PARTS = [BLOB_PART.content, BLOB_PART.index, BLOB_PART.preview] as const
const MAX_PATH_LENGTH = 4_096
const ID_BYTES = 16
const MESSAGE_ID_BYTES = 20
/** Devices of a circle, at most, and some. */
const MAX_DEVICES = 4_096
/** Further ones hear by whom they sent it to, if at all, that it is there. */
const MAX_SENT_ON = 64
const FLAG = { wanted: 1, evenCostly: 2, paused: 4, pinned: 8, whole: 16, byItself: 32 } as const

/** Of what was just named: not wanted, and not here. */
export function newRecord(
  known: Pick<FileRecord, 'conversation' | 'from' | 'message' | 'part' | 'size' | 'usedAt'>,
): FileRecord {
  return {
    ...known,
    wanted: false,
    evenCostly: false,
    paused: false,
    priority: FILE_PRIORITY.normal,
    pinned: false,
    whole: false,
    byItself: false,
    saving: undefined,
    savedTo: undefined,
    completeAt: [],
    heldAt: [],
    toldTo: [],
    sentOn: [],
  }
}

/** With a message of `by` that names it too; the same record where that is known, or nothing to remember. */
export function sentOnToo(record: FileRecord, { by, conversation }: SentOn): FileRecord {
  const isKnown = record.from === by || record.sentOn.some((one) => one.by === by)
  if (isKnown || record.sentOn.length >= MAX_SENT_ON) return record
  return { ...record, sentOn: [...record.sentOn, { by, conversation }] }
}

/** Where messages of a member name it; undefined: that is not known, or they don't. */
export function namedBy(record: FileRecord, member: MemberId): ConversationId | undefined {
  if (record.from === member) return record.conversation
  return record.sentOn.find(({ by }) => by === member)?.conversation
}

/** Those of one circle; in memory once they were asked for. */
export class FileRecords {
  private readonly store: Store
  private readonly name: string
  private readonly records: RecordMap
  private known: Map<BlobId, FileRecord> | undefined
  private shares: Shares | undefined

  constructor(store: Store, circle: CircleId) {
    this.store = store
    this.name = `files/${circle}`
    this.records = store.map(this.name)
  }

  all(): ReadonlyMap<BlobId, FileRecord> {
    this.known ??= new Map(
      this.records.entries().map(([id, value]) => [id as BlobId, decodeStored(value, readRecord)]),
    )
    return this.known
  }

  get(id: BlobId): FileRecord | undefined {
    return this.all().get(id)
  }

  /** Bytes of a member's files that came, or come, by themselves. */
  byItself(member: MemberId): number {
    this.shares ??= new Shares(this.all().values())
    return this.shares.of(member)
  }

  /** Durable on return, or with the enclosing transaction. */
  set(id: BlobId, record: FileRecord): void {
    const before = this.get(id)
    this.records.set(id, encodeRecord(record))
    this.known?.set(id, record)
    this.shares?.change(before, record)
  }

  delete(id: BlobId): void {
    const before = this.get(id)
    this.records.delete(id)
    this.known?.delete(id)
    this.shares?.change(before, undefined)
  }

  /** A transaction that was to write here failed: the store has the truth. */
  forget(): void {
    this.known = undefined
    this.shares = undefined
  }

  erase(): void {
    this.store.erase(this.name)
    this.known = new Map()
    this.shares = undefined
  }
}

function encodeRecord(record: FileRecord): Uint8Array {
  const { saving } = record
  const flags = Object.entries(FLAG).reduce(
    (sum, [name, bit]) => (record[name as keyof typeof FLAG] ? sum | bit : sum),
    0,
  )
  return encodeValue([
    fromBase32(record.conversation),
    fromBase32(record.from),
    PARTS.indexOf(record.part),
    record.size,
    flags,
    PRIORITIES.indexOf(record.priority),
    record.usedAt,
    saving === undefined ? null : [saving.path, saving.overwrite, saving.mark],
    record.savedTo ?? null,
    record.completeAt.map((device) => fromBase32(device)),
    record.toldTo.map((device) => fromBase32(device)),
    record.message === undefined ? null : fromBase32(record.message),
    record.sentOn.map(({ by }) => fromBase32(by)),
    record.sentOn.map(({ conversation }) => fromBase32(conversation)),
    record.heldAt.map((device) => fromBase32(device)),
  ])
}

function readRecord(reader: Reader): FileRecord {
  const conversation = base32(reader.bytes(ID_BYTES)) as ConversationId
  const from = base32(reader.bytes(1, 64)) as MemberId
  const part = PARTS[reader.int(0, PARTS.length - 1)] ?? BLOB_PART.content
  const size = reader.int()
  const flags = reader.int(0, 255)
  const priority = PRIORITIES[reader.int(0, PRIORITIES.length - 1)] ?? FILE_PRIORITY.normal
  const usedAt = reader.int()
  const saving = reader.optional((field) => field.record(readSaving))
  const savedTo = reader.optional((field) => field.text(MAX_PATH_LENGTH))
  const completeAt = reader.list(MAX_DEVICES, idOf)
  const toldTo = reader.list(MAX_DEVICES, idOf)
  // Records of before have none.
  const message = reader.more ? reader.optional(readMessage) : undefined
  const sentOn = reader.more ? readSentOn(reader) : []
  // These have keepers among the others.
  const heldAt = reader.more ? reader.list(MAX_DEVICES, idOf) : completeAt
  return {
    conversation,
    from,
    message,
    part,
    size,
    ...flagsOf(flags),
    priority,
    usedAt,
    saving,
    savedTo,
    completeAt,
    heldAt,
    toldTo,
    sentOn,
  }
}

function readSentOn(reader: Reader): SentOn[] {
  const members = reader.list(MAX_SENT_ON, idOf) as MemberId[]
  const conversations = reader.list(MAX_SENT_ON, idOf) as ConversationId[]
  return members.flatMap((by, at) => {
    const conversation = conversations[at]
    return conversation === undefined ? [] : [{ by, conversation }]
  })
}

function flagsOf(flags: number): Record<keyof typeof FLAG, boolean> {
  const has = (bit: number): boolean => (flags & bit) !== 0
  return {
    wanted: has(FLAG.wanted),
    evenCostly: has(FLAG.evenCostly),
    paused: has(FLAG.paused),
    pinned: has(FLAG.pinned),
    whole: has(FLAG.whole),
    byItself: has(FLAG.byItself),
  }
}

function readMessage(reader: Reader): MessageId {
  return base32(reader.bytes(MESSAGE_ID_BYTES)) as MessageId
}

function readSaving(reader: Reader): SavingTo {
  return { path: reader.text(MAX_PATH_LENGTH), overwrite: reader.bool(), mark: reader.text(32) }
}

function idOf(value: unknown): string {
  return value instanceof Uint8Array ? base32(value) : ''
}
