/** What goes wrong with files, in words: the place is the person's own, so it may be named to them. */
import { CallerFault, Fault, IntegrityFault, MAX_FILE_NAME_BYTES, Unavailable } from '@triode/core'

const MB = 1_000_000

export function fileAbsent(path: string, cause?: unknown): CallerFault {
  return new CallerFault('file-absent', {
    details: { path: shown(path) },
    message: `There is no file ${shown(path)}.`,
    remedy: 'Look at its name.',
    cause,
  })
}

export function fileForbidden(path: string, cause?: unknown): CallerFault {
  return new CallerFault('file-forbidden', {
    details: { path: shown(path) },
    message: `${shown(path)} can\u2019t be read.`,
    remedy: 'Look at who may read it.',
    cause,
  })
}

/** The vault, and what opens the API while the device runs. */
export function ownHome(path: string): CallerFault {
  return new CallerFault('file-forbidden', {
    details: { of: 'own-home', path: shown(path) },
    message: `${shown(path)} is where this device keeps its vault: it is not sent.`,
    remedy: 'To take it elsewhere, make a backup, and send that from another folder.',
  })
}

export function fileChanged(path: string, cause?: unknown): CallerFault {
  return new CallerFault('file-changed', {
    details: { path: shown(path) },
    message: `${shown(path)} changed while it was being sent.`,
    remedy: 'Send it again when nothing writes to it, or send a copy.',
    cause,
  })
}

export function notAFile(path: string): CallerFault {
  return new CallerFault('not-a-file', {
    details: { of: 'special', path: shown(path) },
    message: `${shown(path)} is neither a file nor a folder.`,
    remedy: 'Copy what it holds into a file, and send that.',
  })
}

/** It says that it holds nothing, and does. */
export function untold(path: string): CallerFault {
  return new CallerFault('not-a-file', {
    details: { of: 'untold', path: shown(path) },
    message: `${shown(path)} does not say how much it holds.`,
    remedy: 'Copy what it holds into a file, and send that.',
  })
}

export function notAbsolute(path: string): CallerFault {
  return new CallerFault('not-a-file', {
    details: { of: 'relative', path: shown(path) },
    message: `${shown(path)} is no absolute path.`,
    remedy: 'Say where it lies from the root on.',
  })
}

/** It may be shorter where it lies: that disk counts other bytes. */
export function nameTooLong(path: string): CallerFault {
  return new CallerFault('file-name-too-long', {
    details: { path: shown(path), most: MAX_FILE_NAME_BYTES },
    message: `The name of ${shown(path)} has more than ${MAX_FILE_NAME_BYTES} bytes as it is sent (in Unicode\u2019s form NFC).`,
    remedy: 'Rename it, or send it in an archive.',
  })
}

export function nothingToSend(): CallerFault {
  return new CallerFault('nothing-to-send', {
    message: 'There is nothing to send.',
    remedy: 'Name a file or a folder.',
  })
}

/** @param of which bound it is, for faces with words of their own */
export function tooManyFiles(of: 'deep' | 'many' | 'message', most: number, message: string): CallerFault {
  return new CallerFault('too-many-files', {
    details: { of, most },
    message,
    remedy: 'Send it in parts, or as an archive.',
  })
}

export function tooManyUploads(most: number): CallerFault {
  return new CallerFault('too-many-uploads', {
    details: { most },
    message: `There are ${String(most)} uploads that no message names yet.`,
    remedy: 'Send some of them, or drop them.',
  })
}

export function noUpload(): CallerFault {
  return new CallerFault('upload-gone', {
    message: 'There is no such upload in this circle: it was sent or dropped, or waited for too long.',
    remedy: 'Upload it again, for the conversation in which it is to be sent.',
  })
}

export function noFile(): CallerFault {
  return new CallerFault('not-found', {
    details: { of: 'file' },
    message: 'There is no such file here.',
    remedy:
      'The message that named it may have been deleted or have expired. `triode file list` shows what there is.',
  })
}

export function notWhole(name: string): CallerFault {
  return new CallerFault('file-not-here', {
    details: { name: shown(name) },
    message: `${shown(name)} is not wholly on this device, so it can\u2019t be sent on.`,
    remedy: 'Fetch it first.',
  })
}

