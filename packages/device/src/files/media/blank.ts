/** Bytes of a file that others take the place of, just as many: whatever counts places in it goes on counting right. */
import { joined, type Part } from './part.ts'

/** Bytes of a file, from the first to before the last. */
export interface Extent {
  readonly from: number
  readonly to: number
}

/** Bytes that take the place of those that stand there. */
export interface Blank {
  /** A byte of the file. */
  readonly from: number
  readonly bytes: Uint8Array
}

/** What takes the place of bytes: others, or zeros. */
export type Over = Blank | Extent

/** Zeros for any number of parts: they are never written to. */
const ZEROS = new Uint8Array(1_048_576)

/** @param overs in their order, none over another @param size of the file */
export function writtenOver(overs: readonly Over[], size: number): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const over of overs) {
    parts.push({ from: at, to: over.from })
    if ('bytes' in over) parts.push({ bytes: over.bytes })
    else for (const bytes of zeros(over.to - over.from)) parts.push({ bytes })
    at = 'bytes' in over ? over.from + over.bytes.length : over.to
  }
  return joined([...parts, { from: at, to: size }])
}

export function* zeros(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length))
}

/** Extents in their order, neighbours and those that overlap made one. */
export function merged(extents: readonly Extent[]): Extent[] {
  const out: Extent[] = []
  for (const extent of [...extents].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last !== undefined && extent.from <= last.to)
      out[out.length - 1] = { from: last.from, to: Math.max(last.to, extent.to) }
    else if (extent.to > extent.from) out.push(extent)
  }
  return out
}

/** Whether each of `inner` lies wholly in one of `outer`. @param inner merged @param outer merged */
export function areWithin(inner: readonly Extent[], outer: readonly Extent[]): boolean {
  let next = 0
  return inner.every(({ from, to }) => {
    while ((outer[next]?.to ?? Infinity) <= from) next++
    const around = outer[next]
    return around !== undefined && around.from <= from && to <= around.to
  })
}

/** Whether any of `some` lies on any of `others`. Both merged. */
export function overlap(some: readonly Extent[], others: readonly Extent[]): boolean {
  let next = 0
  return some.some(({ from, to }) => {
    while ((others[next]?.to ?? Infinity) <= from) next++
    return (others[next]?.from ?? Infinity) < to
  })
}
