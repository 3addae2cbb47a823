/** Folders for what a measurement writes, gone when it ends; those of runs that were killed go when the next begins. */
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

/** A folder in memory, so that the disk is not what is measured. */
export const MEMORY = '/dev/shm'

/** No other temporary folder is called so: what bears it and the number of a process that is gone is removed. */
const PREFIX = 'triode-bench-of-'
const MIB = 1_048_576

export class Scratch {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /**
   * @param needBytes what will be written in it at most
   * @throws Error when `place` has less room than that: a device would wait for room, and the clock with it
   */
  static in(place: string, needBytes: number): Scratch {
    sweep(place)
    const { bavail, bsize } = statfsSync(place)
    const mebibytes = (bytes: number): string => `${String(Math.ceil(bytes / MIB))} MiB`
    if (bavail * bsize < needBytes)
      throw new Error(
        `${place} has ${mebibytes(bavail * bsize)} free, and this takes ${mebibytes(needBytes)}: make room there first`,
      )
    const scratch = new Scratch(join(place, `${PREFIX}${String(process.pid)}`))
    scratch.remove()
    mkdirSync(scratch.path, { mode: 0o700 })
    return scratch
  }

  /** @returns a folder in it, made if need be */
  folder(name: string): string {
    const path = join(this.path, name)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }

  [Symbol.dispose](): void {
    this.remove()
  }

  private remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** What was killed clears nothing up, and memory that it holds is missing to the next. */
function sweep(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : ''
    if (/^[0-9]+$/.test(pid) && !isRunning(Number(pid)))
      rmSync(join(place, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
