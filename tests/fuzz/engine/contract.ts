/** Whether a target keeps its contract on one input: only its faults, in bounded time, with bounded memory. */
import { getHeapStatistics } from 'node:v8'
import { ContractBroken, isAllowed, type Target } from '../target.ts'

export const BOUNDS = {
  /** What any input may take: a pool of Buffers, a table that is made once. */
  baseBytes: 8 * 1_048_576,
  /** And for each byte of it: an empty array of one byte is an object of 16, in a list, in a copy or two. */
  bytesPerByte: 2_048,
  /** A limit that was passed is measured again: the machine may have been busy, or collecting garbage. */
  tries: 3,
} as const

export interface Breach {
  readonly kind: 'error' | 'contract' | 'time' | 'memory'
  readonly what: string
}

export interface Trial {
  readonly breach: Breach | undefined
  /** Whether the input was taken, and not refused. */
  readonly decoded: boolean
}

export async function trialOf(target: Target, input: Uint8Array): Promise<Trial> {
  let trial = await runOnce(target, input)
  for (let again = 1; again < BOUNDS.tries && isMeasured(trial); again++) trial = await runOnce(target, input)
  return trial
}

/** undefined: it was kept. */
export async function breachOf(target: Target, input: Uint8Array): Promise<Breach | undefined> {
  return (await trialOf(target, input)).breach
}

function isMeasured({ breach }: Trial): boolean {
  return breach?.kind === 'time' || breach?.kind === 'memory'
}

async function runOnce(target: Target, input: Uint8Array): Promise<Trial> {
  const [started, heldBytes] = [performance.now(), memoryBytes()]
  let decoded = true
  try {
    const outcome = target.run(input.slice())
    if (outcome instanceof Promise) await outcome
  } catch (error) {
    decoded = false
    if (error instanceof ContractBroken) return broken('contract', error.message)
    if (!isAllowed(target, error)) return broken('error', told(error))
  }
  const tookMs = performance.now() - started
  const grownBytes = memoryBytes() - heldBytes
  if (tookMs > target.maxMs) return broken('time', `${Math.round(tookMs)} ms`)
  const mayBytes = BOUNDS.baseBytes + BOUNDS.bytesPerByte * input.length
  return grownBytes > mayBytes ? broken('memory', `${grownBytes} bytes`) : { breach: undefined, decoded }
}

function broken(kind: Breach['kind'], what: string): Trial {
  return { breach: { kind, what }, decoded: false }
}

/** On the heap and beside it; less after a collection, which hides a little and never accuses wrongly. */
function memoryBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${typeof error}`
  const at = error.stack?.split('\n').find((line) => line.includes('/packages/')) ?? ''
  return `${error.name}: ${error.message}${at.replace(/^.*\/packages\//, ' at packages/').replace(/\)$/, '')}`
}
