/** Names that are asked for: often at first and ever less, a few at a time. */
import type HyperDHT from 'hyperdht'
import { topicOf } from './spec.ts'
import {
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
    for (const [name, one] of this.sought) {
      if (this.running >= MAX_LOOKUPS) return
      if (one.asking || one.notBefore > now) continue
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
