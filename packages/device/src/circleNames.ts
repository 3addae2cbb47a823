/** The names of the hour that a circle is called, and found on a LAN, with (spec §7.3, §8.2). */
import {
  HOUR_MS,
  hourOf,
  invitationKnockName,
  invitationLanName,
  KNOCK_WINDOW_HOURS,
  knockName,
  lanName,
  NameWindow,
  spokenLanName,
  type Clock,
  type DeviceId,
  type OwnInvitations,
  type SpokenInvitations,
  type Suite,
} from '@triode/core'
import { LanNames } from './lanNames.ts'
import { WRONG_CLOCK_HOURS } from './tuning.ts'

export interface CircleNamesContext {
  readonly suite: Suite
  readonly clock: Clock
  readonly self: DeviceId
  /** The circle's. */
  readonly secret: Uint8Array
  readonly invitations: OwnInvitations
  readonly spoken: SpokenInvitations
}

export class CircleNames {
  private readonly context: CircleNamesContext
  private readonly members: NameWindow
  private readonly lan: LanNames
  private invitees: { readonly key: string; readonly windows: readonly NameWindow[] } = {
    key: '',
    windows: [],
  }

  constructor(context: CircleNamesContext) {
    const { suite, secret } = context
    this.context = context
    this.members = new NameWindow((hour) => knockName(suite, secret, hour))
    this.lan = new LanNames((device, hour) => lanName(suite, secret, device, hour))
  }

  /** The name to call another device of the circle with. */
  knock(): string {
    const { suite, secret, clock } = this.context
    return knockName(suite, secret, hourOf(clock.now()))
  }

  isMemberKnock(knock: string): boolean {
    return this.members.accepts(knock, this.context.clock.now())
  }

  isInviteeKnock(knock: string): boolean {
    const { suite, invitations, spoken, clock } = this.context
    const now = clock.now()
    const open = invitations.open(now)
    const key = open.map((own) => own.keys.id).join()
    if (key !== this.invitees.key) {
      const windows = open.map(
        (own) => new NameWindow((hour) => invitationKnockName(suite, own.keys.knock, hour)),
      )
      this.invitees = { key, windows }
    }
    const invited = this.invitees.windows.some((window) => window.accepts(knock, now))
    return invited || spoken.forKnock(knock, now) !== undefined
  }

  /**
   * By how much the clock of whoever calls with `knock` is ahead of ours, if it is a knock of this circle of an hour that is
   * not accepted; undefined when it is none. Costs up to 1,500 HMACs for the circle and for each open invitation.
   */
  msAhead(knock: string): number | undefined {
    const { suite, secret, clock, invitations } = this.context
    const now = clock.now()
    const hour = hourOf(now)
    const keys = invitations.open(now).map((own) => own.keys.knock)
    for (let apart = KNOCK_WINDOW_HOURS + 1; apart <= WRONG_CLOCK_HOURS; apart++) {
      for (const ahead of [apart, -apart]) {
        const theirs = hour + ahead
        const fits =
          knockName(suite, secret, theirs) === knock ||
          keys.some((key) => invitationKnockName(suite, key, theirs) === knock)
        if (fits) return ahead * HOUR_MS
      }
    }
    return undefined
  }

  /** Names under which this device is found on a LAN now. */
  announced(): string[] {
    const { suite, secret, self, clock, invitations, spoken } = this.context
    const now = clock.now()
    const hour = hourOf(now)
    // A spent invitation too, until it expires: whoever was admitted may have to fetch the answer again.
    const invited = invitations.open(now).map((one) => invitationLanName(suite, one.keys.lan, hour))
    const codes = spoken.open(now).map(({ code }) => spokenLanName(suite, code.number, hour))
    return [lanName(suite, secret, self, hour), ...codes, ...invited]
  }

  /** A name was seen on a LAN: the one of `devices` that it is of, whose address is remembered. */
  discovered(name: string, address: string, devices: readonly DeviceId[]): DeviceId | undefined {
    return this.lan.discovered(name, address, this.context.clock, devices)
  }

  /** Where a device was seen on a LAN, newest first. */
  addressesOf(device: DeviceId): string[] {
    return this.lan.addressesOf(device, this.context.clock)
  }
}
