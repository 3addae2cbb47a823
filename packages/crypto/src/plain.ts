/**
 * The same bytes without Buffer's methods: `slice` of a Buffer shares memory where that of a Uint8Array copies,
 * and code that runs without Node must not meet the difference.
 */
export function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
}
