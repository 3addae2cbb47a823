/** Through whom a device may be reached, of those that there is a tunnel to. */
import { MAX_TOLD_LINKS, type DeviceId, type Random, type ToldLink } from '@triode/core'

/**
 * Whom to try, at most `most`: those who say that they are linked to `to`, in any order; but one of those who say nothing of it is always among
 * them, if there is such, so that who says what isn't so keeps nobody out. Who tells of all its links and not of that one is not asked: it
 * has none, or tells of it 2 s after it came (spec §10.8), and is asked then.
 * @param told links by who told of them
 */
export function likelyWays(
  through: readonly DeviceId[],
  to: DeviceId,
  told: ReadonlyMap<DeviceId, readonly ToldLink[]>,
  most: number,
  random: Random,
): DeviceId[] {
  // What is handed on itself is not handed on again.
  const isLinked = (device: DeviceId): boolean =>
    told.get(device)?.some((link) => link.device === to && link.via === undefined) === true
  // Of more links than that nobody tells.
  const saysAll = (device: DeviceId): boolean => (told.get(device)?.length ?? Infinity) < MAX_TOLD_LINKS
  const likely = shuffled(through.filter(isLinked), random)
  const others = shuffled(
    through.filter((device) => !isLinked(device) && !saysAll(device)),
    random,
  )
  const first = likely.slice(0, others.length === 0 ? most : most - 1)
  return [...first, ...others].slice(0, most)
}

/** A copy in an order drawn anew. */
function shuffled(devices: readonly DeviceId[], random: Random): DeviceId[] {
  const drawn = devices.map((device) => ({ device, place: random.bytes(8).toHex() }))
  return drawn.sort((one, other) => (one.place < other.place ? -1 : 1)).map(({ device }) => device)
}
