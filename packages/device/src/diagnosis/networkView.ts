/** A circle's devices as this one knows them: its own links, what waits for whom, and which links others say that they have. */
import type { DeviceId, ToldLink } from '@triode/core'
import { suiteTls } from '@triode/tunnel'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { Network } from '../network/network.ts'
import type { LinkOfOthers, NetworkDevice, NetworkView } from '../service.ts'
import { peerView } from '../views.ts'

export function networkView(circle: CircleRuntime, network: Network): NetworkView {
  const peers = new Map(network.peers(circle.id).map((peer) => [peer.device, peer]))
  const told = circle.participant.sync.links.told()
  const devices = [...circle.state.devices.values()]
    .filter(({ active }) => active)
    .map(({ id, member }): NetworkDevice => {
      const peer = peers.get(id)
      const of = circle.state.members.get(member)
      const seenAt = circle.lastSeen.of(id)
      const me = id === circle.self
      return {
        device: id,
        member,
        ...(of?.nickname !== undefined && { name: of.nickname }),
        role: of?.role ?? '',
        self: me,
        own: member === circle.member,
        waiting: me ? 0 : circle.participant.waitingFor(id),
        tells: told.has(id),
        ...(peer !== undefined && { link: peerView(circle, peer) }),
        ...(peer === undefined && seenAt !== undefined && { seenAt }),
      }
    })
  const known = circle.participant.hearsLinks(circle.self) ? 'told-links' : 'own-links'
  const { group } = suiteTls(circle.identity.suite)
  return { circle: circle.id, known, group, devices, links: linksOfOthers(circle, told) }
}

/** Between two active devices that are not this one: each link once, with who says that it is there. */
export function linksOfOthers(
  circle: Pick<CircleRuntime, 'state' | 'self'>,
  told: ReadonlyMap<DeviceId, readonly ToldLink[]>,
): LinkOfOthers[] {
  const { state, self } = circle
  const isOther = (id: DeviceId): boolean => id !== self && state.devices.get(id)?.active === true
  const found = new Map<string, LinkOfOthers>()
  for (const [teller, links] of told) {
    for (const link of links) {
      if (!isOther(teller) || !isOther(link.device) || teller === link.device) continue
      const between = [teller, link.device].sort() as [DeviceId, DeviceId]
      const key = between.join()
      const before = found.get(key)
      found.set(key, before ? { ...before, toldBy: [...before.toldBy, teller] } : view(between, teller, link))
    }
  }
  return [...found.values()]
}

function view(between: [DeviceId, DeviceId], teller: DeviceId, link: ToldLink): LinkOfOthers {
  const { channel, via, tripStep } = link
  return {
    between,
    channel,
    ...(via !== undefined && { via }),
    ...(tripStep !== undefined && { roundTripMs: 2 ** tripStep }),
    toldBy: [teller],
  }
}
