/** Acknowledgements kept for authors that their signers can't reach: of each feed and device the one that says most. */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { FEED_ID_BYTES, MAX_SEQ, MAX_SIGNATURE_BYTES } from '../feed/spec.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Acknowledgement } from '../sync/frame.ts'
import type { AcknowledgementStore } from '../sync/host.ts'

export class StoredAcknowledgements implements AcknowledgementStore {
  private readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  all(conversation: ConversationId): Acknowledgement[] {
    return this.records(conversation)
      .entries()
      .map(([, value]) => decode(value))
  }

  isNews(conversation: ConversationId, ack: Acknowledgement): boolean {
    const bytes = this.records(conversation).get(keyOf(ack))
    if (bytes === undefined) return true
    const kept = decode(bytes)
    return ack.seq >= kept.seq && ack.read >= kept.read && ack.seq + ack.read > kept.seq + kept.read
  }

  put(conversation: ConversationId, ack: Acknowledgement): void {
    const value = encodeValue([
      fromBase32(ack.feed),
      fromBase32(ack.device),
      ack.seq,
      ack.read,
      ack.signature,
    ])
    this.records(conversation).set(keyOf(ack), value)
  }

  private records(conversation: ConversationId): RecordMap {
    return this.store.map(`conversation/${conversation}/acknowledgements`)
  }
}

function keyOf(ack: Acknowledgement): string {
  return `${ack.feed}/${ack.device}`
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
