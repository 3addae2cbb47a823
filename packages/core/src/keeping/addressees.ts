/**
 * For whom the notices of a keeper's drops are, and to which keys: a record for each. What was asked of the last ones stays in memory;
 * all of a drop are read together only where it is erased, since they may be thousands.
 */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { ConversationId, DeviceId, DropTag } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { MAX_ADDRESSEES_IN_MEMORY } from './tuning.ts'

/** Generations of sealing keys; undefined: the drop has no notice for that device. */
type Asked = Map<DeviceId, number | undefined>

export class Addressees {
  private readonly store: Store
  private readonly control: ConversationId
  /** The one that was asked for last is the last. */
  private readonly known = new Map<DropTag, Asked>()
  private inMemory = 0

  constructor(store: Store, control: ConversationId) {
    this.store = store
    this.control = control
  }

  /** Keys of the devices that a drop has a notice for, by device: all of them, read anew. */
  of(tag: DropTag): ReadonlyMap<DeviceId, number> {
    return new Map(
      this.records(tag)
        .entries()
        .map(([device, bytes]) => [device as DeviceId, decodeStored(bytes, generationOf)]),
    )
  }

  /** Generation of the key that its notice is sealed to; undefined: the drop has none for that device. */
  generation(tag: DropTag, device: DeviceId): number | undefined {
    const asked = this.asked(tag)
    if (asked.has(device)) return asked.get(device)
    const bytes = this.records(tag).get(device)
    const generation = bytes && decodeStored(bytes, generationOf)
    this.note(tag, asked, device, generation)
    return generation
  }

  set(tag: DropTag, device: DeviceId, generation: number): void {
    this.records(tag).set(device, encodeValue([generation]))
    this.note(tag, this.asked(tag), device, generation)
  }

  erase(tag: DropTag): void {
    this.store.erase(this.nameOf(tag))
    this.drop(tag)
  }

  /** The store has the truth. */
  forget(): void {
    this.known.clear()
    this.inMemory = 0
  }

  private asked(tag: DropTag): Asked {
    const asked = this.known.get(tag) ?? new Map<DeviceId, number | undefined>()
    this.known.delete(tag)
    this.known.set(tag, asked)
    return asked
  }

  private note(tag: DropTag, asked: Asked, device: DeviceId, generation: number | undefined): void {
    if (!asked.has(device)) this.inMemory++
    asked.set(device, generation)
    for (const other of this.known.keys()) {
      if (this.inMemory <= MAX_ADDRESSEES_IN_MEMORY && this.known.size <= MAX_ADDRESSEES_IN_MEMORY) return
      if (other !== tag) this.drop(other)
    }
  }

  private drop(tag: DropTag): void {
    this.inMemory -= this.known.get(tag)?.size ?? 0
    this.known.delete(tag)
  }

  private records(tag: DropTag): RecordMap {
    return this.store.map(this.nameOf(tag))
  }

  private nameOf(tag: DropTag): string {
    return `conversation/${this.control}/addressed/${tag}`
  }
}

function generationOf(reader: { int(min: number, max: number): number }): number {
  return reader.int(0, 0xffff_ffff)
}
