/** How often names are asked for in a DHT: soon while somebody may be waiting, and seldom where nobody comes. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type HyperDHT from 'hyperdht'
import { Lookups } from '../src/dht/lookups.ts'
import { FREE_LOOKUPS, LOOKUP_BURST, LOOKUP_EVERY_MS, LOOKUP_TICK_MS } from '../src/dht/tuning.ts'

const HOUR_MS = 3_600_000

/** A DHT in which nobody is; time passes only by `pass`. */
function emptyDht({ mock }: TestContext) {
  let now = 0
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  mock.method(performance, 'now', () => now)
  let asked = 0
  const nothing = {
    destroy: () => undefined,
    [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
  }
  const dht = {
    lookup: () => {
      asked++
      return nothing
    },
  } as unknown as HyperDHT
  const pass = async (ms: number, stepMs = LOOKUP_TICK_MS): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      now += stepMs
      mock.timers.tick(stepMs)
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
  }
  const lookups = new Lookups(() => undefined)
  return {
    lookups,
    dht,
    pass,
    asked: () => asked,
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `n${String(n)}`)

void describe('names that nobody answers to', () => {
  it('are asked for several times in the first minute, and then ever less', async (t) => {
    const { lookups, dht, pass, asked } = emptyDht(t)
    lookups.seek(names(1))
    lookups.start(dht)
    await pass(60_000)
    assert.ok(asked() >= 5, `${String(asked())} in a minute`)
    await pass(HOUR_MS, 10_000)
    const before = asked()
    await pass(4 * HOUR_MS, 10_000)
    assert.ok(asked() - before <= 5, `${String(asked() - before)} in four hours`)
    lookups.stop()
  })

  it('share a budget, however many they are, and each has its turn', async (t) => {
    const { lookups, dht, pass, asked } = emptyDht(t)
    lookups.seek(names(100))
    lookups.start(dht)
    await pass(HOUR_MS)
    assert.ok(asked() >= 100 * FREE_LOOKUPS, 'the first times are free')
    const most = 100 * FREE_LOOKUPS + LOOKUP_BURST + HOUR_MS / LOOKUP_EVERY_MS + 1
    assert.ok(asked() <= most, `${String(asked())} in an hour`)
    lookups.stop()
  })

  it('are asked for as if anew where somebody says so', async (t) => {
    const { lookups, dht, pass, asked } = emptyDht(t)
    lookups.seek(names(3))
    lookups.start(dht)
    await pass(HOUR_MS, 10_000)
    const before = asked()
    lookups.again()
    await pass(10_000)
    assert.ok(asked() - before >= 3)
    lookups.stop()
  })
})
