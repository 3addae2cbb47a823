/** Time of this process alone: what a busy machine kept from it does not count. */

/** How often it is counted, in milliseconds. */
const STEP_MS = 10

export class OwnTime {
  private passedMs = 0
  private at = performance.now()
  private usage = process.cpuUsage()
  private readonly timer = setInterval(() => {
    this.count()
  }, STEP_MS).unref()

  /** Milliseconds since it began: waits, and what was computed; of a step that came late only so much as it computed meanwhile. */
  get ms(): number {
    this.count()
    return this.passedMs
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private count(): void {
    const now = performance.now()
    const used = process.cpuUsage(this.usage)
    this.passedMs += Math.min(now - this.at, STEP_MS + (used.user + used.system) / 1_000)
    this.at = now
    this.usage = process.cpuUsage()
  }
}
