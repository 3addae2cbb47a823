/** Names that are asked for: often at first and ever less, a few at a time. */
import type HyperDHT from 'hyperdht'
import { topicOf } from './spec.ts'
import {
  FREE_LOOKUPS,
  LOOKUP_BURST,
  LOOKUP_EVERY_MS,
  LOOKUP_TICK_MS,
  LOOKUP_TIMEOUT_MS,
  LOOKUP_WAITS_MS,
  MAX_KEYS_PER_LOOKUP,
  MAX_LOOKUPS,
} from './tuning.ts'

interface Sought {
  asked: number
  /** By performance.now(). */
  notBefore: number
  asking: boolean
}

export class Lookups {
  private readonly found: (name: string, key: string) => void
  private readonly sought = new Map<string, Sought>()
  private dht: HyperDHT | undefined
  private timer: NodeJS.Timeout | undefined
  private running = 0
  /** Look-ups that may be made beyond the first ones of each name, and until when that was counted. */
  private allowance = LOOKUP_BURST
  private allowedAt = performance.now()

  /** @param found a key, 64 digits of hexadecimal, that is announced under a name */
  constructor(found: (name: string, key: string) => void) {
    this.found = found
  }

  start(dht: HyperDHT): void {
    this.dht = dht
    this.again()
    this.timer = setInterval(() => {
      this.askDue()
    }, LOOKUP_TICK_MS).unref()
    this.askDue()
  }

  stop(): void {
    clearInterval(this.timer)
    this.dht = undefined
  }

  /** Replaces what is asked for; names that are new are asked for at once. */
  seek(names: readonly string[]): void {
    const wanted = new Set(names)
    for (const name of this.sought.keys()) if (!wanted.has(name)) this.sought.delete(name)
    for (const name of wanted) {
      if (!this.sought.has(name)) this.sought.set(name, { asked: 0, notBefore: 0, asking: false })
    }
    this.askDue()
  }

  /** Asks for all of them now, as if anew. */
  again(): void {
    for (const one of this.sought.values()) {
      one.asked = 0
      one.notBefore = 0
    }
    this.askDue()
  }

  private askDue(): void {
    const { dht } = this
    if (dht === undefined) return
    const now = performance.now()
    const due = [...this.sought].filter(([, one]) => !one.asking && one.notBefore <= now)
    for (const [name, one] of due.toSorted(([, a], [, b]) => a.notBefore - b.notBefore)) {
      if (this.running >= MAX_LOOKUPS) return
      if (!this.mayAsk(one, now)) continue
      one.asking = true
      this.running++
      void this.ask(dht, name).finally(() => {
        one.asking = false
        one.notBefore = performance.now() + (LOOKUP_WAITS_MS[one.asked] ?? LOOKUP_WAITS_MS.at(-1) ?? 0)
        one.asked = Math.min(one.asked + 1, LOOKUP_WAITS_MS.length)
        this.running--
        this.askDue()
      })
    }
  }

  /** The first times always: somebody may be waiting. */
  private mayAsk({ asked }: Sought, now: number): boolean {
    if (asked < FREE_LOOKUPS) return true
    this.allowance = Math.min(LOOKUP_BURST, this.allowance + (now - this.allowedAt) / LOOKUP_EVERY_MS)
    this.allowedAt = now
    if (this.allowance < 1) return false
    this.allowance--
    return true
  }

  private async ask(dht: HyperDHT, name: string): Promise<void> {
    const query = dht.lookup(topicOf(name))
    const impatience = setTimeout(() => {
      query.destroy()
    }, LOOKUP_TIMEOUT_MS)
    const keys = new Set<string>()
    try {
      for await (const reply of query) {
        for (const { publicKey } of reply?.peers ?? []) {
          const key = publicKey.toString('hex')
          if (keys.has(key) || keys.size >= MAX_KEYS_PER_LOOKUP) continue
          keys.add(key)
          if (this.dht === dht && this.sought.has(name)) this.found(name, key)
        }
      }
    } catch {
      // No node answers, or the node was stopped: asked again when it is due.
    } finally {
      clearTimeout(impatience)
    }
  }
}
