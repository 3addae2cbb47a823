/** A fuzz target: one decoder, and the contract that it keeps with any input. */
import { isDeepStrictEqual } from 'node:util'
import { Fault } from '@triode/core'

/** A class of errors that a decoder may throw. */
export type FaultClass = abstract new (...args: never[]) => Error

export interface Target {
  /** Also the name of its corpus. */
  readonly name: string
  /** The decoders it drives: `core/circle/card.ts openCard`, below `packages/`, without `src/`. */
  readonly covers: readonly string[]
  /** Inputs that decode, or nearly: where mutations start from. */
  readonly seeds: () => readonly Uint8Array[]
  /** Words of its language, for inputs that are text. */
  readonly words: readonly string[]
  readonly faults: readonly FaultClass[]
  /** Decodes once and checks what came out. @throws ContractBroken, or whatever the decoder throws */
  readonly run: (input: Uint8Array) => unknown
  /** Milliseconds that one input may take: see BOUNDS for the rest. */
  readonly maxMs: number
}

/** What came out of a decoder is not what its encoder makes. */
export class ContractBroken extends Error {}

export interface Decoder<T> {
  readonly name: string
  readonly covers: readonly string[]
  readonly decode: (input: Uint8Array) => T
  readonly faults: readonly FaultClass[]
  readonly seeds: () => readonly Uint8Array[]
  readonly words?: readonly string[]
  readonly maxMs?: number
  /** Where there is only one encoding: what decodes encodes to the same bytes. */
  readonly encode?: (value: T) => Uint8Array
  /** Where there are more: what decodes decodes to the same after it was encoded. */
  readonly encodeAny?: (value: T) => Uint8Array
}

/** Generous: an input takes microseconds, and the machine may be doing something else. */
const DEFAULT_MAX_MS = 200

export function target<T>(decoder: Decoder<T>): Target {
  const { name, covers, faults, seeds, words = [], maxMs = DEFAULT_MAX_MS } = decoder
  let held: readonly Uint8Array[] | undefined
  // A copy of its own each: a Buffer's slice() is a view, and inputs are made by changing slices of seeds.
  const once = (): readonly Uint8Array[] => (held ??= seeds().map((seed) => Uint8Array.from(seed)))
  return { name, covers, faults, seeds: once, words, maxMs, run: (input) => check(decoder, input) }
}

/** A target over text: the input is its UTF-8. */
export function textTarget<T>(
  decoder: Omit<Decoder<T>, 'decode' | 'seeds' | 'encode' | 'encodeAny'> & {
    readonly decode: (text: string) => T
    readonly seeds: () => readonly string[]
    readonly format?: (value: T) => string
  },
): Target {
  const { decode, seeds, format, ...rest } = decoder
  const reader = new TextDecoder('utf-8', { ignoreBOM: true })
  return target<T>({
    ...rest,
    decode: (input) => decode(reader.decode(input)),
    seeds: () => seeds().map(bytesOf),
    ...(format !== undefined && { encodeAny: (value: T) => bytesOf(format(value)) }),
  })
}

/** A target whose decoder has to wait for its input. */
export function asyncTarget(decoder: Omit<Decoder<Promise<unknown>>, 'encode' | 'encodeAny'>): Target {
  return target(decoder)
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function check<T>({ decode, encode, encodeAny }: Decoder<T>, input: Uint8Array): T {
  const value = decode(input)
  if (encode !== undefined && Buffer.compare(encode(value), input) !== 0) {
    throw new ContractBroken('it decodes, but its one encoding is another')
  }
  if (encodeAny !== undefined && !isDeepStrictEqual(decode(encodeAny(value)), value)) {
    throw new ContractBroken('encoded again, it decodes to something else')
  }
  return value
}

/** Whether `error` is one that `target` may answer an input with. */
export function isAllowed(target: Target, error: unknown): boolean {
  const known = target.faults.some((fault) => error instanceof fault)
  return known && (!(error instanceof Fault) || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(error.code))
}
