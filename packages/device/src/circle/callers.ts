/** Who calls this device of a circle (spec §7.3): by which names they may ask for it, and whether they are in the circle, or out of it. */
import {
  activeKey,
  base32,
  deviceIdOf,
  farewellFor,
  type CircleSecrets,
  type Clock,
  type DeviceId,
  type EntryHash,
  type MembershipLog,
  type Suite,
} from '@triode/core'
import { inFrames, type FarewellHost } from '../network/farewell.ts'
import type { CircleNames } from './circleNames.ts'
import { FormerKnocks } from './formerKnocks.ts'

export interface CircleCallersContext {
  readonly suite: Suite
  readonly clock: Clock
  readonly log: MembershipLog
  readonly secrets: CircleSecrets
  readonly names: CircleNames
}

export class CircleCallers implements FarewellHost {
  readonly suite: Suite
  private readonly log: MembershipLog
  private readonly names: CircleNames
  private readonly formerKnocks: FormerKnocks

  constructor({ suite, clock, log, secrets, names }: CircleCallersContext) {
    this.suite = suite
    this.log = log
    this.names = names
    this.formerKnocks = new FormerKnocks(suite, clock, () => secrets.all())
  }

  /** Whether members ask for this name, or did before the circle's secret changed. */
  isMemberKnock(knock: string): boolean {
    return this.names.isMemberKnock(knock) || this.formerKnocks.accepts(knock)
  }

  /** The active device that holds this key (SPKI DER), byte for byte. */
  activeDevice(spki: Uint8Array): DeviceId | undefined {
    const device = deviceIdOf(this.suite, spki)
    return activeKey(this.log, device) === undefined ? undefined : device
  }

  /** A device that was put out of the circle, by its key (SPKI DER); not one that left by itself, and need not be told. */
  endedDevice(spki: Uint8Array): DeviceId | undefined {
    const { devices, members } = this.log.state()
    const device = deviceIdOf(this.suite, spki)
    const known = devices.get(device)
    if (known === undefined || known.active) return undefined
    const member = members.get(known.member)
    return member?.state === 'left' && member.devices.length === 1 ? undefined : device
  }

  /** What a device that is out may still learn, in lists that fit a frame. @param known hashes of entries that it has */
  farewellTo(device: DeviceId, known: readonly Uint8Array[], limitBytes: number): Uint8Array[][] {
    const hashes = known.map((hash) => base32(hash) as EntryHash)
    return inFrames(farewellFor(this.log, device, hashes, limitBytes))
  }
}
