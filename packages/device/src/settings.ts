/** Settings of the device that stand in the vault. */
import { decodeStored, encodeValue, type RecordMap, type Store } from '@triode/core'
import { IDLE_LOCK_DEFAULT_MS } from './tuning.ts'

/** Longest name of a channel. */
const MAX_CHANNEL_LENGTH = 32

export class Settings {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('settings')
  }

  /** The nickname given at init. */
  get name(): string | undefined {
    const value = this.records.get('name')
    return value && decodeStored(value, (reader) => reader.text(256))
  }

  set name(name: string | undefined) {
    if (name === undefined) this.records.delete('name')
    else this.records.set('name', encodeValue([name]))
  }

  /** Channels that a person turned off. */
  get channelsOff(): readonly string[] {
    const value = this.records.get('channels-off')
    if (value === undefined) return []
    return decodeStored(value, (reader) => {
      const names: string[] = []
      while (reader.more) names.push(reader.text(MAX_CHANNEL_LENGTH))
      return names
    })
  }

  setChannelOff(name: string, off: boolean): void {
    const others = this.channelsOff.filter((one) => one !== name)
    this.records.set('channels-off', encodeValue(off ? [...others, name] : others))
  }

  /** Milliseconds without a call after which the vault locks; null is never. */
  get idleLockMs(): number | null {
    const value = this.records.get('idle-lock')
    if (value === undefined) return IDLE_LOCK_DEFAULT_MS
    return decodeStored(value, (reader) => reader.optional((field) => field.int())) ?? null
  }

  set idleLockMs(afterMs: number | null) {
    this.records.set('idle-lock', encodeValue([afterMs]))
  }
}
