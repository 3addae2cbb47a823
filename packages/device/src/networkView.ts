/** A circle's devices as this one knows them: its own links, and what waits for whom. Links between others it does not know. */
import type { CircleRuntime } from './circleRuntime.ts'
import type { Network } from './network.ts'
import type { NetworkDevice, NetworkView } from './service.ts'
import { peerView } from './views.ts'

export function networkView(circle: CircleRuntime, network: Network): NetworkView {
  const peers = new Map(network.peers(circle.id).map((peer) => [peer.device, peer]))
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
        ...(peer !== undefined && { link: peerView(circle, peer) }),
        ...(peer === undefined && seenAt !== undefined && { seenAt }),
      }
    })
  return { circle: circle.id, known: 'own-links', devices }
}
