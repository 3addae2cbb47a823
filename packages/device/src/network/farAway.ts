/** Devices that are far away: the names of the day that this one announces in the DHT, and those that it asks for there. */
import type { DhtChannel } from '@triode/channels'
import type { CircleId, DeviceId, InvitationId } from '@triode/core'
import type { AnnouncedName } from '../circle/circleNames.ts'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { inTurn } from '../inTurn.ts'
import { MAX_FAR_ANNOUNCED, MAX_FAR_SOUGHT } from '../tuning.ts'

export interface FarAwayOptions {
  readonly dht: DhtChannel | undefined
  readonly circles: () => Iterable<CircleRuntime>
  readonly isUp: (circle: CircleId, device: DeviceId) => boolean
  /** A device of a circle was found. @returns whether that is news */
  readonly found: (circle: CircleId, device: DeviceId) => boolean
}

export class FarAway {
  private readonly options: FarAwayOptions
  private stopWatching: (() => void) | undefined
  private announced = ''
  private sought = ''
  private leftOutNow: ReadonlySet<InvitationId> = new Set()
  /** Of inviters that are being looked for. */
  private readonly invitations = new Set<ReadonlySet<string>>()

  constructor(options: FarAwayOptions) {
    this.options = options
  }

  start(): void {
    this.stopWatching = this.options.dht?.watch((name, address) => {
      this.heard(name, address)
    })
  }

  stop(): void {
    this.stopWatching?.()
  }

  /** Invitations by which nobody finds this device in the DHT now, since it has more names than there is room for. */
  get leftOut(): ReadonlySet<InvitationId> {
    return this.leftOutNow
  }

  /** Announces the names of the day and asks for those of devices that there is no tunnel to, if they are others than before. */
  tick(): void {
    const { dht, circles, isUp } = this.options
    this.leftOutNow = new Set()
    if (dht === undefined || dht.status().state === 'off') return
    const all = [...circles()]
    dht.begin(all.flatMap((circle) => circle.whereabouts.dhtNodes()))
    this.announce(dht, inTurn(all.map((circle) => circle.names.announcedFar())))
    this.seek(
      dht,
      inTurn(all.map((circle) => circle.whereabouts.soughtFar((device) => isUp(circle.id, device)))),
    )
  }

  /** Reports the addresses of devices in the DHT that announce one of `names`, until cancelled. */
  watchNames(names: ReadonlySet<string>, listener: (address: string) => void): () => void {
    const { dht } = this.options
    if (dht === undefined || names.size === 0) return () => undefined
    const stop = dht.watch((name, address) => {
      if (names.has(name)) listener(address)
    })
    this.invitations.add(names)
    this.tick()
    return () => {
      this.invitations.delete(names)
      stop()
    }
  }

  private announce(dht: DhtChannel, all: readonly AnnouncedName[]): void {
    const announced = all.slice(0, MAX_FAR_ANNOUNCED)
    this.leftOutNow = invitationsIn(all).difference(invitationsIn(announced))
    const names = announced.map(({ name }) => name)
    if (names.join() === this.announced) return
    this.announced = names.join()
    dht.announce(names)
  }

  private seek(dht: DhtChannel, all: readonly string[]): void {
    const invited = [...this.invitations].flatMap((names) => [...names])
    const names = [...invited, ...all].slice(0, MAX_FAR_SOUGHT)
    if (names.join() === this.sought) return
    this.sought = names.join()
    dht.seek(names)
  }

  private heard(name: string, address: string): void {
    for (const circle of this.options.circles()) {
      const device = circle.whereabouts.discoveredFar(name, address)
      if (device !== undefined && this.options.found(circle.id, device)) return
    }
  }
}

function invitationsIn(names: readonly AnnouncedName[]): Set<InvitationId> {
  return new Set(names.flatMap(({ invitation }) => invitation ?? []))
}
