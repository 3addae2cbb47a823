/** Which devices a person has compared safety words with (spec §6.7). Known to this device only. */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { equalBytes } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import type { CircleId, DeviceId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { ID_BYTES } from './spec.ts'
import type { Device } from './state.ts'
import { circleStoreName } from './storeName.ts'

/** Bytes of the longest hash of a suite. */
const MAX_HASH_BYTES = 64

export interface Verification {
  readonly device: DeviceId
  /** Hash of the public signing key that was verified. */
  readonly keyHash: Uint8Array
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What is known of a member's identity. */
export const VERIFICATION = {
  /** The words were compared for every device that the member has now. */
  verified: 'verified',
  /** They were for some, and the member has a device since that nobody compared: a warning, not a lesser kind of verified. */
  changed: 'changed',
  unverified: 'unverified',
} as const
export type VerificationState = (typeof VERIFICATION)[keyof typeof VERIFICATION]

export class Verifications {
  private readonly suite: Suite
  private readonly records: RecordMap

  constructor(suite: Suite, store: Store, circle: CircleId) {
    this.suite = suite
    this.records = store.map(circleStoreName(circle, 'verified'))
  }

  /** Remembers that the words for this very key were compared. Durable on return. */
  mark(device: DeviceId, spki: Uint8Array, at: number): void {
    this.records.set(device, encodeValue([this.suite.hash(spki), at]))
  }

  /** Idempotent. */
  unmark(device: DeviceId): void {
    this.records.delete(device)
  }

  get(device: DeviceId): Verification | undefined {
    const bytes = this.records.get(device)
    return (
      bytes &&
      decodeStored(bytes, (reader) => ({
        device,
        keyHash: reader.bytes(ID_BYTES, MAX_HASH_BYTES),
        at: reader.int(),
      }))
    )
  }

  /** Whether the key that the device has now is the one that was compared. */
  isVerified(device: DeviceId, spki: Uint8Array): boolean {
    const known = this.get(device)
    return known !== undefined && equalBytes(known.keyHash, this.suite.hash(spki))
  }

  /**
   * A device's key never changes: a new key is a new device. So a new device of a verified member, whoever added it, has to be
   * compared before the member counts as verified again.
   * @param devices all that the member ever had, for what was compared may be a device that was revoked since
   */
  verificationOf(devices: readonly Pick<Device, 'id' | 'publicKey' | 'active'>[]): VerificationState {
    const isCompared = ({ id, publicKey }: (typeof devices)[number]): boolean =>
      this.isVerified(id, publicKey)
    const active = devices.filter((device) => device.active)
    if (active.length > 0 && active.every(isCompared)) return VERIFICATION.verified
    return active.length > 0 && devices.some(isCompared) ? VERIFICATION.changed : VERIFICATION.unverified
  }
}
