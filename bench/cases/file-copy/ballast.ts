/** Has a virtual machine's host give it memory before the clock runs, and keep giving it until it is used. */
import { statfsSync } from 'node:fs'

/** Let go at a time: some milliseconds. */
const PIECE_BYTES = 67_108_864
/** Left to everybody else. */
const SPARED_BYTES = 1_073_741_824
/** Let go of before it is needed: some tenths of a second of the fastest. */
const AHEAD_BYTES = 268_435_456
const LOOK_EVERY_MS = 10

/**
 * Nearly all memory that is free, held by this process, and let go of as files in a folder grow. At the first touch of a page a host takes many times as long as a
 * copy of it does, which would count against whoever needs most; and what is merely free a host may take back (virtio's free page reporting does, after two seconds).
 * With less than nearly all, what the kernel gives next would now and then be memory that nobody has touched.
 */
export class Ballast {
  private readonly folder: string
  private readonly pieces: ArrayBuffer[] = []
  /** Bytes of files before anything was let go of. */
  private readonly atFirst: number
  private freed = 0
  private readonly timer: NodeJS.Timeout

  /** @param folder lies in memory */
  constructor(folder: string) {
    this.folder = folder
    while (process.availableMemory() > SPARED_BYTES + PIECE_BYTES)
      this.pieces.push(new Uint8Array(PIECE_BYTES).fill(1).buffer)
    this.atFirst = this.fileBytes()
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS)
  }

  /** Lets go of all of it. */
  [Symbol.dispose](): void {
    clearInterval(this.timer)
    while (this.pieces.length > 0) this.free()
  }

  private look(): void {
    const isNeeded = this.freed < this.fileBytes() - this.atFirst + AHEAD_BYTES
    // Somebody else needs it: this measures little then, but nothing has to be killed.
    if (isNeeded || process.availableMemory() < SPARED_BYTES / 2) this.free()
  }

  private free(): void {
    this.pieces.pop()?.transfer(0)
    this.freed += PIECE_BYTES
  }

  private fileBytes(): number {
    const { blocks, bfree, bsize } = statfsSync(this.folder)
    return (blocks - bfree) * bsize
  }
}
