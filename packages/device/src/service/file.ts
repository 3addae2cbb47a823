/** Files, as faces send, get and watch them. */
import type { Readable } from 'node:stream'
import type {
  BlobId,
  CircleId,
  ConversationId,
  DeviceId,
  MemberId,
  MessageId,
  FaultDetails,
} from '@triode/core'
import type { FileSummary } from './fileSummary.ts'
import type { MemberRef, Where } from './reference.ts'
import type { SendWarning, Tally } from './message.ts'

export const FILE_STATE = {
  /** Being read and sealed here; nobody was told of it. */
  preparing: 'preparing',
  /** A message names it; nothing is fetched until somebody asks. */
  offered: 'offered',
  /** Coming. */
  fetching: 'fetching',
  /** Wanted, and nobody who can be reached has told yet that they have what is missing. */
  waiting: 'waiting',
  /** Wanted, and comes by itself over a channel that is neither slow nor costly, or when somebody asks for it. */
  heldBack: 'held-back',
  paused: 'paused',
  /** Wanted, and the disk is full: goes on by itself when there is room. */
  diskFull: 'disk-full',
  /** Wanted, and the disk of this device takes nothing, whatever room it has: `notStored` says why. Goes on by itself when it does. */
  diskRefused: 'disk-refused',
  /** All of it is here. */
  complete: 'complete',
} as const
export type FileState = (typeof FILE_STATE)[keyof typeof FILE_STATE]

export const FILE_PRIORITY = { low: 'low', normal: 'normal', high: 'high' } as const
export type FilePriority = (typeof FILE_PRIORITY)[keyof typeof FILE_PRIORITY]

export interface FileView extends FileSummary {
  readonly conversation: ConversationId
  readonly circle: CircleId
  /** The one that calls it so: the newest of the member who named it first, unless another was asked for; absent while it is being prepared. */
  readonly message?: MessageId
  readonly from: MemberId
  readonly fromName?: string
  readonly at: number
  readonly state: FileState
  /** Bytes of it that are here (while preparing: that were read), of `size`. */
  readonly have: number
  /** While it is being prepared: as of SendFilesInput. */
  readonly sending?: string
  /** Bytes a second, while it comes or is prepared. */
  readonly rate?: number
  readonly secondsLeft?: number
  readonly sources: FileSource[]
  readonly priority: FilePriority
  /** Never evicted. */
  readonly pinned: boolean
  /** Until it is resumed nothing of it is fetched, nor given to other devices. */
  readonly paused: boolean
  /** Where it is saved once it is whole; absolute. */
  readonly savingTo?: string
  /** Where it was saved last. */
  readonly savedTo?: string
  /** Links in a folder that was saved since the vault was unlocked, which the disk at `savedTo` can't hold; the rest is there. */
  readonly linksLeftOut?: LeftOutLinks
  /** Why the disk takes nothing of it, while it is `disk-refused`. */
  readonly notStored?: NotStored
  /** Why it could not be saved; for want of room it is tried again. */
  readonly notSaved?: NotStored
  /** Of one's own: how many recipients have all of it. */
  readonly delivered: Tally
  /** Of one's own: whether a keeper has all of it, for whoever lacks it (spec §16.6). */
  readonly held: boolean
  /** Of one's own that somebody lacks: why no keeper takes it, where none does that was met, or is to. */
  readonly notHeld?: NotHeld
}

export const NOT_HELD = {
  /** There is none for it now: it is tried again. */
  noRoom: 'no-room',
  /** It is larger than they take files. */
  tooLarge: 'too-large',
  /** They take no files. */
  noFiles: 'no-files',
  /** The circle has none left at its keepers. */
  policy: 'policy',
} as const
export type NotHeld = (typeof NOT_HELD)[keyof typeof NOT_HELD]

export interface LeftOutLinks {
  readonly count: number
  /** The first of them, in the folder. */
  readonly paths: string[]
}

/** What is in the way, and what one can do. */
export interface NotStored {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly details?: FaultDetails
}

/** Who it comes from. */
export interface FileSource {
  readonly device: DeviceId
  readonly member: MemberId
  readonly name?: string
  readonly channel: string
  /** Bytes a second. */
  readonly rate: number
  /** Bytes of it that it has. */
  readonly have: number
  /** It was asked, and sent nothing or next to nothing for ten seconds: others are asked first, until it sends a chunk. */
  readonly isSilent: boolean
}

