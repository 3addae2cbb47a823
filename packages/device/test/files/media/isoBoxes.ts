/** Boxes of the ISO base media file format, and numbers as they stand in them. */
export function box(type: string, ...content: Uint8Array[]): Buffer {
  const all = Buffer.concat(content)
  return Buffer.concat([u32(8 + all.length), Buffer.from(type, 'latin1'), all])
}

export function full(type: string, version: number, ...content: Uint8Array[]): Buffer {
  return box(type, Buffer.of(version, 0, 0, 0), ...content)
}

export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index)
  return bytes
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index)
  return bytes
}
