/** Drops of others that this device may open, by tag (spec §16.2): their secrets, as it got them in notices. */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { CONVERSATION_ID_BYTES, INCARNATION_BYTES } from '../feed/spec.ts'
import type { ConversationId, DeviceId, DropTag } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import type { Drop } from './dropKeys.ts'
import { DROP_SECRET_BYTES } from './spec.ts'
import { KNOWN_DROP_MS, MAX_KNOWN_DROPS } from './tuning.ts'

interface KnownDrop extends Drop {
  /** When it was noted, in milliseconds since 1970. */
  readonly at: number
}

export class KnownDrops {
  private readonly store: Store
  private readonly control: ConversationId
  private loaded: Map<DropTag, KnownDrop> | undefined

  constructor(store: Store, control: ConversationId) {
    this.store = store
    this.control = control
  }

  get(tag: DropTag): Drop | undefined {
    return this.drops.get(tag)
  }

  /** Where there are too many, those go that were noted first. @param now milliseconds since 1970 */
  put(tag: DropTag, drop: Drop, now: number): void {
    const { drops } = this
    for (const [other, { at }] of drops) {
      if (drops.size < MAX_KNOWN_DROPS && now - at < KNOWN_DROP_MS) break
      this.delete(other)
    }
    const known = { ...drop, at: now }
    drops.set(tag, known)
    this.records.set(tag, encode(known))
  }

  /** Forgets those of a conversation. */
  eraseConversation(conversation: ConversationId): void {
    for (const [tag, drop] of this.drops) if (drop.conversation === conversation) this.delete(tag)
  }

  eraseAll(): void {
    this.store.erase(this.name)
    this.loaded = undefined
  }

  /** The store has the truth. */
  forget(): void {
    this.loaded = undefined
  }

  private delete(tag: DropTag): void {
    this.drops.delete(tag)
    this.records.delete(tag)
  }

  /** From the oldest to the newest. */
  private get drops(): Map<DropTag, KnownDrop> {
    const load = () => this.records.entries().map(([tag, bytes]) => [tag as DropTag, decode(bytes)] as const)
    this.loaded ??= new Map(load().sort(([, one], [, other]) => one.at - other.at))
    return this.loaded
  }

  private get records(): RecordMap {
    return this.store.map(this.name)
  }

  private get name(): string {
    return `conversation/${this.control}/known-drops`
  }
}

function encode({ secret, conversation, device, incarnation, at }: KnownDrop): Uint8Array {
  return encodeValue([secret, fromBase32(conversation), fromBase32(device), incarnation, at])
}

function decode(bytes: Uint8Array): KnownDrop {
  return decodeStored(bytes, (reader) => ({
    secret: reader.bytes(DROP_SECRET_BYTES),
    conversation: base32(reader.bytes(CONVERSATION_ID_BYTES)) as ConversationId,
    device: base32(reader.bytes(32)) as DeviceId,
    incarnation: reader.bytes(INCARNATION_BYTES),
    at: reader.int(),
  }))
}
