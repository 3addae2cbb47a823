/** Who was seen where: tells the watchers, but not each time that a packet repeats it. */
import { MAX_SEEN, REPORT_INTERVAL_MS } from './tuning.ts'

export type Watcher = (name: string, address: string) => void

export class Sightings {
  private readonly watchers = new Set<Watcher>()
  /** When a name at an address was last reported, oldest first. */
  private readonly reported = new Map<string, number>()

  watch(watcher: Watcher): () => void {
    // Wrapped, so that the same function can watch twice.
    const one: Watcher = (name, address) => {
      watcher(name, address)
    }
    this.watchers.add(one)
    return () => this.watchers.delete(one)
  }

  saw(name: string, address: string): void {
    const key = `${name} ${address}`
    const now = performance.now()
    const last = this.reported.get(key)
    if (last !== undefined && now - last < REPORT_INTERVAL_MS) return
    this.reported.delete(key)
    this.reported.set(key, now)
    for (const oldest of this.reported.keys()) {
      if (this.reported.size <= MAX_SEEN) break
      this.reported.delete(oldest)
    }
    for (const watcher of this.watchers) watcher(name, address)
  }

  /** `name` left `address`: if it comes back, that is news. */
  lost(name: string, address: string): void {
    this.reported.delete(`${name} ${address}`)
  }

  /** Everything that is seen from now on is news. */
  forget(): void {
    this.reported.clear()
  }
}
