/** Telling whose a name on the LAN is, and remembering for a while where it was. */
import { hoursAround, hourOf, type Clock, type DeviceId } from '@triode/core'
import { DISCOVERED_TTL_MS, MAX_DISCOVERED_ADDRESSES } from './tuning.ts'

export class LanNames {
  private readonly namesOf: (device: DeviceId, hour: number) => readonly string[]
  private readonly found = new Map<DeviceId, Map<string, number>>()
  private names = new Map<string, DeviceId>()
  private hour = -1
  private secrets = ''
  /** Devices whose names are in `names`. */
  private named = new Set<DeviceId>()

  /** @param namesOf the names that a device may have in an hour */
  constructor(namesOf: (device: DeviceId, hour: number) => readonly string[]) {
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

  /** Newest first. */
  addressesOf(device: DeviceId, clock: Clock): string[] {
    const since = clock.elapsed() - DISCOVERED_TTL_MS
    const addresses = [...(this.found.get(device) ?? [])].filter(([, at]) => at >= since)
    return addresses.map(([address]) => address).reverse()
  }

  /** Names by the hour cost 53 HMACs a device and secret: only those of new devices are made, until the hour is over. */
  private refresh(clock: Clock, devices: readonly DeviceId[], secrets: string): void {
    const hour = hourOf(clock.now())
    const current = new Set(devices)
    if (
      hour !== this.hour ||
      secrets !== this.secrets ||
      [...this.named].some((device) => !current.has(device))
    ) {
      this.names = new Map()
      this.named = new Set()
      this.hour = hour
      this.secrets = secrets
    }
    for (const device of devices) {
      if (this.named.has(device)) continue
      this.named.add(device)
      for (const each of hoursAround(hour)) {
        for (const name of this.namesOf(device, each)) this.names.set(name, device)
      }
    }
  }
}
