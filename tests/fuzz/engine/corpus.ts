/** Inputs that are kept: one a line, in hex, in a file a target; `#` begins a remark. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Target } from '../target.ts'
import { breachOf } from './contract.ts'
import type { Coverage } from './coverage.ts'

/** `corpus` reaches code that the seeds don't; `regressions` broke the contract once. */
export type Shelf = 'corpus' | 'regressions'

function fileOf(shelf: Shelf, name: string): URL {
  return new URL(`../${shelf}/${name}.txt`, import.meta.url)
}

export function readInputs(shelf: Shelf, name: string): Uint8Array[] {
  const file = fileOf(shelf, name)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.filter((line) => !line.startsWith('#')).map((line) => Uint8Array.fromHex(line))
}

/** Replaces the corpus of a target; without inputs there is no file. */
export function writeCorpus(name: string, inputs: readonly Uint8Array[]): void {
  const file = fileOf('corpus', name)
  if (inputs.length === 0) rmSync(file, { force: true })
  else writeFileSync(file, inputs.map((input) => `${input.toHex()}\n`).join(''))
}

/** Adds what broke a target, with what it did. */
export function addRegression(name: string, input: Uint8Array, remark: string): void {
  const file = fileOf('regressions', name)
  const held = existsSync(file) ? readFileSync(file, 'utf8') : ''
  writeFileSync(file, `${held}# ${remark.replaceAll('\n', ' ')}\n${input.toHex()}\n`)
}

/** Those of `inputs` that reach what the seeds and the smaller ones don't. */
export async function minimised(
  target: Target,
  coverage: Coverage,
  inputs: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  coverage.reset()
  for (const seed of target.seeds()) await breachOf(target, seed)
  coverage.takeNews()
  const kept: Uint8Array[] = []
  for (const input of inputs.toSorted((a, b) => a.length - b.length)) {
    await breachOf(target, input)
    if (coverage.takeNews()) kept.push(input)
  }
  return kept
}

/** A smaller input that breaks the contract in the same way: what can be cut out is. */
export async function shrunk(target: Target, input: Uint8Array, kind: string): Promise<Uint8Array> {
  let best = input
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length;) {
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if ((await breachOf(target, candidate))?.kind === kind) best = candidate
      else at += size
    }
  }
  return best
}
