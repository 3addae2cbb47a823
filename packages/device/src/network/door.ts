/** Whoever calls at this device: which circle the name is of that it calls with, and as whom it is let in (spec §7.3). */
import { PeerFault, Unavailable, type CircleId, type Clock, type DeviceId, type Fault } from '@triode/core'
import type { Link } from '@triode/channels'
import { acceptTunnel, type Tunnel, type TunnelIdentity } from '@triode/tunnel'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { FAREWELL_EVERY_MS } from '../tuning.ts'
import type { MadeTunnel } from './dialer.ts'
import { sayFarewell } from './farewell.ts'
import { isServiceOf } from './onions.ts'
import { Strangers } from './strangers.ts'
import { SYNC_PATH } from './streamLink.ts'
import { WrongClocks } from './wrongClocks.ts'

export interface DoorOptions {
  readonly clock: Clock
  readonly circles: () => Iterable<CircleRuntime>
  /** Aborted when the network stops. */
  readonly signal: AbortSignal
  /** A device of a member is there. */
  readonly admitted: (circle: CircleRuntime, device: DeviceId, made: MadeTunnel) => void
  /** Somebody was turned away, or broke the rules as an invitee. */
  readonly refused: (
    fault: Fault,
    about: { readonly channel: string; readonly remote?: string; readonly circle?: CircleId },
  ) => void
}

export class Door {
  private readonly options: DoorOptions
  private readonly strangers: Strangers
  private readonly wrongClocks: WrongClocks
  /** When each device that is out was told so last; there are no more of them than in the logs. */
  private readonly farewells = new Map<DeviceId, number>()

  constructor(options: DoorOptions) {
    this.options = options
    this.strangers = new Strangers(options.clock, options.refused)
    this.wrongClocks = new WrongClocks(options.clock, options.circles)
  }

  /** Lets in who calls over `link`, or tells why not. */
  async accept(link: Link): Promise<void> {
    this.strangers.called(link)
    let asked = ''
    try {
      const tunnel = await acceptTunnel(link.stream, {
        resolve: (knock) => this.identityFor((asked = knock), link),
        authorize: (peerKey, knock) => this.authorizes(peerKey, knock, link),
      })
      this.accepted(tunnel, link)
    } catch (cause) {
      const unknown = cause instanceof PeerFault && cause.code === 'knock-unknown'
      const wrong = unknown ? this.wrongClocks.explain(asked) : undefined
      this.strangers.complain(wrong?.fault ?? cause, link, wrong?.circle)
    } finally {
      this.strangers.answered(link)
    }
  }

  /** Ends what is with those who are not let in as members. */
  stop(): void {
    this.strangers.stop()
  }

  /**
   * A caller at an onion service hears from that circle alone: who is in two circles of this device could else call at
   * one's with the other's knock, and learn that both are here (spec §8.4).
   */
  private *answering({ service }: Link): Generator<CircleRuntime> {
    for (const circle of this.options.circles()) if (isServiceOf(circle, service)) yield circle
  }

  private identityFor(knock: string, link: Link): TunnelIdentity | undefined {
    for (const circle of this.answering(link)) {
      if (circle.callers.isMemberKnock(knock)) return circle.identity
      if (isInviteeKnock(circle, knock, link)) return circle.invitees.identityFor(knock)
    }
    return undefined
  }

  private authorizes(peerKey: Uint8Array, knock: string, link: Link): boolean {
    for (const circle of this.answering(link)) {
      if (circle.callers.isMemberKnock(knock)) return this.mayCall(circle, peerKey)
      if (isInviteeKnock(circle, knock, link)) return true
    }
    return false
  }

  /** One that is out is told so, and nothing else: not more often than is of use. */
  private mayCall(circle: CircleRuntime, peerKey: Uint8Array): boolean {
    if (circle.callers.activeDevice(peerKey) !== undefined) return true
    const gone = circle.callers.endedDevice(peerKey)
    if (gone === undefined) return false
    const now = this.options.clock.elapsed()
    if (now - (this.farewells.get(gone) ?? -Infinity) < FAREWELL_EVERY_MS) return false
    this.farewells.set(gone, now)
    return true
  }

  private accepted(tunnel: Tunnel, link: Link): void {
    if (this.options.signal.aborted) {
      tunnel.destroy(new Unavailable('stopped'))
      return
    }
    for (const circle of this.answering(link)) {
      if (circle.callers.isMemberKnock(tunnel.knock)) {
        const device = circle.callers.activeDevice(tunnel.peerKey)
        if (device === undefined) {
          const gone = circle.callers.endedDevice(tunnel.peerKey)
          if (gone === undefined) break
          this.strangers.keep(tunnel, link.remote)
          sayFarewell(circle.callers, gone, tunnel, SYNC_PATH)
          return
        }
        const { channel, remote, local } = link
        this.options.admitted(circle, device, {
          ...{ tunnel, channel, remote },
          ...(local !== undefined && { local }),
        })
        return
      }
      if (isInviteeKnock(circle, tunnel.knock, link)) {
        this.strangers.keep(tunnel, link.remote)
        circle.invitees.serve(tunnel, (fault) => {
          this.strangers.complain(fault, link, circle.id)
        })
        return
      }
    }
    tunnel.destroy(new PeerFault('knock-unknown'))
  }
}

/** The numbers of spoken codes can be guessed: they are answered where a device is called, not at what is to be found by few (spec §8.4). */
function isInviteeKnock({ names }: CircleRuntime, knock: string, { service }: Link): boolean {
  return names.isInviteeKnock(knock) || (service === undefined && names.isSpokenKnock(knock))
}
