/** What two collections of sent bytes have in common that a third has not: what would link them. */
import { decodeValue, utf8, type Value } from '@triode/core'

/** Shorter ones coincide by chance. */
const MIN_VALUE_BYTES = 6
const WINDOW_BYTES = 6
/** Smaller integers count things; from here on they are times, ids or secrets. */
const MIN_INTEGER = 65_536
/**
 * Windows in a row that must be shared inside longer values, 9 bytes: where a constant field ends and a random one begins, one or
 * two coincide by chance.
 */
const MIN_RUN = 4

/** Values taken apart: CBOR inside of CBOR too, down to strings and numbers. */
export class Sent {
  /** Each whole value, for which it stands in texts. */
  readonly values = new Set<string>()
  readonly parts: Uint8Array[] = []

  add(bytes: Uint8Array): void {
    const value = decoded(bytes)
    if (value === undefined) this.addPart(bytes)
    else this.addValue(value)
  }

  addValue(value: Value): void {
    if (typeof value === 'number' && value >= MIN_INTEGER) this.values.add(String(value))
    else if (typeof value === 'string') this.addPart(utf8(value))
    else if (value instanceof Uint8Array) this.add(value)
    else if (Array.isArray(value)) for (const one of value as Value[]) this.addValue(one)
  }

  private addPart(bytes: Uint8Array): void {
    if (bytes.length < MIN_VALUE_BYTES) return
    this.values.add(bytes.toHex())
    this.parts.push(bytes)
  }
}

/** Only a list: single values are anything. */
function decoded(bytes: Uint8Array): Value | undefined {
  try {
    const value = decodeValue(bytes, 1 << 26)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Values, and runs of bytes inside of values, of both `one` and `other` and not of `control`; in hexadecimal. */
export function links(one: Sent, other: Sent, control: Sent): string[] {
  const whole = [...one.values].filter((value) => other.values.has(value) && !control.values.has(value))
  const theirs = windowsOf(other)
  const common = windowsOf(control)
  const found = new Set(whole)
  for (const part of one.parts) {
    if (found.has(part.toHex())) continue
    for (const run of runs(part, (window) => theirs.has(window) && !common.has(window))) found.add(run)
  }
  return [...found]
}

function windowsOf({ parts }: Sent): Set<number> {
  return new Set(parts.flatMap((part) => windows(part)))
}

function windows(part: Uint8Array): number[] {
  const view = Buffer.from(part.buffer, part.byteOffset, part.length)
  return Array.from({ length: part.length - WINDOW_BYTES + 1 }, (_, at) => view.readUIntBE(at, WINDOW_BYTES))
}

function* runs(part: Uint8Array, isShared: (window: number) => boolean): Iterable<string> {
  let from: number | undefined
  for (const [at, window] of [...windows(part), -1].entries()) {
    if (window >= 0 && isShared(window)) from ??= at
    else {
      if (from !== undefined && at - from >= MIN_RUN) yield part.subarray(from, at + WINDOW_BYTES - 1).toHex()
      from = undefined
    }
  }
}
