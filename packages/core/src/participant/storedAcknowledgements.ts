/** Acknowledgements kept for authors that their signers can't reach: of each feed and device the one that says most. */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { FEED_ID_BYTES, MAX_SEQ, MAX_SIGNATURE_BYTES } from '../feed/spec.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { keyOfAcknowledgement, type Acknowledgement } from '../sync/frame.ts'
import type { AcknowledgementStore } from '../sync/host.ts'
import { MAX_ACKS_PER_DEVICE } from '../sync/tuning.ts'

export class StoredAcknowledgements implements AcknowledgementStore {
  private readonly store: Store
  /** As the store has them, of the conversations that were asked for. */
  private readonly known = new Map<ConversationId, Map<string, Acknowledgement>>()

  constructor(store: Store) {
    this.store = store
  }

  all(conversation: ConversationId): Acknowledgement[] {
    return [...this.read(conversation).values()]
  }

  isNews(conversation: ConversationId, ack: Omit<Acknowledgement, 'signature'>): boolean {
    const kept = this.read(conversation).get(keyOfAcknowledgement(ack)) ?? { seq: 0, read: 0 }
    return ack.seq >= kept.seq && ack.read >= kept.read && ack.seq + ack.read > kept.seq + kept.read
  }

  put(conversation: ConversationId, ack: Acknowledgement): boolean {
    const known = this.read(conversation)
    const key = keyOfAcknowledgement(ack)
    if (!known.has(key) && countOf(known, ack.device) >= MAX_ACKS_PER_DEVICE) return false
    const ids = [fromBase32(ack.feed), fromBase32(ack.device)]
    this.records(conversation).set(key, encodeValue([...ids, ack.seq, ack.read, ack.signature]))
    known.set(key, ack)
    return true
  }

  drop(conversation: ConversationId, ack: Acknowledgement): void {
    const known = this.read(conversation)
    const key = keyOfAcknowledgement(ack)
    if (known.get(key)?.signature !== ack.signature) return
    this.records(conversation).delete(key)
    known.delete(key)
  }

  /** The store has the truth. */
  forget(): void {
    this.known.clear()
  }

  private read(conversation: ConversationId): Map<string, Acknowledgement> {
    let known = this.known.get(conversation)
    if (known === undefined) {
      const records = this.records(conversation).entries()
      known = new Map(records.map(([key, value]) => [key, decode(value)]))
      this.known.set(conversation, known)
    }
    return known
  }

  private records(conversation: ConversationId): RecordMap {
    return this.store.map(`conversation/${conversation}/acknowledgements`)
  }
}

function countOf(known: ReadonlyMap<string, Acknowledgement>, device: DeviceId): number {
  let count = 0
  for (const ack of known.values()) if (ack.device === device) count++
  return count
}

function decode(bytes: Uint8Array): Acknowledgement {
  return decodeStored(bytes, (reader) => ({
    feed: base32(reader.bytes(FEED_ID_BYTES)) as FeedId,
    device: base32(reader.bytes(32)) as DeviceId,
    seq: reader.int(0, MAX_SEQ),
    read: reader.int(0, MAX_SEQ),
    signature: reader.bytes(1, MAX_SIGNATURE_BYTES),
  }))
}
