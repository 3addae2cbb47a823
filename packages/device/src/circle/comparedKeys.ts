/** What a person has compared of the other devices' keys (spec §6.7), as often as each message asks for it. */
import {
  safetyWords,
  VERIFICATION,
  Verifications,
  type CircleId,
  type CircleState,
  type Clock,
  type DeviceId,
  type MemberId,
  type Store,
  type Suite,
  type TimelineMessage,
  type VerificationState,
} from '@triode/core'

export interface ComparedKeysContext {
  readonly suite: Suite
  readonly store: Store
  readonly clock: Clock
  readonly circle: CircleId
  /** Whose this device is. */
  readonly member: MemberId
  /** SPKI DER of this device. */
  readonly publicKey: Uint8Array
  readonly state: () => CircleState
}

/** Each message to a circle asks for all who read it: remembered until roster or comparisons change. */
interface Known {
  readonly state: CircleState
  readonly members: Map<MemberId, VerificationState>
  readonly devices: Map<DeviceId, boolean>
}

export class ComparedKeys {
  private readonly context: ComparedKeysContext
  private readonly verifications: Verifications
  private readonly words = new Map<DeviceId, string[]>()
  private known: Known | undefined

  constructor(context: ComparedKeysContext) {
    this.context = context
    this.verifications = new Verifications(context.suite, context.store, context.circle)
  }

  isVerified(device: DeviceId): boolean {
    const key = this.keyOf(device)
    return key !== undefined && this.verifications.isVerified(device, key)
  }

  setVerified(device: DeviceId, verified: boolean): void {
    this.known = undefined
    const key = this.keyOf(device)
    if (key === undefined) return
    if (verified) this.verifications.mark(device, key, this.context.clock.now())
    else this.verifications.unmark(device)
  }

  /**
   * One device of a member is compared. If it is the first one, the others that are there now are left for later: only what
   * comes afterwards is a change.
   */
  setScanned(device: DeviceId): void {
    const { members, devices } = this.context.state()
    const member = members.get(devices.get(device)?.member ?? this.context.member)
    if (member !== undefined && !member.devices.some((one) => this.isVerified(one))) {
      for (const other of member.devices) {
        const known = devices.get(other)
        if (known === undefined || known.revoked !== undefined || other === device) continue
        this.verifications.leaveForLater(other, known.publicKey, this.context.clock.now())
      }
    }
    this.setVerified(device, true)
  }

  /** One's own member has nothing to compare: unverified. */
  verificationOf(id: MemberId): VerificationState {
    const { members } = this.knownNow()
    const found = members.get(id) ?? this.look(id)
    members.set(id, found)
    return found
  }

  /**
   * What a message shows was written, edited or handed over by a device that nobody compared, of a member of whom another device
   * was: whoever verified the person must not take it for that person's word (spec §6.7).
   */
  isUnverified({ device, editedBy, handedOverBy }: TimelineMessage): boolean {
    return [device, editedBy, handedOverBy].some((one) => one !== undefined && this.isUncompared(one))
  }

  /** Stretched, so remembered. */
  safetyWordsWith(device: DeviceId): string[] {
    const { suite, circle, publicKey } = this.context
    let words = this.words.get(device)
    const key = this.keyOf(device)
    if (words === undefined && key !== undefined) {
      words = safetyWords(suite, circle, publicKey, key)
      this.words.set(device, words)
    }
    return words ?? []
  }

  private keyOf(device: DeviceId): Uint8Array | undefined {
    return this.context.state().devices.get(device)?.publicKey
  }

  private knownNow(): Known {
    const state = this.context.state()
    if (this.known?.state !== state) this.known = { state, members: new Map(), devices: new Map() }
    return this.known
  }

  private look(id: MemberId): VerificationState {
    if (id === this.context.member) return VERIFICATION.unverified
    const { members, devices } = this.context.state()
    const theirs = members.get(id)?.devices ?? []
    return this.verifications.verificationOf(theirs.flatMap((one) => devices.get(one) ?? []))
  }

  /** Also of a device that was revoked since, and of one whose member is out: what it wrote stays what it was. */
  private isUncompared(device: DeviceId): boolean {
    const { devices } = this.knownNow()
    const found = devices.get(device) ?? (!this.isVerified(device) && this.hasCompared(device))
    devices.set(device, found)
    return found
  }

  private hasCompared(device: DeviceId): boolean {
    const { members, devices } = this.context.state()
    const member = devices.get(device)?.member
    const theirs = member === undefined ? [] : (members.get(member)?.devices ?? [])
    return theirs.some((one) => this.isVerified(one))
  }
}
