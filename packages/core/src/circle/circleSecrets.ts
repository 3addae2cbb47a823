/**
 * The circle secrets (spec §5.10): 32 random bytes that every device of the circle has, from which members recognise each
 * other on the network. Not a key of any message. What is made after somebody was put out has the next generation; see
 * secretRotation.ts for when that is due, and secretRotationUse.ts for which one counts towards whom.
 */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes, equalBytes } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { IntegrityFault } from '../fault.ts'
import type { CircleId, FeedId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { circleStoreName } from './storeName.ts'

export const CIRCLE_SECRET_BYTES = 32
/** Of the digest of who was out: as hard to meet by chance as a 128-bit key; the device that makes it gains nothing by a second one. */
export const COVERS_BYTES = 16
const ORDER_KEY_BYTES = 32
/** A circle with a removal a day has 30 within the time in which older ones answer; each costs 53 HMACs an hour. */
export const MAX_KEPT_SECRETS = 32

export interface CircleSecret {
  /** 0 for the one made with the circle. */
  readonly generation: number
  readonly secret: Uint8Array
  /** endedDigest() as of the log of whoever made it; empty when nobody was out. */
  readonly covers: Uint8Array
}

/** An entry of the control conversation. */
export interface SecretPlace {
  readonly feed: FeedId
  readonly seq: number
}

export interface KeptSecret extends CircleSecret {
  /** When it came here last, by this device's clock: milliseconds since 1970. */
  readonly takenAt: number
  /** Since when it is known here that there is a better one, by this device's clock. */
  readonly supersededAt: number | undefined
  /** Where it came last; undefined of those that were made or handed over with the circle. */
  readonly place: SecretPlace | undefined
}

/** What goes with a secret that is stored. */
export type Arrival = Pick<KeptSecret, 'takenAt' | 'place'>

const AT_FIRST: Arrival = { takenAt: 0, place: undefined }

export class CircleSecrets {
  private readonly records: RecordMap

  constructor(store: Store, circle: CircleId) {
    this.records = store.map(circleStoreName(circle, 'secrets'))
  }

  /** Makes the first one of a new circle. Durable on return. */
  create(random: Random): CircleSecret {
    const first = { generation: 0, secret: random.bytes(CIRCLE_SECRET_BYTES), covers: new Uint8Array(0) }
    this.put(first)
    return first
  }

  /**
   * Keeps a secret, beside others of its generation; one that is known stays as it is, and gets its new arrival. Durable on
   * return, unless inside a transaction of the caller's.
   */
  put(fresh: CircleSecret, arrival: Arrival = AT_FIRST): void {
    const known = this.stored().find(([, kept]) => sameSecret(kept, fresh))
    if (known !== undefined) this.write(known[0], { ...known[1], ...arrival })
    else this.write(this.freeKey(fresh.generation), { ...fresh, ...arrival, supersededAt: undefined })
  }

  /** Notes that there is a better one than all but the current one. @param now milliseconds since 1970 */
  supersede(now: number): void {
    const [first = missing(), ...others] = this.stored()
    for (const [key, kept] of others) {
      if (kept.supersededAt !== undefined || sameSecret(kept, first[1])) continue
      this.write(key, { ...kept, supersededAt: now })
    }
  }

  /** The best first: of the highest generation, and of several of one the smallest. */
  all(): KeptSecret[] {
    return this.stored().map(([, kept]) => kept)
  }

  /** The one to name and to call with. @throws IntegrityFault 'circle-secret-missing' */
  get current(): KeptSecret {
    return this.all()[0] ?? missing()
  }

  /** The one that the circle was made with: it is kept for good. @throws IntegrityFault 'circle-secret-missing' */
  get first(): KeptSecret {
    return this.all().at(-1) ?? missing()
  }

  /** What breaks ties in the order of messages (spec §11.3): of the first one, so that it never changes. @throws as first */
  orderKey(suite: Pick<Suite, 'expand'>): Uint8Array {
    return suite.expand(this.first.secret, labelled(LABEL.orderKey), ORDER_KEY_BYTES)
  }

  /** Erases all but the current one, the first one and those to `keep`. */
  prune(keep: (secret: KeptSecret) => boolean): void {
    // The best and the first one of the circle are the ends of the list.
    for (const [key, kept] of this.stored().slice(1, -1)) if (!keep(kept)) this.records.delete(key)
  }

  /** The best first. */
  private stored(): [string, KeptSecret][] {
    const all = this.records.entries().map(([key, bytes]): [string, KeptSecret] => [key, decodeKept(bytes)])
    return all.sort(([, one], [, other]) => compareSecrets(one, other))
  }

  /** A key says nothing of the secret: keys of records may be stored in the clear. */
  private freeKey(generation: number): string {
    for (let index = 0; ; index++) {
      const key = `${String(generation)}/${String(index)}`
      if (this.records.get(key) === undefined) return key
    }
  }

  private write(key: string, kept: KeptSecret): void {
    const { generation, secret, covers, takenAt, supersededAt, place } = kept
    const at = place === undefined ? null : [fromBase32(place.feed), place.seq]
    this.records.set(key, encodeValue([generation, secret, covers, takenAt, supersededAt ?? null, at]))
  }
}

function missing(): never {
  throw new IntegrityFault('circle-secret-missing')
}

/** Negative when `one` goes before `other`: by the higher generation, then by the smaller bytes, which are random. */
export function compareSecrets(one: CircleSecret, other: CircleSecret): number {
  return other.generation - one.generation || compareBytes(one.secret, other.secret)
}

export function sameSecret(one: CircleSecret, other: CircleSecret): boolean {
  return one.generation === other.generation && equalBytes(one.secret, other.secret)
}

/** Bytes of the longest id of a feed. */
const MAX_FEED_ID_BYTES = 64

function decodeKept(bytes: Uint8Array): KeptSecret {
  return decodeStored(bytes, (reader) => ({
    generation: reader.int(),
    secret: reader.bytes(CIRCLE_SECRET_BYTES),
    covers: reader.bytes(0, COVERS_BYTES),
    takenAt: reader.int(),
    supersededAt: reader.optional((field) => field.int()),
    place: reader.optional((field) =>
      field.record((at) => ({ feed: base32(at.bytes(1, MAX_FEED_ID_BYTES)) as FeedId, seq: at.int() })),
    ),
  }))
}
