/** What every contender of this case sends: its length, that many bytes, and waits for one byte back. */

/** The fastest of 16 KiB, 64 KiB, 256 KiB and 1 MiB for TLS, and as good as any for libp2p. */
export const CHUNK = new Uint8Array(262_144).fill(7)

export const LENGTH_BYTES = 8

export function encodeLength(bytes: number): Uint8Array {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeBigUInt64BE(BigInt(bytes))
  return length
}

/** Counts what comes; says once that all of it is there. The length must come in one piece, as it was written. */
export class Counter {
  #left: number | undefined

  /** @returns whether the last byte has come */
  add(byteLength: number, head: () => Uint8Array): boolean {
    if (this.#left === undefined) {
      const { buffer, byteOffset } = head()
      this.#left = LENGTH_BYTES + Number(new DataView(buffer, byteOffset).getBigUint64(0))
    }
    this.#left -= byteLength
    if (this.#left < 0) throw new Error('more bytes came than were announced')
    return this.#left === 0
  }
}
