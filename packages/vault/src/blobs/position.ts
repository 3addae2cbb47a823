/** Whole reads and writes at a place of an open file, blocking. */
import { readSync, writeSync } from 'node:fs'

/** As much of `into` as the file has from `position` on. @returns how many bytes that was */
export function readAt(fd: number, into: Uint8Array, position: number): number {
  let filled = 0
  while (filled < into.length) {
    const read = readSync(fd, into, filled, into.length - filled, position + filled)
    if (read === 0) break
    filled += read
  }
  return filled
}

/** @throws what the system says, after it may have written a part */
export function writeAt(fd: number, bytes: Uint8Array, position: number): void {
  let written = 0
  while (written < bytes.length)
    written += writeSync(fd, bytes, written, bytes.length - written, position + written)
}