/** It would come, and go again at once. */
export function overQuota(name: string): CallerFault {
  return new CallerFault('over-quota', {
    details: { name: shown(name) },
    message: `${shown(name)} is larger than all files together may be here, so it would not stay.`,
    remedy:
      'Save it to a place of its own (`triode file get FILE -o PATH`), pin it (`triode file pin FILE`), or allow more (`triode file settings quota`).',
  })
}

export function fileMended(name: string): IntegrityFault {
  return new IntegrityFault('file-mended', {
    details: { name: shown(name) },
    message: `What this device notes of the parts of ${shown(name)} was damaged or gone; it was made anew from these.`,
    remedy: 'Look at the disk: `triode file check` hashes all files.',
  })
}

export function notAFolder(): CallerFault {
  return new CallerFault('not-a-folder', { message: 'That is a file, not a folder.' })
}

export function notHereYet(): Unavailable {
  return new Unavailable('not-here-yet', {
    message: 'What the folder holds is not known here yet.',
    remedy: 'Try again once its sender can be reached.',
  })
}

export function canceled(): Unavailable {
  return new Unavailable('canceled', { message: 'It was canceled.' })
}

export function fileGone(): Unavailable {
  return new Unavailable('file-gone', {
    message: 'The file is gone: its message was deleted or has expired, or it was dropped here.',
  })
}

export function badRange(): CallerFault {
  return new CallerFault('range-not-satisfiable', { message: 'The file has no such bytes.' })
}

export function badSetting(message: string): CallerFault {
  return new CallerFault('setting-out-of-range', { message })
}

/** @param mayGo it is replaced if one says so */
export function fileExists(path: string, mayGo: boolean): CallerFault {
  return new CallerFault('file-exists', {
    details: { path: shown(path) },
    message: `There is something called ${shown(path)} already.`,
    remedy: mayGo ? 'Choose another name, or say that it may be replaced.' : 'Choose another name.',
  })
}

/** What is tried again would be refused again. @param cause what the system says, or the store */
export function fileRefused(path: string, cause?: unknown): CallerFault {
  const of = REFUSALS[systemCodeOf(cause) ?? ''] ?? 'other'
  const [why, remedy] = NOT_WRITTEN[of]
  return new CallerFault('file-refused', {
    details: { of, path: shown(path) },
    message: `${shown(path)} ${why}.`,
    remedy,
    cause,
  })
}

/** Where it is to be saved. */
export function noFolder(path: string): CallerFault {
  return new CallerFault('file-refused', {
    details: { of: 'no-folder', path: shown(path) },
    message: `There is no folder ${shown(path)}.`,
    remedy: 'Make it first, or choose another.',
  })
}

const NOT_WRITTEN: Readonly<Record<Refusal, readonly [why: string, remedy: string]>> = {
  forbidden: [
    'can\u2019t be written: this user may not write there',
    'Choose another folder, or let this user write in that one.',
  ],
  protected: ['can\u2019t be written: that disk is read-only', 'Choose another disk.'],
  failing: ['can\u2019t be written: that disk fails', 'Choose another disk, and look at that one.'],
  large: [
    'would be larger than that disk takes files',
    'Choose another disk: those with FAT32, as many sticks have it, take none of 4 GiB or more.',
  ],
  named: ['can\u2019t be written: that disk takes no such name', 'Choose another name, or another disk.'],
  other: ['can\u2019t be written', 'Choose another folder.'],
}

export function diskFull(cause?: unknown): Unavailable {
  return new Unavailable('disk-full', { message: 'The disk is full.', remedy: 'Make room on it.', cause })
}

/** Known before anything is written. @param bytes that it takes @param free of the disk */
export function noRoomFor(bytes: number, free: number): Unavailable {
  const [needed, left] = [Math.ceil(bytes / MB), Math.floor(free / MB)]
  return new Unavailable('disk-full', {
    details: { of: 'room', needed, free: left },
    message: `That takes ${needed.toLocaleString('en')} MB of the disk, and ${left.toLocaleString('en')} MB are free for it.`,
    remedy: 'Make room on it.',
  })
}

