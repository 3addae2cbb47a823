/** The names that a circle is called with, and found on a LAN and in a DHT, by the hour and the day (spec §7.3, §8.2, §8.3). */
import {
  dayOf,
  dhtName,
  HOUR_MS,
  hourOf,
  invitationDhtName,
  invitationKnockName,
  invitationLanName,
  invitationOnionSeed,
  invitationVisitorKey,
  KNOCK_WINDOW_HOURS,
  knockName,
  lanName,
  NameWindow,
  onionVisitorKey,
  spokenLanName,
  type Clock,
  type CircleId,
  type CircleSecret,
  type DeviceId,
  type InvitationId,
  type OwnInvitations,
  type SpokenInvitations,
  type Suite,
} from '@triode/core'
import type { Service } from '@triode/channels'
import { DHT_PERIOD, FoundNames, LAN_PERIOD } from './foundNames.ts'
import { FAR_OVERLAP_MS, WRONG_CLOCK_HOURS } from '../tuning.ts'

export interface CircleNamesContext {
  readonly suite: Suite
  readonly clock: Clock
  readonly self: DeviceId
  readonly secrets: UsedSecrets
  readonly invitations: OwnInvitations
  readonly spoken: SpokenInvitations
}

/** The circle's secrets, as they are in use now: see SecretRotation. */
export interface UsedSecrets {
  /** To answer to, the current one first. */
  answering(): readonly CircleSecret[]
  /** To call `device` with, in the order to try. */
  calling(device: DeviceId): readonly CircleSecret[]
}

/** An onion service at which this device is found by whoever has an invitation. */
export interface InvitationService extends Service {
  readonly invitation: InvitationId
}

/** A name under which this device is found. */
export interface AnnouncedName {
  readonly name: string
  /** By whoever has this one; absent: by members. */
  readonly invitation?: InvitationId
}

export class CircleNames {
  private readonly context: CircleNamesContext
  private readonly lan: FoundNames
  private readonly far: FoundNames
  private members: { readonly key: string; readonly windows: readonly NameWindow[] } = {
    key: '',
    windows: [],
  }
  private invitees: { readonly key: string; readonly windows: readonly NameWindow[] } = {
    key: '',
    windows: [],
  }

  constructor(context: CircleNamesContext) {
    const { suite } = context
    this.context = context
    this.lan = new FoundNames(LAN_PERIOD, (device, hour) =>
      this.knownSecrets(device).map((secret) => lanName(suite, secret, device, hour)),
    )
    this.far = new FoundNames(DHT_PERIOD, (device, day) =>
      this.knownSecrets(device).map((secret) => dhtName(suite, secret, device, day)),
    )
  }

  /** The names to call another device of the circle with, in the order to try. */
  knocks(device: DeviceId): string[] {
    const { suite, secrets, clock } = this.context
    const hour = hourOf(clock.now())
    return secrets.calling(device).map(({ secret }) => knockName(suite, secret, hour))
  }

  /** The keys with which this device's onion service may be visited now, the current secret's first. */
  visitorKeys(): Uint8Array[] {
    const { suite, secrets, self } = this.context
    return secrets.answering().map(({ secret }) => onionVisitorKey(suite, secret, self))
  }

  /** The keys to visit that of `device` with, in the order to try. */
  visitKeys(device: DeviceId): Uint8Array[] {
    const { suite, secrets } = this.context
    return secrets.calling(device).map(({ secret }) => onionVisitorKey(suite, secret, device))
  }

  /** The onion services at which invitees find this device now. @param circle whose they are */
  invitationServices(circle: CircleId): InvitationService[] {
    const { suite, invitations, clock } = this.context
    return invitations.open(clock.now()).map(({ keys }) => ({
      invitation: keys.id,
      id: `${circle}/${keys.id}`,
      seed: invitationOnionSeed(suite, keys.lan),
      visitors: [invitationVisitorKey(suite, keys.lan)],
    }))
  }

  isMemberKnock(knock: string): boolean {
    const { suite, secrets, clock } = this.context
    const answering = secrets.answering()
    const key = keyOf(answering)
    if (key !== this.members.key) {
      const windows = answering.map(({ secret }) => new NameWindow((hour) => knockName(suite, secret, hour)))
      this.members = { key, windows }
    }
    return this.members.windows.some((window) => window.accepts(knock, clock.now()))
  }

  isInviteeKnock(knock: string): boolean {
    const { suite, invitations, clock } = this.context
    const now = clock.now()
    const open = invitations.open(now)
    const key = open.map((own) => own.keys.id).join()
    if (key !== this.invitees.key) {
      const windows = open.map(
        (own) => new NameWindow((hour) => invitationKnockName(suite, own.keys.knock, hour)),
      )
      this.invitees = { key, windows }
    }
    return this.invitees.windows.some((window) => window.accepts(knock, now))
  }

