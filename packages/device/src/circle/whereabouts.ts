/** Where the other devices of a circle are: as their cards say, and as they are found on a LAN and in a DHT (spec §5.9, §8.2, §8.3). */
import type { CardBook, CircleId, CircleState, Clock, DeviceId, Standing } from '@triode/core'
import { isDhtNode, type Visit } from '@triode/channels'
import { withoutOthersNear } from './cardAddresses.ts'
import type { CircleNames } from './circleNames.ts'
import { soughtDevices } from './soughtDevices.ts'

export interface WhereaboutsContext {
  readonly circle: CircleId
  readonly self: DeviceId
  readonly clock: Clock
  readonly cards: Pick<CardBook, 'get'>
  readonly names: CircleNames
  /** Of the device that invited this one: the way back before any card is known. */
  readonly inviterAddresses: readonly string[]
  readonly state: () => CircleState
  /** Of this device. */
  readonly standing: () => Standing
}

export class Whereabouts {
  private readonly context: WhereaboutsContext

  constructor(context: WhereaboutsContext) {
    this.context = context
  }

  /** Devices to have a tunnel with. Who is suspended goes on calling, to hear of the end of that; who is out calls nobody. */
  dialable(): DeviceId[] {
    const { self, state } = this.context
    const { standing } = this.context.standing()
    if (standing !== 'active' && standing !== 'suspended') return []
    const devices: DeviceId[] = []
    for (const device of state().devices.values()) {
      if (device.active && device.id !== self) devices.push(device.id)
    }
    return devices
  }

  addressesOf(device: DeviceId): string[] {
    const { names } = this.context
    const told = this.toldAddresses(device).filter((address) => !isDhtNode(address))
    return [...new Set([...names.addressesOf(device), ...told, ...names.farAddressesOf(device)])]
  }

  /** Another one whenever a device says anew where it is. */
  cardOf(device: DeviceId): unknown {
    return this.context.cards.get(device)
  }

  /** With what to visit the onion service of `device`. */
  visitTo(device: DeviceId): Visit {
    const { circle, names } = this.context
    return { realm: circle, keys: names.visitKeys(device) }
  }

  /** A name was seen on a LAN: the device that it is of, whose address is remembered. */
  discovered(name: string, address: string): DeviceId | undefined {
    return this.context.names.discovered(name, address, this.dialable())
  }

  /** A name was found in a DHT: the device that it is of, whose address is remembered. */
  discoveredFar(name: string, address: string): DeviceId | undefined {
    return this.context.names.discoveredFar(name, address, this.dialable())
  }

  /** The names in a DHT of devices to ask for there, of those that are not up. */
  soughtFar(isUp: (device: DeviceId) => boolean): string[] {
    const { self, clock, names } = this.context
    const devices = this.dialable()
    const sought = soughtDevices(self, devices, isUp, clock.now())
    return names.soughtFar(devices, (device) => sought.has(device))
  }

  /** Addresses of devices of this circle at which a DHT can be entered: one a device, as each tells one (spec §8.3). */
  dhtNodes(): string[] {
    return this.dialable().flatMap((device) => this.toldAddresses(device).find(isDhtNode) ?? [])
  }

  /** As its card says; before there is one, the invitation. */
  private toldAddresses(device: DeviceId): readonly string[] {
    const { cards, self, inviterAddresses } = this.context
    const told = cards.get(device)?.addresses
    if (told === undefined) return inviterAddresses
    const own = cards.get(self)?.addresses ?? []
    return withoutOthersNear(told, own, inviterAddresses)
  }
}
