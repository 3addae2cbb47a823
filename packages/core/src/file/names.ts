/** Names of files as they travel (spec §15.3). What is written to a disk under such a name: see safeName.ts. */
import { utf8 } from '../bytes.ts'
import type { Reader } from '../codec/reader.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import { MAX_FILE_NAME_BYTES } from './spec.ts'

/** 1 to 255 bytes of UTF-8, NFC, without `/` and zero, and neither `.` nor `..`. */
export function isFileName(name: string): boolean {
  // The first test bounds the others: a byte of UTF-8 is at most one unit of UTF-16.
  return (
    name.length > 0 &&
    name.length <= MAX_FILE_NAME_BYTES &&
    name !== '.' &&
    name !== '..' &&
    !name.includes('/') &&
    !name.includes('\0') &&
    name.isWellFormed() &&
    utf8(name).length <= MAX_FILE_NAME_BYTES &&
    name.normalize('NFC') === name
  )
}

/** @throws PeerFault 'malformed' */
export function readFileName(reader: Reader): string {
  const name = reader.text(MAX_FILE_NAME_BYTES)
  if (!isFileName(name)) throw new PeerFault('malformed')
  return name
}

/** @throws CallerFault 'file-name-invalid' */
export function checkFileName(name: string): void {
  if (isFileName(name)) return
  throw new CallerFault('file-name-invalid', {
    details: { most: MAX_FILE_NAME_BYTES },
    message: `A file's name has 1 to ${MAX_FILE_NAME_BYTES} bytes, composed Unicode, and no slash.`,
    remedy: 'Rename the file.',
  })
}
