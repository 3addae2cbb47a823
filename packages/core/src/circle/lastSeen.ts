/** When this device had a tunnel to each other device of a circle last. Known to this device only. */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { CircleId, DeviceId } from '../id.ts'
import { DURABILITY, type RecordMap, type Store } from '../ports/store.ts'
import { circleStoreName } from './storeName.ts'

export class LastSeen {
  private readonly store: Store
  private readonly records: RecordMap

  constructor(store: Store, circle: CircleId) {
    this.store = store
    this.records = store.map(circleStoreName(circle, 'seen'))
  }

  /** @param at milliseconds since 1970, when a tunnel came or ended. @throws Unavailable 'disk-full' */
  note(device: DeviceId, at: number): void {
    this.store.transaction(() => {
      this.records.set(device, encodeValue([at]))
    }, DURABILITY.soon)
  }

  /** undefined: never, as far as this device remembers. @throws IntegrityFault 'record-damaged' */
  of(device: DeviceId): number | undefined {
    const bytes = this.records.get(device)
    return bytes === undefined ? undefined : decodeStored(bytes, (reader) => reader.int())
  }
}
