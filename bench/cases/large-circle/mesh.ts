/** The tunnels of a large circle, as the device keeps them: each dials twelve others, and takes no more than 32 in all. */
import type { Participant } from '@triode/core'
import { linkInMemory, type MemoryLinkPair, type SeededRandom, type VirtualClock } from '@triode/testkit'

/** As in the device's tuning. */
const DIALED = 12
const MOST = 32
/** One way, and bytes a second: homes in one country. */
const [DELAY_MS, JITTER_MS, RATE] = [20, 20, 12_500_000] as const
/** What announces a frame on the stream (spec §10.1). */
const LENGTH_BYTES = 4

interface Tunnel {
  readonly one: number
  readonly other: number
  pair: MemoryLinkPair | undefined
}

export class Mesh {
  /** Since the last reset(). */
  bytes = 0
  frames = 0
  /** Told of each frame. */
  onFrame: ((frame: Uint8Array) => void) | undefined
  private readonly clock: VirtualClock
  private readonly random: SeededRandom
  private readonly devices: readonly Participant[]
  private readonly tunnels: Tunnel[] = []

  constructor(clock: VirtualClock, random: SeededRandom, devices: readonly Participant[]) {
    this.clock = clock
    this.random = random
    this.devices = devices
    this.plan()
  }

  reset(): void {
    this.bytes = 0
    this.frames = 0
  }

  /** Opens the tunnels that are closed. @param wanted only those between devices of which this is true */
  open(wanted: (one: number, other: number) => boolean = () => true): void {
    for (const tunnel of this.tunnels) {
      const [one, other] = [this.devices[tunnel.one], this.devices[tunnel.other]]
      if (tunnel.pair?.isOpen() === true || !wanted(tunnel.one, tunnel.other)) continue
      if (one === undefined || other === undefined) continue
      tunnel.pair = linkInMemory(this.clock, one, other, {
        delayMs: () => DELAY_MS + JITTER_MS * this.random.fraction(),
        bytesPerSecond: RATE,
        onFrame: (_from, _to, frame) => {
          this.bytes += frame.length + LENGTH_BYTES
          this.frames++
          this.onFrame?.(frame)
        },
      })
    }
  }

  /** Tunnels that there are, open or not. */
  get size(): number {
    return this.tunnels.length
  }

  cut(unwanted: (one: number, other: number) => boolean): void {
    for (const { one, other, pair } of this.tunnels) if (unwanted(one, other)) pair?.cut()
  }

  private plan(): void {
    const count = this.devices.length
    const degrees = new Array<number>(count).fill(0)
    const known = new Set<string>()
    for (let one = 0; one < count; one++) {
      const others = this.random.shuffle(Array.from({ length: count }, (_, index) => index))
      let dialed = 0
      for (const other of others) {
        const name = one < other ? `${one}-${other}` : `${other}-${one}`
        const full = (degrees[one] ?? 0) >= MOST || (degrees[other] ?? 0) >= MOST
        if (dialed === Math.min(DIALED, count - 1)) break
        if (one === other || full || known.has(name)) continue
        known.add(name)
        degrees[one] = (degrees[one] ?? 0) + 1
        degrees[other] = (degrees[other] ?? 0) + 1
        dialed++
        this.tunnels.push({ one, other, pair: undefined })
      }
    }
  }
}
