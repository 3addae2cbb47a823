/** What is fetched, what is told of it, and what transfers ask of whoever keeps the files (spec §15.7). */
import type { BlobId, CircleId, ConversationId, DeviceId, Fault, StoredBlob } from '@triode/core'
import type { FilePriority } from '../../service/file.ts'

/** What transfers do with chunks. */
export type ChunkSource = Pick<StoredBlob, 'id' | 'shape' | 'have' | 'page' | 'read'>
export type ChunkStore = ChunkSource & Pick<StoredBlob, 'isWhole' | 'addPage' | 'add'>

/** Handed in: knows which messages name which blob, and where chunks lie. */
export interface TransferHost {
  /** Whether `device` may read the conversation and a message there names the blob, as far as is known here. */
  mayAsk(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): boolean
  /** A conversation in which `device` may ask for the blob, and so be asked: `first` if that is one. */
  askIn(circle: CircleId, device: DeviceId, blob: BlobId, first: ConversationId): ConversationId | undefined
  /** How the blob is called between this device and `device` (spec §16.6): by its id, unless one of them is a keeper. */
  calledAt?(circle: CircleId, device: DeviceId, blob: BlobId): BlobId
  /**
   * What is here of a blob of the circle; undefined: nothing. It may be asked often.
   * @param conversation in which it was asked for: whoever names a blob may give it the id that keepers have for another
   */
  stored(circle: CircleId, blob: BlobId, conversation: ConversationId): Promise<ChunkSource | undefined>
  /** `device` says that it has all of it; it may ask for it. Said again with each tunnel, perhaps. */
  completeAt(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): void
  /** This chunk turned out to be damaged here: it counts as absent once this has resolved. */
  damaged(circle: CircleId, blob: BlobId, chunk: number): Promise<void>
  /** Something changed in what progress() says of a blob that is wanted: often, so gather before you tell anybody. */
  changed(circle: CircleId, blob: BlobId): void
  /** There is a tunnel to the device, on which one can tell it what is complete. */
  attached(circle: CircleId, device: DeviceId): void
  /** Somebody lied, or something broke: to be told once. */
  fault(fault: Fault, about: FaultOfPeer): void
  /** Bytes that the disk has free. */
  freeBytes(): Promise<number>
  /** Why this device's disk takes nothing, though it may have room, if `cause` says that. */
  refused(cause: unknown): Fault | undefined
}

export interface FaultOfPeer {
  readonly circle: CircleId
  readonly device?: DeviceId
  readonly channel?: string
  readonly remote?: string
}

export interface WantedBlob {
  readonly circle: CircleId
  /** In which a message names it; others may as well. */
  readonly conversation: ConversationId
  /** Opened by whoever wants it, and kept open until drop() has resolved. */
  readonly stored: ChunkStore
  /** Of the circle's suite: 32 or 48. */
  readonly hashBytes: number
  readonly priority: FilePriority
  /** Whether somebody reads it while it comes, and what; undefined: nobody does. Asked often. */
  readonly reading?: () => BlobReading | undefined
  /** Whether it may also come over channels that are slow or cost money (spec §15.8). */
  readonly evenCostly: boolean
}

export interface BlobReading {
  /** Bytes of the file that are read: they come first, in their order. */
  readonly first: ByteRange
  /** When whoever waits for the next of them got some last, on the device's clock; undefined: nobody waits now. */
  readonly servedAt: number | undefined
}

/** What is wanted, before its chunks are open. */
export interface AskedFor extends Pick<WantedBlob, 'circle' | 'conversation' | 'evenCostly'> {
  readonly id: BlobId
}

/** Bytes `from` to `to - 1`. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

export const TRANSFER_STATE = {
  /** Something is on its way, or about to be asked for. */
  fetching: 'fetching',
  /** Nobody who can be reached, or may be asked, has what is missing. */
  waiting: 'waiting',
  /** Somebody who may be asked can be reached, but only over channels that are slow or cost money. */
  heldBack: 'held-back',
  /** Goes on by itself when there is room. */
  diskFull: 'disk-full',
  /** This device's disk takes nothing of it, whatever room there is: tried again now and then. */
  diskRefused: 'disk-refused',
  complete: 'complete',
} as const
export type TransferState = (typeof TRANSFER_STATE)[keyof typeof TRANSFER_STATE]

export interface TransferProgress {
  readonly state: TransferState
  /** Bytes of the file that are here, about: counted by whole chunks. */
  readonly have: number
  /** Bytes a second, over the last seconds. */
  readonly rate: number
  readonly sources: readonly TransferSource[]
  /** Why the disk takes nothing of it. */
  readonly refusal?: Fault
}

/** A device that can be reached, may be asked, and has something of it. */
export interface TransferSource {
  readonly device: DeviceId
  readonly channel: string
  /** Bytes a second. */
  readonly rate: number
  /** Bytes of the file that it has, about. */
  readonly have: number
  /** It was asked, and sent nothing or next to nothing for ten seconds: others are asked first, until it sends a chunk. */
  readonly isSilent: boolean
}
