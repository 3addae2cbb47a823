/** For whom the notices of a keeper's drops are, and to which keys: a record for each, and the last ones in memory. */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, DropTag } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { noticesDigest, toggleNotice, type Addressee } from './notices.ts'
import { MAX_ADDRESSEES_IN_MEMORY } from './tuning.ts'

interface Addressed {
  readonly generations: Map<DeviceId, number>
  /** Of all of them: made when it is asked for, and kept up to date from then on. */
  digest: Uint8Array | undefined
}

export class Addressees {
  private readonly store: Store
  private readonly control: ConversationId
  /** The one that was asked for last is the last. */
  private readonly known = new Map<DropTag, Addressed>()
  private inMemory = 0

  constructor(store: Store, control: ConversationId) {
    this.store = store
    this.control = control
  }

  /** Keys of the devices that a drop has a notice for, by device. */
  of(tag: DropTag): ReadonlyMap<DeviceId, number> {
    return this.addressed(tag).generations
  }

  /** @param suite whose hash makes the digest */
  add(suite: Suite, tag: DropTag, one: Addressee): void {
    const addressed = this.addressed(tag)
    const { device, generation } = one
    const before = addressed.generations.get(device)
    if (before === generation) return
    this.records(tag).set(device, encodeValue([generation]))
    if (addressed.digest !== undefined) {
      if (before !== undefined) toggleNotice(suite, addressed.digest, { device, generation: before })
      toggleNotice(suite, addressed.digest, one)
    }
    if (before === undefined) this.inMemory++
    addressed.generations.set(device, generation)
    this.bound(tag)
  }

  /** Tells to whom the notices of a drop are, and to which keys. */
  digest(suite: Suite, tag: DropTag): Uint8Array {
    const addressed = this.addressed(tag)
    addressed.digest ??= noticesDigest(
      suite,
      addressed.generations.entries().map(([device, generation]) => ({ device, generation })),
    )
    return addressed.digest.slice()
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

  private addressed(tag: DropTag): Addressed {
    const known = this.known.get(tag)
    if (known !== undefined) {
      this.known.delete(tag)
      this.known.set(tag, known)
      return known
    }
    const load = (): [DeviceId, number][] =>
      this.records(tag)
        .entries()
        .map(([device, bytes]) => [device as DeviceId, decodeStored(bytes, generationOf)])
    const loaded: Addressed = { generations: new Map(load()), digest: undefined }
    this.inMemory += loaded.generations.size
    this.known.set(tag, loaded)
    this.bound(tag)
    return loaded
  }

  private bound(kept: DropTag): void {
    for (const tag of this.known.keys()) {
      if (this.inMemory <= MAX_ADDRESSEES_IN_MEMORY && this.known.size <= MAX_ADDRESSEES_IN_MEMORY) return
      if (tag !== kept) this.drop(tag)
    }
  }

  private drop(tag: DropTag): void {
    this.inMemory -= this.known.get(tag)?.generations.size ?? 0
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
