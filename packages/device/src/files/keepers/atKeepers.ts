/** Files of this device's messages at keepers, and of others' for this device (spec §16.6): what is left there, and how it is called. */
import {
  AT_KEEPER,
  chunkShapeOf,
  CHUNK_TAG_BYTES,
  keptBlobId,
  policyOf,
  type AtKeeperStanding,
  type Blob,
  type BlobId,
  type BlobToKeep,
  type CircleId,
  type ConversationId,
  type DeviceId,
  type FilesAtKeepers,
  type MessageId,
} from '@triode/core'
import type { CircleRuntime } from '../../circle/circleRuntime.ts'
import { isKeepers } from '../../network/keepersFirst.ts'
import { blobKey, type BlobKey } from '../blobKey.ts'
import { conversationsOf, type Catalog } from '../catalog.ts'
import type { FileRecordBook } from '../fileRecordBook.ts'
import { BLOB_PART, namedBy, type FileRecord } from '../fileRecords.ts'
import { NOT_HELD, type NotHeld } from '../../service.ts'
import type { TransferHost } from '../transfer/transferHost.ts'

export interface AtKeepersOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly circle: (id: CircleId) => CircleRuntime | undefined
  /** A keeper that is there has something else than before. */
  readonly offered: (circle: CircleId, keeper: DeviceId) => void
  readonly toHold: (circle: CircleId) => void
  /** A device has all of a blob, as it signed. */
  readonly completeAt: TransferHost['completeAt']
  /** What is known of who has a blob changed. */
  readonly told: (circle: CircleId, blob: BlobId) => void
}

/** Of a blob in a conversation: the last message of this device that names it. */
interface Sent {
  readonly at: number
  readonly isSmall: boolean
  readonly toKeep: BlobToKeep
}

/** What messages of this device name in a conversation, and of which blobs that is to be looked up again. */
interface SentThere {
  readonly known: Map<BlobId, Sent>
  readonly due: Set<BlobId>
}

export class AtKeepers {
  private readonly options: AtKeepersOptions
  private readonly sent = new Map<ConversationId, SentThere>()
  /** How blobs stand at keepers that were met since the vault was unlocked. */
  private readonly standings = new Map<BlobKey, Map<DeviceId, AtKeeperStanding>>()
  /** What keepers call the blobs that were left there. */
  private readonly names = new Map<BlobKey, BlobId>()

  constructor(options: AtKeepersOptions) {
    this.options = options
  }

  /** For the participant of a circle. */
  of(circle: CircleId): FilesAtKeepers {
    return {
      owed: (conversation, readers, since) => this.owed(circle, conversation, readers, since),
      stands: (_, keeper, name, standing) => {
        this.stands(circle, keeper, name, standing)
      },
      leftOnly: (conversation, keeper, blobs) => {
        this.leftOnly(circle, conversation, keeper, blobs)
      },
      offered: (keeper) => {
        this.options.offered(circle, keeper)
      },
      toHold: () => {
        this.options.toHold(circle)
      },
      complete: (author) => this.complete(circle, author),
      completeAt: (device, conversation, blob) => {
        this.options.completeAt(circle, device, conversation, blob)
      },
      forget: () => {
        this.options.book.of(circle).forget()
      },
    }
  }

  /** Which messages of a conversation name it changed. */
  renamed(conversation: ConversationId, blob: BlobId): void {
    this.sent.get(conversation)?.due.add(blob)
  }

  /** The same, nobody says of which blobs. */
  renamedAll(conversation: ConversationId): void {
    this.sent.delete(conversation)
  }

  /** The blob of this device's messages that keepers call so, if it was left at any. */
  named(circle: CircleId, name: BlobId): BlobId | undefined {
    return this.names.get(blobKey(circle, name))
  }

  /** How keepers call a blob that a message names. */
  nameOf(circle: CircleRuntime, id: BlobId): BlobId | undefined {
    const named = this.options.catalog.find(circle.id, id)
    return named && keptBlobId(circle.suite, toKeep(named.blob))
  }

  private complete(
    circle: CircleId,
    author: DeviceId,
  ): { readonly conversation: ConversationId; readonly blob: BlobId }[] {
    const { book, circle: runtimeOf } = this.options
    const member = runtimeOf(circle)?.state.devices.get(author)?.member
    if (member === undefined) return []
    return [...book.of(circle).all()].flatMap(([blob, record]) => {
      const isOwed = record.whole && !record.toldTo.includes(author)
      const conversation = isOwed ? namedBy(record, member) : undefined
      return conversation === undefined ? [] : [{ conversation, blob }]
    })
  }

  private owed(
    id: CircleId,
    conversation: ConversationId,
    readers: readonly DeviceId[],
    since: number,
  ): readonly BlobToKeep[] {
    const { book, circle } = this.options
    const runtime = circle(id)
    if (runtime === undefined || leavesNone(runtime)) return []
    const owed: Sent[] = []
    for (const [blob, sent] of this.sentIn(runtime, conversation)) {
      if (sent.at < since) continue
      const record = book.get(id, blob)
      if (record === undefined || hasAll(record, readers)) continue
      // What a keeper has stays there, also where it is here no more.
      const isSomewhere = record.whole || this.holders(runtime, record).length > 0
      if (!isSomewhere) continue
      this.names.set(blobKey(id, keptBlobId(runtime.suite, sent.toKeep)), blob)
      owed.push(sent)
    }
    owed.sort((a, b) => Number(b.isSmall) - Number(a.isSmall) || b.at - a.at)
    return owed.map((one) => one.toKeep)
  }

