/** Byte strings, without Node's Buffer. */

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Not constant time: for public values only. Secrets are compared by `Primitives.equal`. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order of bytes: negative, 0 or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const encoder = new TextEncoder()

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** `value` as 4 bytes, big-endian. @throws RangeError outside 0..2^32-1 */
export function u32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError('not a u32')
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/** `value` as 8 bytes, big-endian. @throws RangeError if not a safe non-negative integer */
export function u64(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a safe u64')
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, BigInt(value))
  return out
}

/** Reads a big-endian u64 that fits a safe integer. @throws RangeError otherwise */
export function readU64(bytes: Uint8Array, at = 0): number {
  const value = Number(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0))
  if (!Number.isSafeInteger(value)) throw new RangeError('u64 too large')
  return value
}
