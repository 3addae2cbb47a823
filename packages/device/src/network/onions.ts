/** The onion services of this device: one a circle, and one a live invitation (spec §8.4). */
import type { Service, TorChannel } from '@triode/channels'
import type { CircleId, InvitationId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { inTurn } from '../inTurn.ts'
import { MAX_ONION_SERVICES } from '../tuning.ts'

export interface OnionsOptions {
  readonly tor: TorChannel | undefined
  readonly circles: () => Iterable<CircleRuntime>
}

export class Onions {
  private readonly options: OnionsOptions
  private served = ''
  private leftOutNow: ReadonlySet<InvitationId> = new Set()

  constructor(options: OnionsOptions) {
    this.options = options
  }

  /** Invitations at whose services nobody finds this device now, since there are more than can be. */
  get leftOut(): ReadonlySet<InvitationId> {
    return this.leftOutNow
  }

  /** Offers the services of now, if they are others than before. Circles go first. */
  tick(): void {
    const { tor, circles } = this.options
    this.leftOutNow = new Set()
    if (tor === undefined || tor.status().state === 'off') return
    const all = [...circles()]
    const own = all.flatMap((circle) => circle.onionService() ?? [])
    const invited = inTurn(all.map((circle) => circle.invitationServices()))
    const services: Service[] = [...own, ...invited].slice(0, MAX_ONION_SERVICES)
    const room = Math.max(0, MAX_ONION_SERVICES - own.length)
    this.leftOutNow = new Set(invited.slice(room).map(({ invitation }) => invitation))
    const key = services.map(keyOf).join()
    if (key === this.served) return
    tor.serve(services)
    this.served = key
  }

  /** How members of the circle reach this device through Tor. */
  addressesOf(circle: CircleId): string[] {
    const address = this.options.tor?.addressOf(circle)
    return address === undefined ? [] : [address]
  }

  /** Where the device is that made an invitation. @param seed invitationOnionSeed() */
  inviterAddresses(seed: Uint8Array): string[] {
    const { tor } = this.options
    return tor === undefined || tor.status().state === 'off' ? [] : [tor.addressFrom(seed)]
  }
}

/** Changes whenever the service does. Kept in memory only, as its keys are. */
function keyOf({ id, seed, visitors }: Service): string {
  return [id, seed.toHex(), ...visitors.map((visitor) => visitor.toHex())].join(' ')
}

/** Whether what came to `service`, if to any, may be answered by `circle`. */
export function isServiceOf(circle: CircleRuntime, service: string | undefined): boolean {
  return service === undefined || service.split('/')[0] === circle.id
}
