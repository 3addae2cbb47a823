/** How often notices are sealed for a keeper: each is a key exchange, so that one which says again and again that it has others has to wait. */
import type { DeviceId, DropHandle } from '../id.ts'
import { MAX_NOTICE_ROUNDS, REVIEW_MS } from '../keeping/tuning.ts'

export class NoticeRounds {
  /** By keeper and drop: also over several sessions, since each costs as much. */
  private readonly sealed = new Map<string, { readonly since: number; readonly rounds: number }>()

  /** Counts one more, unless it is too often. @param now by the monotonic clock */
  take(keeper: DeviceId, handle: DropHandle, now: number): boolean {
    for (const [key, { since }] of this.sealed) if (now - since >= REVIEW_MS) this.sealed.delete(key)
    const key = `${keeper}/${handle}`
    const { since, rounds } = this.sealed.get(key) ?? { since: now, rounds: 0 }
    if (rounds >= MAX_NOTICE_ROUNDS) return false
    this.sealed.set(key, { since, rounds: rounds + 1 })
    return true
  }
}
