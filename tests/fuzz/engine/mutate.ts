/** New inputs from old ones: by bytes, by the structure of CBOR, or by the words of a text. Seeded, so that a run replays. */
import type { SeededRandom } from '@triode/testkit'
import { leaf, nodesOf, parseTree, writeTree, type CborNode } from './cborTree.ts'

/** Longest input that mutation makes: decoders with larger limits are held to them by tests of their own. */
export const MAX_INPUT_BYTES = 8_192

export interface Stock {
  readonly random: SeededRandom
  /** Other inputs to take parts from; not empty. */
  readonly inputs: readonly Uint8Array[]
  readonly words: readonly Uint8Array[]
}

/** An input made of `input` by one to four steps. */
export function mutate(input: Uint8Array, stock: Stock): Uint8Array {
  let out = input
  for (let steps = 1 + stock.random.int(4); steps > 0; steps--) out = step(out, stock)
  return out.subarray(0, MAX_INPUT_BYTES)
}

function step(input: Uint8Array, stock: Stock): Uint8Array {
  const { random, words } = stock
  if (words.length > 0 && random.chance(0.4)) return insert(input, random.pick(words), random)
  const tree = random.chance(0.6) ? parseTree(input) : undefined
  if (tree !== undefined) {
    random.pick(BY_TREE)(random.pick(nodesOf(tree)), stock)
    return writeTree(tree)
  }
  return random.pick(BY_BYTES)(input, stock)
}

/** Lengths, counts and numbers around which decoders decide. */
const EDGES = [
  0n,
  1n,
  15n,
  16n,
  17n,
  23n,
  24n,
  31n,
  32n,
  33n,
  47n,
  48n,
  49n,
  63n,
  64n,
  65n,
  255n,
  256n,
  4_096n,
  65_535n,
  65_536n,
  0x7fff_ffffn,
  0xffff_fff0n,
  0xffff_ffffn,
  0x1_0000_0000n,
  2n ** 52n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
]
/** Halves, floats and simple values that are not canonical or not known (RFC 8949 §3.3). */
const ODD = [
  'f90000',
  'f98000',
  'f93c00',
  'f97e00',
  'fa3f800000',
  'fb3ff0000000000000',
  'f7',
  'f820',
  'ff',
  '5f40ff',
  'c000',
]
/** Texts that are not what they look like: byte-order marks, broken UTF-8, surrogates, controls, composed letters. */
const TEXTS = [
  'efbbbf41',
  'c328',
  'eda080',
  'f09f98',
  '00',
  '0a',
  'e280ae',
  '65cc81',
  'c3a9',
  '20',
  'f09f9880',
  'e2808d',
]

type TreeStep = (node: CborNode, stock: Stock) => void

const BY_TREE: readonly TreeStep[] = [
  // A length or a count that is not true.
  (node, { random }) => {
    node.argument = random.chance(0.5) ? random.pick(EDGES) : node.argument + BigInt(random.int(5)) - 2n
    if (node.argument < 0n) node.argument = 0n
    node.lies = true
  },
  // Another number.
  (node, { random }) => {
    become(node, leaf(random.int(2), random.pick(EDGES)))
  },
  // Another type with the same content.
  (node, { random }) => {
    node.major = random.int(8)
  },
  // A longer head than needed.
  (node, { random }) => {
    node.width = random.pick([1, 2, 4, 8])
  },
  // Bytes or text of another length.
  (node, { random }) => {
    const content = resized(node.content, Number(random.pick(EDGES.slice(0, 19))), random)
    become(node, leaf(node.major === 3 ? 3 : 2, 0n, content))
  },
  (node, { random }) => {
    become(node, leaf(3, 0n, Uint8Array.fromHex(random.pick(TEXTS))))
  },
  // A part of another input, or of this one.
  (node, { random, inputs }) => {
    const other = parseTree(random.pick(inputs))
    if (other !== undefined) become(node, random.pick(nodesOf(other)))
  },
  (node) => {
    become(node, { ...leaf(4, 0n), kids: [{ ...node }] })
  },
  (node, { random }) => {
    become(node, leaf(7, BigInt(20 + random.int(4))))
  },
  // Fields: one less, one twice, two swapped.
  (node, { random }) => {
    if (node.kids.length > 0) node.kids.splice(random.int(node.kids.length), 1)
  },
  (node, { random }) => {
    if (node.kids.length > 0) node.kids.push(structuredClone(random.pick(node.kids)))
  },
  (node, { random }) => {
    if (node.kids.length > 0) node.kids.unshift(...node.kids.splice(random.int(node.kids.length), 1))
  },
  // Inside of the content, with the length made right.
  (node, stock) => {
    if (node.content.length > 0 && node.kids.length === 0)
      node.content = stock.random.pick(BY_BYTES)(node.content, stock)
  },
]

function become(node: CborNode, other: CborNode): void {
  Object.assign(node, structuredClone(other))
}

function resized(content: Uint8Array, length: number, random: SeededRandom): Uint8Array {
  const bytes = Math.min(length, 1_024)
  const out = new Uint8Array(random.bytes(bytes))
  out.set(content.subarray(0, bytes))
  return out
}

type ByteStep = (input: Uint8Array, stock: Stock) => Uint8Array

const BY_BYTES: readonly ByteStep[] = [
  (input, { random }) => {
    if (input.length === 0) return input
    const out = input.slice()
    const bit = random.int(out.length * 8)
    out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return out
  },
  (input, { random }) => {
    if (input.length === 0) return random.bytes(1)
    const out = input.slice()
    out[random.int(out.length)] = random.int(256)
    return out
  },
  (input, { random }) => input.slice(0, random.int(input.length + 1)),
  (input, { random }) => insert(input, random.bytes(1 + random.int(8)), random),
  (input, { random }) =>
    insert(input, Uint8Array.fromHex(random.pick(random.chance(0.5) ? ODD : TEXTS)), random),
  (input, { random }) => {
    const [from, to] = span(input.length, random)
    return Buffer.concat([input.subarray(0, from), input.subarray(to)])
  },
  (input, { random }) => {
    const [from, to] = span(input.length, random)
    return insert(input, input.subarray(from, to), random)
  },
  // The beginning of this one and the end of another.
  (input, { random, inputs }) => {
    const other = random.pick(inputs)
    return Buffer.concat([
      input.subarray(0, random.int(input.length + 1)),
      other.subarray(random.int(other.length + 1)),
    ])
  },
  // A big-endian length, where one may stand.
  (input, { random }) => {
    const out = input.slice()
    const view = new DataView(out.buffer, out.byteOffset, out.length)
    if (out.length >= 4) view.setUint32(random.int(out.length - 3), Number(random.pick(EDGES) & 0xffff_ffffn))
    return out
  },
  () => new Uint8Array(0),
]

function insert(input: Uint8Array, part: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.int(input.length + 1)
  return Buffer.concat([input.subarray(0, at), part, input.subarray(at)])
}

function span(length: number, random: SeededRandom): [from: number, to: number] {
  const from = random.int(length + 1)
  return [from, from + random.int(length - from + 1)]
}
