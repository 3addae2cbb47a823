/** Telling whose a name on a LAN or in a DHT is, and remembering for a while where it was. */
import { daysAround, hoursAround, hourOf, type Clock, type DeviceId } from '@triode/core'
import { DISCOVERED_TTL_MS, FAR_TTL_MS, MAX_DISCOVERED_ADDRESSES } from '../tuning.ts'

/** How often names change, and for how long an address that was found is of use. */
export interface Period {
  readonly of: (now: number) => number
  /** The periods whose names are accepted at `now`. */
  readonly around: (now: number) => readonly number[]
  readonly ttlMs: number
}

export const LAN_PERIOD: Period = {
  of: hourOf,
  around: (now) => hoursAround(hourOf(now)),
  ttlMs: DISCOVERED_TTL_MS,
}
/** The first and the last day count while their last and first hours do, so that the set changes each hour. */
export const DHT_PERIOD: Period = { of: hourOf, around: daysAround, ttlMs: FAR_TTL_MS }

export class FoundNames {
  private readonly period: Period
  private readonly namesOf: (device: DeviceId, at: number) => readonly string[]
  private readonly found = new Map<DeviceId, Map<string, number>>()
  private names = new Map<string, DeviceId>()
  private at = -1
  private secrets = ''
  /** Devices whose names are in `names`. */
  private named = new Set<DeviceId>()

  /** @param namesOf the names that a device may have in a period */
  constructor(period: Period, namesOf: (device: DeviceId, at: number) => readonly string[]) {
    this.period = period
    this.namesOf = namesOf
  }

  /**
   * The one of `devices` that announces `name` around now, if any; its address is remembered.
   * @param secrets changes when the names do
   */
  discovered(
    name: string,
    address: string,
    clock: Clock,
    devices: readonly DeviceId[],
    secrets = '',
  ): DeviceId | undefined {
    this.refresh(clock, devices, secrets)
    const device = this.names.get(name)
    if (device === undefined) return undefined
    const addresses = this.found.get(device) ?? new Map<string, number>()
    addresses.delete(address)
    addresses.set(address, clock.elapsed())
    for (const oldest of addresses.keys()) {
      if (addresses.size <= MAX_DISCOVERED_ADDRESSES) break
      addresses.delete(oldest)
    }
    this.found.set(device, addresses)
    return device
  }

  /** The names of those of `devices` that `wanted` tells, around now. */
  of(
    clock: Clock,
    devices: readonly DeviceId[],
    secrets: string,
    wanted: (device: DeviceId) => boolean,
  ): string[] {
    this.refresh(clock, devices, secrets)
    return [...this.names].filter(([, device]) => wanted(device)).map(([name]) => name)
  }

  /** Newest first. */
  addressesOf(device: DeviceId, clock: Clock): string[] {
    const since = clock.elapsed() - this.period.ttlMs
    const addresses = [...(this.found.get(device) ?? [])].filter(([, at]) => at >= since)
    return addresses.map(([address]) => address).reverse()
  }

  /** Names by the hour cost 53 HMACs a device and secret: only those of new devices are made, until the hour is over. */
  private refresh(clock: Clock, devices: readonly DeviceId[], secrets: string): void {
    const now = clock.now()
    const at = this.period.of(now)
    const current = new Set(devices)
    if (
      at !== this.at ||
      secrets !== this.secrets ||
      [...this.named].some((device) => !current.has(device))
    ) {
      this.names = new Map()
      this.named = new Set()
      this.at = at
      this.secrets = secrets
    }
    for (const device of devices) {
      if (this.named.has(device)) continue
      this.named.add(device)
      for (const each of this.period.around(now)) {
        for (const name of this.namesOf(device, each)) this.names.set(name, device)
      }
    }
  }
}