  /** Keepers that have all of it, as they said. */
  holders(circle: CircleRuntime, { heldAt }: Pick<FileRecord, 'heldAt'>): readonly DeviceId[] {
    return heldAt.filter((device): device is DeviceId =>
      circle.participant.keeping.isKeeper(device as DeviceId),
    )
  }

  /** All that is named there is looked through once: others may name very much, and it is asked for every few seconds. */
  private sentIn(circle: CircleRuntime, conversation: ConversationId): ReadonlyMap<BlobId, Sent> {
    const there = this.sent.get(conversation) ?? {
      known: new Map<BlobId, Sent>(),
      due: new Set(this.options.catalog.ids(circle, conversation)),
    }
    this.sent.set(conversation, there)
    for (const blob of there.due) {
      const sent = this.lookUp(circle, conversation, blob)
      if (sent === undefined) there.known.delete(blob)
      else there.known.set(blob, sent)
      there.due.delete(blob)
    }
    return there.known
  }

  private lookUp(circle: CircleRuntime, conversation: ConversationId, id: BlobId): Sent | undefined {
    const { catalog } = this.options
    const { participant, self } = circle
    const isOwn = (message: MessageId): boolean => {
      const feed = participant.timeline(conversation).get(message)?.feed
      return feed !== undefined && participant.feeds(conversation).get(feed)?.device === self
    }
    for (const message of participant.files(conversation).messagesOf(id, MAX_NAMING)) {
      const found = catalog.named(circle, conversation, message).find(({ blob }) => blob.id === id)
      if (found === undefined || !isOwn(message)) continue
      return {
        at: found.message.at,
        isSmall: found.part !== BLOB_PART.content,
        toKeep: toKeep(found.blob),
      }
    }
    return undefined
  }

  /** Why no keeper takes a blob; undefined: one does, or none was met that it is for, or the circle has none. */
  refusal(circle: CircleId, id: BlobId): NotHeld | undefined {
    const runtime = this.options.circle(circle)
    if (runtime !== undefined && leavesNone(runtime)) return hasKeeper(runtime) ? NOT_HELD.policy : undefined
    const all = new Set(this.standings.get(blobKey(circle, id))?.values())
    if (all.has(AT_KEEPER.whole) || all.has(AT_KEEPER.partial)) return undefined
    return REFUSALS.find((one) => all.has(one))
  }

  private stands(circle: CircleId, keeper: DeviceId, name: BlobId, standing: AtKeeperStanding): void {
    const { book, told } = this.options
    const id = this.named(circle, name)
    const record = id && book.get(circle, id)
    if (id === undefined || record === undefined) return
    const key = blobKey(circle, id)
    const before = this.refusal(circle, id)
    this.standings.set(
      key,
      (this.standings.get(key) ?? new Map<DeviceId, AtKeeperStanding>()).set(keeper, standing),
    )
    const isWhole = standing === AT_KEEPER.whole
    if (record.heldAt.includes(keeper) !== isWhole) {
      const others = record.heldAt.filter((device) => device !== keeper)
      book.change(circle, id, { heldAt: isWhole ? [...others, keeper] : others })
    } else if (this.refusal(circle, id) === before) return
    told(circle, id)
  }

  /** What it held of the conversation beside these is too old, or forbidden by now, and goes from there. */
  private leftOnly(
    id: CircleId,
    conversation: ConversationId,
    keeper: DeviceId,
    blobs: readonly BlobToKeep[],
  ): void {
    const { catalog, book, told, circle } = this.options
    const runtime = circle(id)
    if (runtime === undefined) return
    const left = new Set<BlobId | undefined>(blobs.map((one) => keptBlobId(runtime.suite, one)))
    for (const [blob, record] of [...book.of(id).all()]) {
      if (!record.heldAt.includes(keeper) || !catalog.isNamed(id, conversation, blob)) continue
      if (left.has(this.nameOf(runtime, blob))) continue
      // It may be held with the drop of another one.
      if (
        conversationsOf(runtime).some((other) => other !== conversation && catalog.isNamed(id, other, blob))
      )
        continue
      book.change(id, blob, { heldAt: record.heldAt.filter((device) => device !== keeper) })
      told(id, blob)
    }
  }
}

/** By its policy (spec §5.11). */
function leavesNone({ state }: CircleRuntime): boolean {
  return policyOf(state.policies, 'kept-files') === 'none'
}

function hasKeeper({ state }: CircleRuntime): boolean {
  return [...state.devices.values()].some(({ id, active }) => active && isKeepers(state, id))
}

/** First what may change by itself. */
const REFUSALS = [NOT_HELD.noRoom, NOT_HELD.tooLarge, NOT_HELD.noFiles] as const

/** Looked at for each message that is sent, and each file: so it takes as long as there are readers, and not their square. */
function hasAll({ completeAt }: Pick<FileRecord, 'completeAt'>, readers: readonly DeviceId[]): boolean {
  if (completeAt.length < readers.length) return false
  const complete = new Set(completeAt)
  return readers.every((device) => complete.has(device))
}

/** Messages that are looked through for one of this device. */
const MAX_NAMING = 64

/** Neither its id nor its size: the length to which it is padded, by which its tree has the same shape. */
export function toKeep({ size, root }: Pick<Blob, 'size' | 'root'>): BlobToKeep {
  const { sealedBytes, chunks } = chunkShapeOf(size)
  return { length: sealedBytes - chunks * CHUNK_TAG_BYTES, root }
}
