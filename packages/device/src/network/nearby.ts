/** Devices on the same LAN: the names that this one announces there, and those that it hears of. */
import type { Discovery } from '@triode/channels'
import type { CircleId, DeviceId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { inTurn } from '../inTurn.ts'
import { MAX_ANNOUNCED_NAMES } from '../tuning.ts'

export interface NearbyOptions {
  readonly discovery: Discovery | undefined
  readonly circles: () => Iterable<CircleRuntime>
  /** A device of a circle is near. @returns whether that is news */
  readonly found: (circle: CircleId, device: DeviceId) => boolean
}

export class Nearby {
  private readonly options: NearbyOptions
  private stopWatching: (() => void) | undefined
  private announced = ''

  constructor(options: NearbyOptions) {
    this.options = options
  }

  start(): void {
    this.stopWatching = this.options.discovery?.watch((name, address) => {
      this.heard(name, address)
    })
  }

  stop(): void {
    this.stopWatching?.()
  }

  /** Reports the addresses of devices on the LAN that announce one of `names`, until cancelled. */
  watchNames(names: ReadonlySet<string>, listener: (address: string) => void): () => void {
    const { discovery } = this.options
    if (discovery === undefined) return () => undefined
    const stop = discovery.watch((name, address) => {
      if (names.has(name)) listener(address)
    })
    discovery.look()
    return stop
  }

  /** Announces the names of the hour, if they are others than before. */
  announce(): void {
    const { discovery, circles } = this.options
    if (discovery === undefined) return
    const all = [...circles()].map((circle) => circle.names.announced())
    const names = inTurn(all).slice(0, MAX_ANNOUNCED_NAMES)
    const key = names.join()
    if (key === this.announced) return
    this.announced = key
    discovery.announce(names)
    discovery.look()
  }

  private heard(name: string, address: string): void {
    for (const circle of this.options.circles()) {
      const device = circle.whereabouts.discovered(name, address)
      if (device !== undefined && this.options.found(circle.id, device)) return
    }
  }
}
