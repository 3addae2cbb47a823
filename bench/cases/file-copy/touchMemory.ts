/** Has a virtual machine's host give it memory before the clock runs. */
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'

const PIECE_BYTES = 4_194_304
/** Left to everybody else. */
const SPARED_BYTES = 1_073_741_824

/**
 * Writes `bytes` into `folder`, which lies in memory, and takes them away again; less where less is free. At the first touch of a page a host
 * takes many times as long as a copy of it does, which would count against whoever is first to need so much, and against nobody after it.
 */
export function touchMemory(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const piece = new Uint8Array(PIECE_BYTES).fill(1)
  const path = join(folder, 'touched')
  const file = openSync(path, 'w')
  try {
    for (let left = Math.min(bytes, bavail * bsize, freemem() - SPARED_BYTES); left > 0; left -= piece.length)
      writeSync(file, piece)
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
