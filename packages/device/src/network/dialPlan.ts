/** When to dial which device: growing, jittered waits; at once when there is news of it. */
import type { Clock, DeviceId, Random } from '@triode/core'
import { DIAL_BACKOFF_FIRST_MS, DIAL_BACKOFF_MAX_MS, DIAL_JITTER_FROM, STUCK_DIAL_MS } from '../tuning.ts'

interface Plan {
  failures: number
  /** By the monotonic clock. */
  notBefore: number
  /** Dials under way: one, and one more where there was news of it meanwhile. */
  dialing: number
  /** When the last of them began, by the monotonic clock. */
  startedAt: number
  /** It was not dialed yet since there was news of it. */
  isNews: boolean
}

export class DialPlan {
  private readonly clock: Clock
  private readonly random: Random
  private readonly plans = new Map<DeviceId, Plan>()

  constructor(clock: Clock, random: Random) {
    this.clock = clock
    this.random = random
  }

  isDue(device: DeviceId): boolean {
    const plan = this.plans.get(device)
    return plan === undefined || (plan.dialing === 0 && plan.notBefore <= this.clock.elapsed())
  }

  /** There was news of it, and it was not dialed since, or nowhere but where it hardly is any more. */
  isNewsDue(device: DeviceId): boolean {
    const plan = this.plans.get(device)
    if (plan?.isNews !== true) return false
    if (plan.dialing === 0) return plan.notBefore <= this.clock.elapsed()
    return plan.dialing === 1 && this.clock.elapsed() - plan.startedAt >= STUCK_DIAL_MS
  }

  /** Those that have been due for longest first, and before them whom nothing is known of: nobody gets before the others by being due often. */
  inTurn(devices: readonly DeviceId[]): DeviceId[] {
    const since = (device: DeviceId): number => this.plans.get(device)?.notBefore ?? -Infinity
    const known = new Map(devices.map((device) => [device, since(device)]))
    // Of those that nothing is known of each is as early: Infinity minus Infinity is no number.
    return devices.toSorted((one, other) => (known.get(one) ?? 0) - (known.get(other) ?? 0) || 0)
  }

  /** A device that is not known yet is due in `ms`. */
  begin(device: DeviceId, ms: number): void {
    if (!this.plans.has(device)) this.plan(device).notBefore = this.clock.elapsed() + ms
  }

  started(device: DeviceId): void {
    const plan = this.plan(device)
    plan.dialing++
    plan.startedAt = this.clock.elapsed()
    plan.isNews = false
  }

  /** There is a tunnel; how often it failed before is forgotten once that has lasted. */
  succeeded(device: DeviceId): void {
    const plan = this.plans.get(device)
    if (plan === undefined) return
    ended(plan)
    plan.notBefore = 0
  }

  /** @param mostMs the longest wait now */
  failed(device: DeviceId, mostMs = DIAL_BACKOFF_MAX_MS): void {
    const plan = this.plan(device)
    ended(plan)
    // That it is not where it was says nothing of where it is now.
    if (plan.isNews) return
    const waitMs = Math.min(DIAL_BACKOFF_FIRST_MS * 2 ** plan.failures, mostMs)
    plan.failures = Math.min(plan.failures + 1, 16)
    plan.notBefore = this.clock.elapsed() + waitMs * this.jitter()
  }

  /** There is a new address or another sign of life: dial without waiting. @param failuresCount how often it failed before counts on */
  news(device: DeviceId, { failuresCount = false } = {}): void {
    const plan = this.plans.get(device)
    if (plan === undefined) return
    if (!failuresCount) {
      plan.failures = 0
      plan.isNews = true
    }
    plan.notBefore = Math.min(plan.notBefore, this.clock.elapsed())
  }

  forget(device: DeviceId): void {
    this.plans.delete(device)
  }

  private plan(device: DeviceId): Plan {
    let plan = this.plans.get(device)
    if (plan === undefined) {
      plan = { failures: 0, notBefore: 0, dialing: 0, startedAt: 0, isNews: false }
      this.plans.set(device, plan)
    }
    return plan
  }

  private jitter(): number {
    const share = (this.random.bytes(1)[0] ?? 0) / 255
    return DIAL_JITTER_FROM + (1 - DIAL_JITTER_FROM) * share
  }
}

function ended(plan: Plan): void {
  plan.dialing = Math.max(0, plan.dialing - 1)
}
