/** Has a virtual machine's host give it memory before the clock runs, and keep giving it until it is used. */
import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'

const PIECE_BYTES = 4_194_304
/** Left to everybody else. */
const SPARED_BYTES = 1_073_741_824
/** Let go of before it is needed: some tenths of a second of the fastest. */
const AHEAD_BYTES = 268_435_456
/** Let go at a time: some milliseconds. */
const STEP_BYTES = 67_108_864
const LOOK_EVERY_MS = 10

/**
 * Memory in a file of its own, which shrinks as other files beside it grow. At the first touch of a page a host takes many times as long as a copy of it does, which
 * would count against whoever needs most; and what is merely free a host may take back (virtio's free page reporting does, after two seconds).
 */
export class Ballast {
  private readonly folder: string
  private readonly path: string
  private readonly file: number
  private bytes = 0
  /** Free beside it at first. What was freed last is used first, so nothing of this is touched. */
  private readonly atFirst: number
  private readonly timer: NodeJS.Timeout

  /** @param folder lies in memory @param bytes less where less is free */
  constructor(folder: string, bytes: number) {
    this.folder = folder
    this.path = join(folder, 'ballast')
    this.file = openSync(this.path, 'w')
    const { bavail, bsize } = statfsSync(folder)
    const most = Math.min(bytes, bavail * bsize, freemem() - SPARED_BYTES)
    const piece = new Uint8Array(PIECE_BYTES).fill(1)
    for (; this.bytes < most; this.bytes += piece.length) writeSync(this.file, piece)
    this.atFirst = this.freeBytes()
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS)
  }

  /** Lets go of all of it. */
  [Symbol.dispose](): void {
    clearInterval(this.timer)
    closeSync(this.file)
    rmSync(this.path)
  }

  private look(): void {
    if (this.bytes === 0 || this.freeBytes() >= this.atFirst + AHEAD_BYTES) return
    this.bytes = Math.max(0, this.bytes - STEP_BYTES)
    ftruncateSync(this.file, this.bytes)
  }

  private freeBytes(): number {
    const { bfree, bsize } = statfsSync(this.folder)
    return bfree * bsize
  }
}
