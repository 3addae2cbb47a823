/** How far the history of each conversation has come on this device (spec §10.7). */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { ConversationId } from '../id.ts'
import { POSITION_BYTES } from '../message/order.ts'
import type { RecordMap, Store } from '../ports/store.ts'

export const HISTORY_STAGE = {
  going: 0,
  /** All that there was. */
  done: 1,
  /** All that one had who did not have all itself. */
  partial: 2,
} as const

export interface Progress {
  /** One of HISTORY_STAGE. */
  readonly stage: number
  /** Everything after this position is here. */
  readonly before: Uint8Array | undefined
  /** When it came so far, milliseconds since 1970. */
  readonly at: number
}

const NOTHING: Progress = { stage: HISTORY_STAGE.going, before: undefined, at: 0 }

export class HistoryProgress {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('history')
  }

  /** @throws IntegrityFault 'record-damaged' */
  of(conversation: ConversationId): Progress {
    const bytes = this.records.get(conversation)
    if (bytes === undefined) return NOTHING
    return decodeStored(bytes, (reader) => ({
      stage: reader.int(0, HISTORY_STAGE.partial),
      before: reader.optional((field) => field.bytes(POSITION_BYTES)),
      at: reader.int(),
    }))
  }

  set(conversation: ConversationId, { stage, before, at }: Progress): void {
    this.records.set(conversation, encodeValue([stage, before ?? null, at]))
  }

  /** The conversation is erased. */
  forget(conversation: ConversationId): void {
    this.records.delete(conversation)
  }
}
