import { basename, dirname, join } from 'node:path'
import { Scratch } from '../../harness/scratch.ts'
import { bytesOf, compare, makeLoad, type Load } from './load.ts'

/** One copy to make. */
export interface Copy {
  readonly source: string
  /** An empty folder: the copy is to be `name` in it. */
  readonly target: string
  readonly name: string
  /** An empty folder for whatever else is written. */
  readonly work: string
}

/** So many times a load is written: source, what is sealed at either end, and the copy. */
const TIMES = 4

/** Makes source, copy and all that lies between in `place`, compares, and clears up. @throws Error when there is no room, or the copy differs */
export async function withCopy<T>(place: string, load: Load, work: (copy: Copy) => Promise<T>): Promise<T> {
  using scratch = Scratch.in(place, TIMES * bytesOf(load))
  const source = makeLoad(scratch.folder('source'), load)
  const copy = {
    source,
    target: scratch.folder('target'),
    name: basename(source),
    work: scratch.folder('work'),
  }
  const result = await work(copy)
  compare(source, join(copy.target, copy.name))
  return result
}

/** The folder that all of a copy lies in. */
export function folderOf({ work }: Copy): string {
  return dirname(work)
}
