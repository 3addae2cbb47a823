/** What can go wrong with stored blobs and with the files they are made of. */
import { CallerFault, type Fault, IntegrityFault, Unavailable } from '@triode/core'
import { diskFault } from '../diskFault.ts'
import { type ChunkFailure, SOURCE_CHANGED } from './chunkJob.ts'

export function chunkAbsent(): CallerFault {
  return new CallerFault('chunk-absent', {
    message: 'A part of this file is not on this device yet.',
    remedy: 'Wait until it has arrived.',
  })
}

export function chunkDamaged(): IntegrityFault {
  return new IntegrityFault('chunk-damaged', {
    message: 'A stored part of this file is damaged, and was not used.',
    remedy: 'Fetch it again from another device; look at the disk.',
  })
}

/** A page of the tree has to be here before what it vouches for. */
export function pageAbsent(): CallerFault {
  return new CallerFault('page-absent', { message: 'The hashes for this part of the file are not here yet.' })
}

export function chunkMisplaced(): CallerFault {
  return new CallerFault('chunk-misplaced', {
    message: 'The file has no such chunks, or not of that length.',
  })
}

export function rangeWrong(): CallerFault {
  return new CallerFault('range-wrong', { message: 'The file has no such bytes.' })
}

export function blobDamaged(): IntegrityFault {
  return new IntegrityFault('blob-damaged', {
    message: 'What is stored under the name of this file belongs to another.',
    remedy: 'Delete it here, then fetch it again.',
  })
}

export function blobGone(): Unavailable {
  return new Unavailable('blob-gone', { message: 'The file was deleted on this device.' })
}

export function aborted(cause?: unknown): Unavailable {
  return new Unavailable('aborted', { message: 'It was cancelled.', cause })
}

export function tooLarge(): CallerFault {
  return new CallerFault('file-too-large', {
    message: 'The files are larger than 256 TiB together.',
    remedy: 'Send fewer at a time.',
  })
}

/** @param most bytes that are taken of what comes without its length */
export function tooLongUnsized(most: number): CallerFault {
  const gibibytes = most / 1_073_741_824
  return new CallerFault('file-too-large', {
    details: { of: 'unsized', most: gibibytes },
    message: `Of what does not say how long it is no more than ${String(gibibytes)} GiB are taken.`,
    remedy: 'Write it into a file, and send that.',
  })
}

/** @param path of the source, which its owner gave and is told again */
export function sourceFault(path: string, code: string): Fault {
  switch (code) {
    case SOURCE_CHANGED:
      return new CallerFault('file-changed', {
        details: { path },
        message: `${path} changed while it was being sent.`,
        remedy: 'Send it again when nothing writes to it, or send a copy.',
      })
    case 'ENOENT':
    case 'ENOTDIR':
      return new CallerFault('file-absent', {
        details: { path },
        message: `${path} is not there any more.`,
        remedy: 'Look at its name and place, then send it again.',
      })
    case 'EACCES':
    case 'EPERM':
      return new CallerFault('file-forbidden', {
        details: { path },
        message: `This user may not read ${path}.`,
        remedy: 'Change its permissions, or send a copy.',
      })
    default:
      return new CallerFault('file-unreadable', {
        details: { path, code },
        message: `${path} cannot be read (${code}).`,
        remedy: 'Look at its disk, or send a copy.',
      })
  }
}

/** What ended a job. @param pathOf a source by its number */
export function jobFault(
  { at, code, source, path }: ChunkFailure,
  pathOf: (source: number) => string = String,
): unknown {
  if (at === 'source') return sourceFault(pathOf(source ?? 0), code)
  return diskFault(
    Object.assign(new Error(`writing ended with ${code}`), { code, ...(path !== undefined && { path }) }),
  )
}
