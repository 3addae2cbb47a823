/** How far other devices have this device's own feeds: one record a device and feed (spec §10.5). */
import { encodeValue } from '../codec/cbor.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Standing } from '../sync/session.ts'
import { MAX_SEQ } from '../feed/spec.ts'

const NONE: Standing = { seq: 0, read: 0 }

export class Delivered {
  private readonly records: RecordMap
  private readonly known = new Map<FeedId, Map<DeviceId, Standing>>()

  constructor(store: Store, conversation: ConversationId) {
    this.records = store.map(`conversation/${conversation}/delivered`)
    for (const [key, value] of this.records.entries()) {
      const [feed, device] = key.split('/') as [FeedId, DeviceId]
      this.standings(feed).set(device, decodeStanding(value))
    }
  }

  of(feed: FeedId, device: DeviceId): Standing {
    return this.known.get(feed)?.get(device) ?? NONE
  }

  /** Whoever has some of it, also those that are in the circle no more. */
  devicesWith(feed: FeedId): readonly DeviceId[] {
    return [...(this.known.get(feed)?.keys() ?? [])]
  }

  /** Only grows. @returns where the device stood before, or undefined when it says nothing new */
  advance(feed: FeedId, device: DeviceId, seq: number, read: number): Standing | undefined {
    const before = this.of(feed, device)
    if (seq <= before.seq && read <= before.read) return undefined
    const after = { seq: Math.max(seq, before.seq), read: Math.max(read, before.read) }
    this.standings(feed).set(device, after)
    this.records.set(`${feed}/${device}`, encodeValue([after.seq, after.read]))
    return before
  }

  private standings(feed: FeedId): Map<DeviceId, Standing> {
    const known = this.known.get(feed) ?? new Map<DeviceId, Standing>()
    this.known.set(feed, known)
    return known
  }
}

function decodeStanding(bytes: Uint8Array): Standing {
  return decodeStored(bytes, (reader) => ({ seq: reader.int(0, MAX_SEQ), read: reader.int(0, MAX_SEQ) }))
}
