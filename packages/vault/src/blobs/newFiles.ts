/** Files that are made of a run's plaintext as it is opened: each is new, and none is synced. */
import { closeSync, constants, futimesSync, openSync } from 'node:fs'
import { writeAt } from './position.ts'

/** What one of them is made of: bytes `skip` to `skip + length - 1` of the run. */
export interface FilePlace {
  /** Nothing is there, not even a link. */
  readonly path: string
  readonly skip: number
  readonly length: number
  readonly mode: number
  /** Milliseconds since 1970. */
  readonly modifiedAt?: number
}

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

export class NewFiles {
  private readonly places: readonly FilePlace[]
  private next = 0
  private fd: number | undefined

  /** @param places in their order */
  constructor(places: readonly FilePlace[]) {
    this.places = places
  }

  /** The one that is made now. */
  get path(): string | undefined {
    return this.places[this.next]?.path
  }

  /** Takes the bytes of the run from `at` on, which follow those taken before. @throws what the system says */
  take(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length
    for (let place = this.places[this.next]; place !== undefined; place = this.places[this.next]) {
      if (place.skip >= end) return
      this.fd ??= create(place)
      const [from, to] = [Math.max(at, place.skip), Math.min(end, place.skip + place.length)]
      writeAt(this.fd, bytes.subarray(from - at, to - at), from - place.skip)
      if (place.skip + place.length > end) return
      this.leave(place)
    }
  }

  /** Makes what is empty and stands last. @throws what the system says */
  finish(): void {
    for (let place = this.places[this.next]; place !== undefined; place = this.places[this.next]) {
      if (place.length > 0) throw new RangeError('the run ended before its files')
      this.fd ??= create(place)
      this.leave(place)
    }
  }

  /** Lets go of the file that is open, however it ended. */
  [Symbol.dispose](): void {
    if (this.fd !== undefined) closeSync(this.fd)
  }

  private leave({ modifiedAt }: FilePlace): void {
    const { fd } = this
    if (fd === undefined) return
    if (modifiedAt !== undefined) futimesSync(fd, modifiedAt / 1_000, modifiedAt / 1_000)
    this.fd = undefined
    // Some disks refuse only now: it is still this one.
    closeSync(fd)
    this.next++
  }
}

/** As far as the person's umask lets it. */
function create({ path, mode }: FilePlace): number {
  return openSync(path, FLAGS, mode)
}
