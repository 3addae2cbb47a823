/** Reading and writing the files of docs/spec/vectors. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Area, Case, Content, Refusal } from './area.ts'

const FOLDER = new URL('../../../docs/spec/vectors/', import.meta.url)

export interface VectorFile extends Content {
  readonly format: string
  readonly spec: readonly string[]
  readonly suite?: string
  readonly about?: string
  readonly cases: readonly Case[]
  readonly refused?: readonly Refusal[]
}

/** undefined when there is none. */
export function readVectors(name: string): VectorFile | undefined {
  try {
    return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as VectorFile
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function writeVectors(name: string, file: VectorFile): void {
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(file, null, 1)}\n`)
}

/** The file of `area` as the code makes it now. */
export function makeVectors(area: Area): VectorFile {
  const held = readVectors(area.name)
  const { name: _, make, ...head } = area
  return { ...head, ...make((name) => held?.cases.find((one) => one.name === name)?.expected) }
}

/** Every byte string under a key of `keys` in the file of that name: seeds for those who need inputs. */
export function bytesIn(name: string, ...keys: readonly string[]): Uint8Array[] {
  const found: Uint8Array[] = []
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string' && keys.includes(key) && /^([0-9a-f]{2})*$/.test(value))
      found.push(Uint8Array.fromHex(value))
    else if (Array.isArray(value)) for (const item of value) walk(item, key)
    else if (typeof value === 'object' && value !== null)
      for (const [inner, item] of Object.entries(value)) walk(item, inner)
  }
  walk(readVectors(name), '')
  return found
}
