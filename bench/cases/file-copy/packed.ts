/** Files one after another in one stream, each behind its name and length: what a rival without a format of its own sends. */
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, statSync, type WriteStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesBelow } from './load.ts'

const READ_BYTES = 1_048_576
const HEAD_BYTES = 10

/** The bytes of the file or folder at `source`; ends with a head of zeros. */
export async function* packed(source: string): AsyncGenerator<Uint8Array> {
  for (const name of filesBelow(source)) {
    const path = join(source, name)
    yield headOf(name, statSync(path).size)
    yield* createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>
  }
  yield headOf('', 0)
}

function headOf(name: string, size: number): Uint8Array {
  const text = Buffer.from(name)
  const head = Buffer.alloc(HEAD_BYTES + text.length)
  head.writeUInt16BE(text.length)
  head.writeBigUInt64BE(BigInt(size), 2)
  head.set(text, HEAD_BYTES)
  return head
}

/** Writes what `packed` gave below `target`. */
export class Unpacker {
  readonly #target: string
  #rest: Buffer = Buffer.alloc(0)
  #file: WriteStream | undefined
  #left = 0
  #seen = 0
  readonly #written: Promise<unknown>[] = []

  constructor(target: string) {
    this.#target = target
  }

  /** @returns a promise to wait for before more is given, or, once all is written, 'done' */
  add(data: Buffer): Promise<unknown> | 'done' | undefined {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data
    let full: Promise<unknown> | undefined
    while (bytes.length > 0) {
      if (this.#left > 0) {
        const part = bytes.subarray(0, this.#left)
        bytes = bytes.subarray(part.length)
        full = this.#write(part) ?? full
        continue
      }
      const head = readHead(bytes)
      if (head === undefined) break
      bytes = bytes.subarray(head.bytes)
      if (head.size === 0 && this.#seen > 0) return 'done'
      this.#open(head.name, head.size)
    }
    this.#rest = Buffer.from(bytes)
    return full
  }

  /** Resolves when every file is closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#written)
  }

  #open(name: string, size: number): void {
    const path = join(this.#target, name)
    mkdirSync(dirname(path), { recursive: true })
    this.#file = createWriteStream(path, { highWaterMark: 4 * READ_BYTES })
    this.#written.push(once(this.#file, 'close'))
    this.#left = size
    this.#seen++
  }

  #write(part: Buffer): Promise<unknown> | undefined {
    const file = this.#file
    if (file === undefined) throw new Error('no file is open')
    this.#left -= part.length
    const goesOn = file.write(part)
    if (this.#left === 0) file.end()
    else if (!goesOn) return once(file, 'drain')
    return undefined
  }
}

function readHead(bytes: Buffer): { name: string; size: number; bytes: number } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined
  const end = HEAD_BYTES + bytes.readUInt16BE()
  if (bytes.length < end) return undefined
  return { name: bytes.toString('utf8', HEAD_BYTES, end), size: Number(bytes.readBigUInt64BE(2)), bytes: end }
}
