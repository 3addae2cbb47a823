/** How a person calls their own devices. Kept on this device only; no other member gets to know. */
import { decodeStored, encodeValue, type DeviceId, type RecordMap, type Store } from '@triode/core'

/** As of nicknames. */
const MAX_DEVICE_NAME_LENGTH = 64

export class DeviceNames {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('devices/names')
  }

  get(device: DeviceId): string | undefined {
    const bytes = this.records.get(device)
    return bytes && decodeStored(bytes, (reader) => reader.text(MAX_DEVICE_NAME_LENGTH))
  }

  set(device: DeviceId, name: string): void {
    this.records.set(device, encodeValue([name]))
  }
}