  /** Whether it is the name of a live spoken code. */
  isSpokenKnock(knock: string): boolean {
    const { spoken, clock } = this.context
    return spoken.forKnock(knock, clock.now()) !== undefined
  }

  /**
   * By how much the clock of whoever calls with `knock` is ahead of ours, if it is a knock of this circle of an hour that is
   * not accepted; undefined when it is none. Costs up to 1,500 HMACs for each secret of
   * the circle that is answered to and for each open invitation.
   */
  msAhead(knock: string): number | undefined {
    const { suite, secrets, clock, invitations } = this.context
    const now = clock.now()
    const hour = hourOf(now)
    const own = secrets.answering()
    const keys = invitations.open(now).map((own) => own.keys.knock)
    for (let apart = KNOCK_WINDOW_HOURS + 1; apart <= WRONG_CLOCK_HOURS; apart++) {
      for (const ahead of [apart, -apart]) {
        const theirs = hour + ahead
        const fits =
          own.some(({ secret }) => knockName(suite, secret, theirs) === knock) ||
          keys.some((key) => invitationKnockName(suite, key, theirs) === knock)
        if (fits) return ahead * HOUR_MS
      }
    }
    return undefined
  }

  /** Names under which this device is found on a LAN now. */
  announced(): string[] {
    const { suite, secrets, self, clock, invitations, spoken } = this.context
    const now = clock.now()
    const hour = hourOf(now)
    // A spent invitation too, until it expires: whoever was admitted may have to fetch the answer again.
    const invited = invitations.open(now).map((one) => invitationLanName(suite, one.keys.lan, hour))
    const codes = spoken.open(now).map(({ code }) => spokenLanName(suite, code.number, hour))
    const members = secrets.answering().slice(0, MAX_MEMBER_NAMES)
    return [...members.map(({ secret }) => lanName(suite, secret, self, hour)), ...codes, ...invited]
  }

  /** A name was seen on a LAN: the one of `devices` that it is of, whose address is remembered. */
  discovered(name: string, address: string, devices: readonly DeviceId[]): DeviceId | undefined {
    const { secrets, clock } = this.context
    return this.lan.discovered(name, address, clock, devices, keyOf(secrets.answering()))
  }

  /** Names under which this device is found in a DHT now: those of the day, and for a while after midnight the day before. */
  announcedFar(): AnnouncedName[] {
    const { suite, secrets, self, clock, invitations } = this.context
    const now = clock.now()
    const days = [...new Set([dayOf(now), dayOf(now - FAR_OVERLAP_MS)])]
    const members = secrets.answering().slice(0, MAX_MEMBER_NAMES)
    const open = invitations.open(now)
    return days.flatMap((day) => [
      ...members.map(({ secret }) => ({ name: dhtName(suite, secret, self, day) })),
      ...open.map(({ keys }) => ({
        name: invitationDhtName(suite, keys.lan, day),
        invitation: keys.id,
      })),
    ])
  }

  /** The names in a DHT of those of `devices` that `wanted` tells. */
  soughtFar(devices: readonly DeviceId[], wanted: (device: DeviceId) => boolean): string[] {
    const { secrets, clock } = this.context
    return this.far.of(clock, devices, keyOf(secrets.answering()), wanted)
  }

  /** A name was found in a DHT: the one of `devices` that it is of, whose address is remembered. */
  discoveredFar(name: string, address: string, devices: readonly DeviceId[]): DeviceId | undefined {
    const { secrets, clock } = this.context
    return this.far.discovered(name, address, clock, devices, keyOf(secrets.answering()))
  }

  /** Where a device was found in a DHT, newest first. */
  farAddressesOf(device: DeviceId): string[] {
    return this.far.addressesOf(device, this.context.clock)
  }

  /** Where a device was seen on a LAN, newest first. */
  addressesOf(device: DeviceId): string[] {
    return this.lan.addressesOf(device, this.context.clock)
  }

  /** By which `device` may be found: what is answered to here, and what it is called with. */
  private knownSecrets(device: DeviceId): readonly Uint8Array[] {
    const { secrets } = this.context
    const all = [...secrets.answering(), ...secrets.calling(device)]
    return [...new Map(all.map(({ secret }) => [secret.toHex(), secret])).values()]
  }
}

/** Under old secrets too, while somebody may know no other: the newest of them. */
const MAX_MEMBER_NAMES = 8

/** Changes whenever the secrets do. Kept in memory only, as they are. */
function keyOf(secrets: readonly CircleSecret[]): string {
  return secrets.map(({ secret }) => secret.toHex()).join()
}
