/** What a device keeps of each circle it is in, beside the log: its own keys there. */
import {
  base32,
  decodeStored,
  encodeValue,
  fromBase32,
  type CircleId,
  type MemberId,
  type RecordMap,
  type Store,
} from '@triode/core'

export interface CircleRecord {
  readonly circle: CircleId
  readonly suite: string
  /** The device's private signing key, PKCS #8 DER: a secret. */
  readonly pkcs8: Uint8Array
  /** The device's self-signed certificate, DER. */
  readonly certificate: Uint8Array
  readonly member: MemberId
  /** Addresses of the device that invited this one: the way back before any card is known. */
  readonly inviterAddresses: readonly string[]
}

/** Of a certificate or key with ML-DSA-87: about 7.5 kB. */
const MAX_KEY_BYTES = 16_384

export class CircleRecords {
  private readonly records: RecordMap
  /** Circles that this device was told to leave, until they are erased. */
  private readonly leaving: RecordMap
  /** By circle: how many were before it, or were and are no more. */
  private readonly places: RecordMap

  constructor(store: Store) {
    this.records = store.map('circles')
    this.leaving = store.map('circles/leaving')
    this.places = store.map('circles/places')
  }

  /** In the order in which they came, of which the store promises nothing. Those of before places were kept are first. */
  all(): CircleRecord[] {
    const places = new Map(this.placed())
    const placeOf = ({ circle }: CircleRecord): number => places.get(circle) ?? -1
    return this.records
      .entries()
      .map(([, value]) => decodeRecordOf(value))
      .sort((one, other) => placeOf(one) - placeOf(other) || (one.circle < other.circle ? -1 : 1))
  }

  /** One that is not there yet is the last. */
  put(record: CircleRecord): void {
    if (this.records.get(record.circle) === undefined) this.placeLast(record.circle)
    const value = encodeValue([
      fromBase32(record.circle),
      record.suite,
      record.pkcs8,
      record.certificate,
      fromBase32(record.member),
      record.inviterAddresses,
    ])
    this.records.set(record.circle, value)
  }

  delete(circle: CircleId): void {
    this.records.delete(circle)
    this.leaving.delete(circle)
    this.places.delete(circle)
  }

  /** Remembers that the circle is to be erased, should that be cut short; or takes it back. */
  setLeaving(circle: CircleId, leaving: boolean): void {
    if (leaving) this.leaving.set(circle, encodeValue([]))
    else this.leaving.delete(circle)
  }

  isLeaving(circle: CircleId): boolean {
    return this.leaving.get(circle) !== undefined
  }

  private placeLast(circle: CircleId): void {
    const place = 1 + Math.max(-1, ...this.placed().map(([, taken]) => taken))
    this.places.set(circle, encodeValue([place]))
  }

  private placed(): [circle: string, place: number][] {
    return this.places
      .entries()
      .map(([circle, value]) => [circle, decodeStored(value, (reader) => reader.int())])
  }
}

function decodeRecordOf(value: Uint8Array): CircleRecord {
  return decodeStored(value, (reader) => ({
    circle: base32(reader.bytes(32)) as CircleId,
    suite: reader.text(32),
    pkcs8: reader.bytes(1, MAX_KEY_BYTES),
    certificate: reader.bytes(1, MAX_KEY_BYTES),
    member: base32(reader.bytes(32)) as MemberId,
    inviterAddresses: reader.list(16, (address) => (typeof address === 'string' ? address : '')),
  }))
}