/**
 * Why the disk on which this device keeps chunks takes none, whatever room it has; undefined: it is full, or something else is wrong.
 * @param folder where they lie @param cause as the system throws it, or the store
 */
export function chunksRefused(folder: string, cause: unknown): Unavailable | undefined {
  const code = systemCodeOf(cause)
  if (code === undefined || FULL.has(code)) return undefined
  const of = REFUSALS[code] ?? 'other'
  const path = shown(folder)
  const [why, remedy] = NOT_KEPT[of]
  return new Unavailable('disk-refused', {
    details: { of, path, code },
    message: `${why(path)} (${code}).`,
    remedy: `${remedy} Then it goes on by itself.`,
    cause,
  })
}

type Refusal = 'forbidden' | 'protected' | 'failing' | 'large' | 'named' | 'other'

/** What is in the way, by what the system says. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EROFS: 'protected',
  EIO: 'failing',
  EFBIG: 'large',
  ENAMETOOLONG: 'named',
  EINVAL: 'named',
  EILSEQ: 'named',
}

const NOT_KEPT: Readonly<Record<Refusal, readonly [why: (path: string) => string, remedy: string]>> = {
  forbidden: [
    (path) => `This user may not write in ${path}, so files can\u2019t be kept there`,
    'Let the user that runs Triode read and write in that folder.',
  ],
  protected: [
    (path) => `The disk with ${path} is read-only`,
    'Make it writable; one that becomes read-only by itself may be failing.',
  ],
  failing: [
    (path) => `The disk with ${path} fails to read or write`,
    'Make a backup on another disk, and look at this one.',
  ],
  large: [
    (path) => `The disk with ${path} takes no file that is so large`,
    'Move the home folder to another disk: those with FAT32 take none of 4 GiB or more.',
  ],
  named: [(path) => `Files can\u2019t be kept in ${path}`, 'Look at that folder and its disk.'],
  other: [(path) => `Files can\u2019t be kept in ${path}`, 'Look at that folder and its disk.'],
}

export function errnoOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'errno' in cause ? (cause as NodeJS.ErrnoException).code : undefined
}

/** What can't be asked of a file system need not be; that it is full counts. @throws `cause` if it is that */
export function unlessFull(cause: unknown): void {
  if (errnoOf(cause) === 'ENOSPC') throw cause
}

/** Of reading what a person named. */
export function readingFault(path: string, cause: unknown): unknown {
  const code = errnoOf(cause)
  if (code === undefined) return cause
  return ABSENT.has(code) ? fileAbsent(path, cause) : fileForbidden(path, cause)
}

/** Of writing to where a person wants it. */
export function writingFault(path: string, cause: unknown): unknown {
  const code = systemCodeOf(cause)
  if (code === undefined) return cause
  if (code === 'EEXIST' || code === 'ENOTEMPTY') return fileExists(path, false)
  return FULL.has(code) ? diskFull(cause) : fileRefused(path, cause)
}

function systemCodeOf(cause: unknown): string | undefined {
  return saidBySystem(cause)?.code
}

/** Which file it was, if the system or the store says it. */
export function refusedPathOf(cause: unknown): string | undefined {
  return saidBySystem(cause)?.path
}

/** What the system said, whether it is thrown as that or by the store: whoever opens chunks writes where they are saved, too. */
function saidBySystem(cause: unknown): NodeJS.ErrnoException | undefined {
  const told = cause instanceof Fault && OF_DISK.has(cause.code) ? cause.cause : cause
  if (!(told instanceof Error) || told instanceof Fault) return undefined
  const said: NodeJS.ErrnoException = told
  return said.code !== undefined && SYSTEM_CODE.test(said.code) ? said : undefined
}

export function isFull(fault: Fault): boolean {
  return fault.code === 'disk-full'
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'])
const FULL = new Set(['ENOSPC', 'EDQUOT'])
/** Under which the store throws what a disk refuses. */
const OF_DISK = new Set(['disk-full', 'place-forbidden'])
/** Not what Node says of itself. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z0-9]+$/

/** As it is shown to people: bounded, and on one line. */
function shown(path: string): string {
  // eslint-disable-next-line no-control-regex -- those are what must not reach a terminal
  const plain = path.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '_')
  return plain.length > 200 ? `…${plain.slice(-200)}` : plain
}
