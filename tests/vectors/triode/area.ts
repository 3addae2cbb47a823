/** Triode's own vectors (docs/spec/vectors): an area is a file there, and a module here that makes it. */
import assert from 'node:assert/strict'
import { Fault } from '@triode/core'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What goes in, and what has to come out; bytes are hex. */
export interface Case {
  readonly name: string
  readonly input: { readonly [key: string]: Json }
  readonly expected: { readonly [key: string]: Json }
}

/** Bytes that have to be refused, and how. */
export interface Refusal {
  readonly name: string
  readonly input: { readonly [key: string]: Json }
  readonly fault: { readonly class: string; readonly code: string }
}

export interface Area {
  /** Name of the file, without `.json`. */
  readonly name: string
  /** What it is of, in a few words. */
  readonly format: string
  /** Sections of the spec. */
  readonly spec: readonly string[]
  /** The suite its cases are in, where one file has one. */
  readonly suite?: string
  /** What a reader of the file has to know besides. */
  readonly about?: string
  /**
   * Makes the cases, and checks on the way that each also decodes. @param kept what the file has now: for what is random
   * and can't be repeated, such as an encapsulation; everything else is made anew
   */
  readonly make: (kept: Kept) => Content
}

export interface Content {
  readonly cases: readonly Case[]
  readonly refused?: readonly Refusal[]
}

/** The expected fields of the case of that name in the file as it is, if it is there. */
export type Kept = (name: string) => Case['expected'] | undefined

/** A value as JSON: bytes as hex, maps as lists of values, what is undefined left out. */
export function plain(value: unknown): Json {
  if (value instanceof Uint8Array) return value.toHex()
  if (value instanceof Map) return [...value.values()].map(plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return plainFields(value)
  assert.ok(
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
  )
  return value
}

export function plainFields(value: object): Record<string, Json> {
  const fields = Object.entries(value).filter(
    ([, field]) => field !== undefined && typeof field !== 'function',
  )
  return Object.fromEntries(fields.map(([key, field]) => [key, plain(field)]))
}

/** A case of a codec: `value` encodes to the expected bytes, and these decode to it. */
export function codecCase<T extends object>(
  name: string,
  value: T,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => unknown,
): Case {
  const bytes = encode(value)
  assert.deepEqual(plain(decode(bytes)), plain(value), `${name} does not decode to what it was made of`)
  return { name, input: plainFields(value), expected: { bytes: bytes.toHex() } }
}

/** A refusal that holds. `input` are further fields of the file: what has to be known to refuse. */
export function refusal(
  name: string,
  bytes: Uint8Array,
  fault: string,
  decode: (bytes: Uint8Array) => unknown,
  input: Record<string, Json> = {},
): Refusal {
  return textRefusal(name, { ...input, bytes: bytes.toHex() }, fault, () => decode(bytes))
}

/** @param fault class and code: `PeerFault malformed` */
export function textRefusal(
  name: string,
  input: Record<string, Json>,
  fault: string,
  decode: () => unknown,
): Refusal {
  const [expectedClass = '', code = ''] = fault.split(' ')
  assert.throws(decode, (error) => {
    const told = error instanceof Fault ? `${error.name} ${error.code}` : String(error)
    assert.equal(told, fault, `${name} is refused in another way`)
    return true
  })
  return { name, input, fault: { class: expectedClass, code } }
}
