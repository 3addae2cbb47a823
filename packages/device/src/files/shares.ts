/** How much of the disk members take by what comes from them by itself (spec §15.8). */
import type { MemberId } from '@triode/core'
import type { FileSettings } from '../service.ts'
import { LEAST_COUNTED_BYTES } from './tuning.ts'

/** Of a record, what counts. */
interface Counted {
  readonly from: MemberId
  readonly size: number
  readonly byItself: boolean
  readonly whole: boolean
  readonly wanted: boolean
}

/** What each member takes; kept as records change, since there may be very many. */
export class Shares {
  private readonly bytes = new Map<MemberId, number>()

  constructor(records: Iterable<Counted>) {
    for (const record of records) this.change(undefined, record)
  }

  of(member: MemberId): number {
    return this.bytes.get(member) ?? 0
  }

  change(before: Counted | undefined, after: Counted | undefined): void {
    if (before !== undefined) this.add(before.from, -bytesOf(before))
    if (after !== undefined) this.add(after.from, bytesOf(after))
  }

  private add(member: MemberId, bytes: number): void {
    if (bytes !== 0) this.bytes.set(member, this.of(member) + bytes)
  }
}

function bytesOf({ size, byItself, whole, wanted }: Counted): number {
  return byItself && (whole || wanted) ? countedBytes(size) : 0
}

/** What a blob of `size` bytes takes of a share. */
export function countedBytes(size: number): number {
  return Math.max(size, LEAST_COUNTED_BYTES)
}

/** What one member may take: never all that all may, so that nobody has what others sent go for it. */
export function shareOf({ memberShareBytes, quotaBytes }: FileSettings): number {
  return Math.min(memberShareBytes ?? Infinity, quotaBytes === null ? Infinity : quotaBytes / 2)
}
