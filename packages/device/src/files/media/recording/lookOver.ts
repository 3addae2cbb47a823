/** Goes through a recording that can be read at any place: what is to be written over in it, with nothing read that needn't be seen. */
import { canceled } from '../../faults.ts'
import type { Extent, Over } from '../blank.ts'
import { Windowed, type RandomAccess } from '../randomAccess.ts'
import type { Scan } from './scan.ts'

export interface LookedOver {
  /** In their order, none over another. */
  readonly overs: readonly Over[]
  readonly mayTell: boolean
}

/** Heads of pieces are some bytes, and stand far from each other, or close. */
const WINDOW_BYTES = 16_384
/** More zeros than that, or in more places, are written without a look at whether they stand there already. */
const MAX_COMPARED_BYTES = 1_048_576
const MAX_COMPARED = 64
const NOTHING: Uint8Array = new Uint8Array(0)

/** @throws what `file` throws; Unavailable 'canceled' */
export async function lookOver(file: RandomAccess, scan: Scan, signal?: AbortSignal): Promise<LookedOver> {
  const near = new Windowed(file, WINDOW_BYTES)
  const overs: Over[] = []
  const ended = (at: number, bytes: number): number => Math.min(file.size, at + bytes)
  let answer: Uint8Array = NOTHING
  for (let at = 0; ;) {
    if (signal?.aborted === true) throw canceled()
    const { done, value } = scan.next(answer)
    if (done === true) {
      const later = within(value.later, file.size)
      if (!(await areZeros(near, later))) overs.push(...later)
      return { overs: overs.sort((a, b) => a.from - b.from), mayTell: value.mayTell }
    }
    if ('peek' in value) {
      answer = await near.read(at, ended(at, value.peek))
      continue
    }
    if ('allBut' in value) {
      at = Math.max(at, file.size - value.allBut)
      answer = NOTHING
      continue
    }
    const isPut = 'put' in value
    const to = ended(at, isPut ? value.put.length : 'zero' in value ? value.zero : value.pass)
    if (isPut) {
      const there = answer.length < to - at ? await near.read(at, to) : answer.subarray(0, to - at)
      overs.push(...changeOf(at, there, value.put.subarray(0, to - at)))
    } else if ('zero' in value && !(await areZeros(near, [{ from: at, to }]))) overs.push({ from: at, to })
    at = to
    answer = NOTHING
  }
}

/** From the first byte that is another to the last, if there is one. */
function changeOf(at: number, there: Uint8Array, put: Uint8Array): Over[] {
  if (Buffer.compare(there, put) === 0) return []
  let [from, to] = [0, put.length]
  while (there[from] === put[from]) from++
  while (there[to - 1] === put[to - 1]) to--
  return [{ from: at + from, bytes: put.slice(from, to) }]
}

/** Whether there are zeros already, as in a film that begins at the first time there is; false where that would be much to read. */
export async function areZeros(file: RandomAccess, extents: readonly Extent[]): Promise<boolean> {
  const bytes = extents.reduce((sum, { from, to }) => sum + to - from, 0)
  if (extents.length > MAX_COMPARED || bytes > MAX_COMPARED_BYTES) return false
  for (const { from, to } of extents) if ((await file.read(from, to)).some((byte) => byte !== 0)) return false
  return true
}

/** What there is of them: of a film that was cut, some is not. */
export function within(extents: readonly Extent[], size: number): Extent[] {
  return extents.filter(({ from }) => from < size).map(({ from, to }) => ({ from, to: Math.min(to, size) }))
}
