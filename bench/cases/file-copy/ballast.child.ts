/** Nearly all memory that is free, held by this process, and let go of as files in a folder grow. */
import { statfsSync } from 'node:fs'
import { answerCalls } from '../../harness/child.ts'

/** Let go at a time: a millisecond. */
const PIECE_BYTES = 67_108_864
/** Left to everybody else. */
const SPARED_BYTES = 1_073_741_824
/** Let go of before it is needed: some tenths of a second of the fastest. */
const AHEAD_BYTES = 268_435_456
const LOOK_EVERY_MS = 10

class Ballast {
  private readonly folder: string
  private readonly pieces: ArrayBuffer[] = []
  /** Bytes of files before anything was let go of. */
  private readonly atFirst: number
  private freed = 0

  constructor(folder: string) {
    this.folder = folder
    while (process.availableMemory() > SPARED_BYTES + PIECE_BYTES)
      this.pieces.push(new Uint8Array(PIECE_BYTES).fill(1).buffer)
    this.atFirst = this.fileBytes()
    setInterval(() => this.look(), LOOK_EVERY_MS)
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

answerCalls({
  hold: (folder: string) => {
    new Ballast(folder)
  },
})
