/** Which devices a person has compared keys with, and which were left for later (spec §6.7). Known to this device only. */
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
  /** The keys of every device that the member has now were compared. */
  verified: 'verified',
  /** Those of some were, and the others it has were there then and left for later. */
  partly: 'partly',
  /** Those of some were, and the member has a device since that nobody compared: a warning, not a lesser kind of verified. */
  changed: 'changed',
  unverified: 'unverified',
} as const
export type VerificationState = (typeof VERIFICATION)[keyof typeof VERIFICATION]

export class Verifications {
  private readonly suite: Suite
  private readonly records: RecordMap
  private readonly left: RecordMap

  constructor(suite: Suite, store: Store, circle: CircleId) {
    this.suite = suite
    this.records = store.map(circleStoreName(circle, 'verified'))
    this.left = store.map(circleStoreName(circle, 'not-compared'))
  }

  /** Remembers that this very key was compared. Durable on return. */
  mark(device: DeviceId, spki: Uint8Array, at: number): void {
    this.records.set(device, encodeValue([this.suite.hash(spki), at]))
    this.left.delete(device)
  }

  /**
   * Remembers that this key was there when another one of its member was compared for the first time, and was left for later.
   * Durable on return.
   */
  leaveForLater(device: DeviceId, spki: Uint8Array, at: number): void {
    this.left.set(device, encodeValue([this.suite.hash(spki), at]))
  }

  /** Idempotent. */
  unmark(device: DeviceId): void {
    this.records.delete(device)
    this.left.delete(device)
  }

  get(device: DeviceId): Verification | undefined {
    return this.read(this.records, device)
  }

  private read(records: RecordMap, device: DeviceId): Verification | undefined {
    const bytes = records.get(device)
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
    return this.isOf(this.get(device), spki)
  }

  private isOf(known: Verification | undefined, spki: Uint8Array): boolean {
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
    if (active.length === 0 || !devices.some(isCompared)) return VERIFICATION.unverified
    const open = active.filter((device) => !isCompared(device))
    if (open.length === 0) return VERIFICATION.verified
    // With none of those compared in use any more, what the person relied on is gone.
    const wereThere = open.every(({ id, publicKey }) => this.isOf(this.read(this.left, id), publicKey))
    return wereThere && open.length < active.length ? VERIFICATION.partly : VERIFICATION.changed
  }
}
