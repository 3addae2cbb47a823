/** CBOR as a tree that can be broken in chosen ways and written again; reads more than the decoder under test takes. */

export interface CborNode {
  /** 0 to 7 (RFC 8949 §3.1). */
  major: number
  /** Value, length or count; for major type 7 the raw argument. */
  argument: bigint
  /** Bytes of the argument: 0 (in the head), 1, 2, 4 or 8. */
  width: number
  /** Of a byte or text string. */
  content: Uint8Array
  /** Of an array, map or tag; of a byte string that holds CBOR itself: that. */
  kids: CborNode[]
  /** The announced length or count stands, whatever the content is. */
  lies: boolean
}

const MAX_NODES = 4_096
const MAX_DEPTH = 32
const NONE: Uint8Array = new Uint8Array(0)

/** The one value that `bytes` are, or undefined. */
export function parseTree(bytes: Uint8Array): CborNode | undefined {
  const cursor = { bytes, at: 0, nodes: 0 }
  const node = readNode(cursor, 0)
  return node !== undefined && cursor.at === bytes.length ? node : undefined
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  nodes: number
}

function readNode(cursor: Cursor, depth: number): CborNode | undefined {
  const head = cursor.bytes[cursor.at]
  if (head === undefined || depth > MAX_DEPTH || ++cursor.nodes > MAX_NODES) return undefined
  const [major, low] = [head >> 5, head & 31]
  if (low > 27) return undefined
  const width = low < 24 ? 0 : 2 ** (low - 24)
  const argument = width === 0 ? BigInt(low) : bigEndian(cursor.bytes, cursor.at + 1, width)
  cursor.at += 1 + width
  const node: CborNode = { major, argument, width, content: NONE, kids: [], lies: false }
  if (cursor.at > cursor.bytes.length) return undefined
  if (major === 2 || major === 3) return readString(cursor, node, depth)
  const count = major === 4 ? argument : major === 5 ? argument * 2n : major === 6 ? 1n : 0n
  for (let index = 0n; index < count; index++) {
    const kid = readNode(cursor, depth + 1)
    if (kid === undefined) return undefined
    node.kids.push(kid)
  }
  return node
}

function readString(cursor: Cursor, node: CborNode, depth: number): CborNode | undefined {
  const left = cursor.bytes.length - cursor.at
  if (node.argument > BigInt(left)) return undefined
  const end = cursor.at + Number(node.argument)
  node.content = cursor.bytes.slice(cursor.at, end)
  cursor.at = end
  // A signed body is CBOR in a byte string: arrays only, as short strings are numbers by accident.
  if (node.major === 2 && (node.content[0] ?? 0) >> 5 === 4 && depth < MAX_DEPTH) {
    const inner = parseTree(node.content)
    if (inner !== undefined) node.kids.push(inner)
  }
  return node
}

export function writeTree(node: CborNode): Uint8Array {
  const parts: Uint8Array[] = []
  writeNode(node, parts)
  return Buffer.concat(parts)
}

function writeNode(node: CborNode, parts: Uint8Array[]): void {
  const kids: Uint8Array[] = []
  for (const kid of node.kids) writeNode(kid, kids)
  const content = node.kids.length > 0 ? Buffer.concat(kids) : node.content
  parts.push(headOf(node, content.length), content)
}

function headOf(node: CborNode, contentBytes: number): Uint8Array {
  const argument = node.lies ? node.argument : argumentOf(node, contentBytes)
  const width = node.width >= needed(argument) ? node.width : needed(argument)
  const low = width === 0 ? Number(argument) : 24 + Math.log2(width)
  const out = Buffer.alloc(1 + width)
  out[0] = ((node.major & 7) << 5) | low
  for (let at = width; at > 0; at--) out[at] = Number((argument >> BigInt(8 * (width - at))) & 255n)
  return out
}

function argumentOf(node: CborNode, contentBytes: number): bigint {
  if (node.major === 2 || node.major === 3) return BigInt(contentBytes)
  if (node.major === 4) return BigInt(node.kids.length)
  return node.major === 5 ? BigInt(node.kids.length >> 1) : node.argument
}

function needed(argument: bigint): number {
  if (argument < 24n) return 0
  if (argument < 0x100n) return 1
  if (argument < 0x1_0000n) return 2
  return argument < 0x1_0000_0000n ? 4 : 8
}

function bigEndian(bytes: Uint8Array, at: number, width: number): bigint {
  let value = 0n
  for (let index = 0; index < width; index++) value = (value << 8n) | BigInt(bytes[at + index] ?? 0)
  return value
}

/** All nodes, also those inside byte strings. */
export function nodesOf(node: CborNode): CborNode[] {
  return [node, ...node.kids.flatMap(nodesOf)]
}

/** A leaf. `width` 0: as short as it goes. */
export function leaf(major: number, argument: bigint, content = NONE, width = 0): CborNode {
  return { major, argument, width, content, kids: [], lies: false }
}
