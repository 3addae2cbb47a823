/** Which devices of a circle are asked for in a DHT (spec §8.3): each look-up costs what a message of many pages does. */
import type { DeviceId } from '@triode/core'
import { MAX_DIALED_TUNNELS, MAX_FAR_DEVICES } from '../tuning.ts'

const DAY_MS = 86_400_000

/**
 * None where there are tunnels enough: no more would be dialed. Else those that follow this device in the order of ids, on each day
 * from another place on: so all are asked for by somebody, and what is found hands the rest on.
 * @param now milliseconds since 1970
 */
export function soughtDevices(
  self: DeviceId,
  devices: readonly DeviceId[],
  isUp: (device: DeviceId) => boolean,
  now: number,
): ReadonlySet<DeviceId> {
  const away = devices.filter((device) => !isUp(device))
  if (devices.length - away.length >= MAX_DIALED_TUNNELS) return new Set()
  if (away.length <= MAX_FAR_DEVICES) return new Set(away)
  const ring = devices.toSorted()
  const place = ring.findIndex((device) => device > self)
  const start = Math.max(0, place) + Math.floor(now / DAY_MS) * MAX_FAR_DEVICES
  const turned = ring.map((_, at) => ring[(start + at) % ring.length])
  const asked = turned.filter((device) => device !== undefined && !isUp(device)) as DeviceId[]
  return new Set(asked.slice(0, MAX_FAR_DEVICES))
}