/** Bytes of one file, from a face that has no path of it. */
export interface UploadInput {
  /** In a conversation of this circle it will be sent. */
  readonly where: Where
  readonly name: string
  /** What the face takes it for, as a Content-Type; what it is by its content counts more. */
  readonly mediaType?: string
  /** Bytes, if it is known how many come. */
  readonly size?: number
  /** If it is a folder: how many files are in it. Its bytes are then those of spec §13.11. */
  readonly files?: number
  /** When it was last written to. */
  readonly modifiedAt?: number
  /** As of SendFilesInput. */
  readonly keepMetadata?: boolean
  /** Its bytes may be long in coming: they count as use of the device when they come, and waiting for them does not. */
  readonly waits?: boolean
  /** Taken as fast as it is sealed. Where it fails, nothing is kept. */
  readonly content: AsyncIterable<Uint8Array>
}

/** Sealed, and named by no message: nobody was told of it. */
export interface UploadView {
  readonly upload: string
  readonly circle: CircleId
  readonly name: string
  readonly mediaType: string
  /** Bytes that will be sent. */
  readonly size: number
  /** Of a folder: how many are in it. */
  readonly files?: number
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
  readonly modifiedAt?: number
  /** Whether a preview was made of it. */
  readonly preview: boolean
  /** As of SentFiles. */
  readonly stripped: boolean
  readonly mayTell: boolean
  /** Until then it waits for a message; a lock, and the end of the device, end it sooner. */
  readonly expiresAt: number
}

export interface SendFilesInput {
  readonly where: Where
  /** Absolute; files and folders. More than a message takes come as one folder. */
  readonly paths?: readonly string[]
  /** Uploads of the same circle; they come after the paths. */
  readonly uploads?: readonly string[]
  /** Files and folders that a message here names already, wholly here; they come last, and go on as that message says. */
  readonly files?: readonly ForwardedFile[]
  /** What this sending is called by whoever asks for it: what is prepared carries it, and cancelFile() takes it in the place of an id. */
  readonly sending?: string
  /** Goes with them. */
  readonly text?: string
  readonly replyTo?: string
  readonly mentions?: readonly MemberRef[]
  /** Leaves in images and recordings what tells where, when and with what they were made; else that is taken out. */
  readonly keepMetadata?: boolean
}

export interface ForwardedFile {
  readonly id: string
  /** As of GetFileInput. */
  readonly message?: string
}

export interface SentFiles {
  readonly message: MessageId
  readonly conversation: ConversationId
  readonly files: FileView[]
  /** What was not sent of folders, and why. */
  readonly leftOut: LeftOut[]
  /** Images and recordings out of which was taken what told where, when and with what they were made: paths, and names of uploads. */
  readonly stripped: string[]
  /** Images, films and sound that may go on telling just that: it can't be taken out of their kind (TIFF, say), or not all of it out of these. */
  readonly mayTell: string[]
  readonly warning?: SendWarning
}

export interface LeftOut {
  readonly path: string
  readonly reason:
    'symlink-outside' | 'not-a-file' | 'unreadable' | 'name-not-utf8' | 'name-too-long' | 'own-home'
}

export interface FilesInput {
  /** Default: all conversations. */
  readonly where?: Where
  /** Only those that are not settled: preparing, fetching, waiting, disk-full, disk-refused, paused (also here, and not given to others), and those that are still to be saved. */
  readonly active?: boolean
}

export interface GetFileInput {
  readonly id: string
  /** Of those that name it, the one that says how it is called. */
  readonly message?: string
  /** Absolute: a file that is not there, or a folder, in which it is saved under its own name. Without: it is fetched and stays in the vault. */
  readonly to?: string
  readonly overwrite?: boolean
  readonly priority?: FilePriority
}

export interface ReadFileInput {
  readonly id: string
  /** As of GetFileInput. */
  readonly message?: string
  /** Of a file inside of a folder: its path, with `/`. */
  readonly path?: string
  /** First byte; default 0. */
  readonly from?: number
  /** Byte after the last; default: the end. */
  readonly to?: number
}

export interface FileContent {
  readonly name: string
  readonly mediaType: string
  /** Of all of it. */
  readonly size: number
  readonly from: number
  readonly to: number
  /** Waits for what is still to come, which is fetched first. Destroy it when it is no longer wanted. */
  readonly stream: Readable
}

export interface FolderEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  readonly size: number
  readonly modifiedAt?: number
}

export interface FileCheck {
  /** Files that were looked at. */
  readonly checked: number
  /** Those of which chunks were damaged; these are fetched anew from whoever has them. */
  readonly damaged: { readonly id: BlobId; readonly name: string; readonly chunks: number }[]
  /** Those of which it was not known any more which chunks are here, since that was damaged or gone: found out by hashing, now or since the last check. */
  readonly mended: { readonly id: BlobId; readonly name: string }[]
}

export interface FileSettings {
  /** Larger files are fetched when asked for; null: none is too large. */
  readonly autoFetchBytes: number | null
  /** The same where only slow or costly channels lead to it. */
  readonly autoFetchSlowBytes: number | null
  /** Beyond it what was used longest ago, and is not pinned, goes; null: as much as the disk has. */
  readonly quotaBytes: number | null
  /** What comes of one member by itself, as long as nobody looks at it: more of them waits to be asked for; null: as much as there is. Never more than half of the quota. */
  readonly memberShareBytes: number | null
  /** Bytes a second by channel, both ways each; a channel that is not named has no limit. */
  readonly rateLimits: Readonly<Record<string, number>>
}

export interface FileService {
  /**
   * Seals what comes, to be named by one message later.
   * @throws whatever the content does; CallerFault 'file-name-invalid' | 'file-changed' (not as much as it said) | 'file-too-large' |
   * 'folder-invalid' | 'too-many-files' | 'too-many-uploads', or as send(); Unavailable 'disk-full' | 'canceled'
   */
  uploadFile(input: UploadInput): Promise<UploadView>
  /** Those that wait, oldest first. */
  uploads(): Promise<UploadView[]>
  /** @throws CallerFault 'upload-gone' */
  dropUpload(upload: string): Promise<void>
  /**
   * Reads and seals the files, then sends the message that names them; the files themselves may change or go afterwards. Uploads are used up
   * by it, unless it fails. What is forwarded within its circle stays one file, and is sealed anew for another circle.
   * @throws CallerFault 'not-found' | 'file-not-here' (forwarded, and not wholly here) | 'upload-gone' | 'file-absent' | 'file-forbidden' | 'file-changed' (each of several times that it was read) | 'file-name-too-long' | 'not-a-file' | 'nothing-to-send' | 'too-many-files', or as send();
   * Unavailable 'disk-full' | 'canceled'
   */
  sendFiles(input: SendFilesInput): Promise<SentFiles>
  /** Newest first. */
  files(input: FilesInput): Promise<FileView[]>
  /** @throws CallerFault 'not-found' */
  file(id: string, message?: string): Promise<FileView>
  /** What a folder holds, as soon as its index is here. @throws CallerFault 'not-a-folder'; Unavailable 'not-here-yet' */
  folder(id: string, message?: string): Promise<FolderEntry[]>
  /** Fetches it, and saves it once it is whole. Answers at once. @throws CallerFault 'not-found' | 'file-exists' | 'file-refused' | 'over-quota' */
  getFile(input: GetFileInput): Promise<FileView>
  /** Neither fetches it nor gives it to others until it is resumed, across restarts. */
  pauseFile(id: string): Promise<FileView>
  resumeFile(id: string): Promise<FileView>
  /** Stops preparing or fetching it, or all of a sending; what came is thrown away, and it is offered as before. What is here stays, and is not saved any more. */
  cancelFile(id: string): Promise<FileView | undefined>
  pinFile(id: string, pinned: boolean): Promise<FileView>
  /** Takes what is here of it from this device; it can be fetched again while somebody has it. */
  dropFile(id: string): Promise<FileView>
  /** Hashes what is here anew; without `id`, all. */
  checkFiles(id?: string): Promise<FileCheck>
  /** @throws CallerFault 'not-found' | 'range-not-satisfiable' */
  readFile(input: ReadFileInput): Promise<FileContent>
  fileSettings(): Promise<FileSettings>
  /** Only what is given changes. @throws CallerFault 'setting-out-of-range' */
  setFileSettings(changes: Partial<FileSettings>): Promise<FileSettings>
}
