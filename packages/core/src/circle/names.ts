/**
 * Names and seats in the membership log, sealed under a circle's names key (spec §5.13): keepers read the log, and have no such
 * key. What does not open is no name and no seat, alike for whoever has no key and, of nonsense, for all who have it.
 */
import { concat, equalBytes, u64, utf8 } from '../bytes.ts'
import { decodeValue, encodeValue, type Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import { damagedRecord } from '../codec/stored.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { contentOf, padTo } from '../feed/padding.ts'
import type { CircleId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { LOG_ENTRY_MAX_BYTES, NAMES_ID_BYTES, NAMES_KEY_BYTES } from './spec.ts'
import { circleStoreName } from './storeName.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** A name is padded to a multiple of it, so that most look alike; at most four of them, since 64 UTF-16 units take 192 bytes. */
const NAME_STEP_BYTES = 64
/** The same of seats: rooms with up to fourteen others than their maker look alike. */
const SEATS_STEP_BYTES = 512
/** Of a sealed name. */
export const SEALED_NAME_MIN_BYTES = NONCE_BYTES + NAME_STEP_BYTES + TAG_BYTES
export const SEALED_NAME_MAX_BYTES = NONCE_BYTES + 4 * NAME_STEP_BYTES + TAG_BYTES
/** Of sealed seats. */
export const SEALED_SEATS_MIN_BYTES = NONCE_BYTES + SEATS_STEP_BYTES + TAG_BYTES

/** The entry that something is sealed in: it opens in no other. */
export interface SealPlace {
  /** Number of the entry's type. */
  readonly code: number
  /** Its author's device id. */
  readonly author: Uint8Array
  readonly sequence: number
}

/** Seals what is in one entry. `field` is the place among the fields of its type. */
export interface EntrySeal {
  name(field: number, text: string): Uint8Array
  seats(seats: Value): Uint8Array
  /** The text, whatever it is; undefined for what nobody with the key sealed there. */
  openName(field: number, sealed: Uint8Array): string | undefined
  /** What `read` makes of the seats; undefined for what it refuses, and for what nobody with the key sealed there. */
  openSeats<T>(sealed: Uint8Array, read: (reader: Reader) => T): T | undefined
}

/** A circle's names key, ready for use. */
export class NamesKey {
  /** NAMES_KEY_BYTES: a secret. */
  readonly bytes: Uint8Array
  /** What the first entry of the circle says of it. */
  readonly id: Uint8Array
  private readonly suite: Suite
  private readonly key: Uint8Array
  private readonly nonceKey: Uint8Array

  /** @param bytes NAMES_KEY_BYTES */
  constructor(suite: Suite, bytes: Uint8Array) {
    if (bytes.length !== NAMES_KEY_BYTES) throw new RangeError('a names key has 32 bytes')
    this.bytes = bytes
    this.suite = suite
    this.id = suite.hash(labelled(LABEL.namesId, bytes)).slice(0, NAMES_ID_BYTES)
    this.key = suite.expand(bytes, labelled(LABEL.namesSeal), 32)
    this.nonceKey = suite.expand(bytes, labelled(LABEL.namesNonce), 32)
  }

  /** Whether it is the key that the circle was made with. @param id as its first entry says */
  fits(id: Uint8Array): boolean {
    return equalBytes(this.id, id)
  }

  in(place: SealPlace): EntrySeal {
    return {
      name: (field, text) => this.seal(place, field, utf8(text), NAME_STEP_BYTES),
      seats: (seats) => this.seal(place, 0, encodeValue(seats), SEATS_STEP_BYTES),
      openName: (field, sealed) => {
        const content = this.open(place, field, sealed, NAME_STEP_BYTES)
        return content && textOf(content)
      },
      openSeats: (sealed, read) => {
        const content = this.open(place, 0, sealed, SEATS_STEP_BYTES)
        return content && recordOf(content, read)
      },
    }
  }

  private seal(place: SealPlace, field: number, content: Uint8Array, step: number): Uint8Array {
    const aad = aadOf(place, field)
    const padded = padTo(content, paddedLength(content.length, step))
    const nonce = this.suite.hmac(this.nonceKey, concat(aad, padded)).slice(0, NONCE_BYTES)
    return concat(nonce, this.suite.aeadSeal(this.key, nonce, aad, padded))
  }

  private open(place: SealPlace, field: number, sealed: Uint8Array, step: number): Uint8Array | undefined {
    const [nonce, ciphertext] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)]
    if (ciphertext.length < TAG_BYTES) return undefined
    const padded = this.suite.aeadOpen(this.key, nonce, aadOf(place, field), ciphertext)
    const content = padded && contentOf(padded)
    return content && paddedLength(content.length, step) === padded.length ? content : undefined
  }
}

function paddedLength(length: number, step: number): number {
  return Math.ceil((length + 1) / step) * step
}

function aadOf({ code, author, sequence }: SealPlace, field: number): Uint8Array {
  return concat(Uint8Array.of(code, field), author, u64(sequence))
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(content: Uint8Array): string | undefined {
  try {
    return UTF8.decode(content)
  } catch {
    return undefined
  }
}

function recordOf<T>(content: Uint8Array, read: (reader: Reader) => T): T | undefined {
  try {
    return readRecord(decodeValue(content, LOG_ENTRY_MAX_BYTES), read)
  } catch (fault) {
    if (!(fault instanceof PeerFault)) throw fault
    return undefined
  }
}

const RECORD = 'key'

/** The names key of a circle in the store, where this device has it. */
export class StoredNamesKey {
  private readonly records: RecordMap

  constructor(store: Store, circle: CircleId) {
    this.records = store.map(circleStoreName(circle, 'names'))
  }

  /** @throws IntegrityFault 'record-damaged' */
  get(): Uint8Array | undefined {
    const bytes = this.records.get(RECORD)
    if (bytes !== undefined && bytes.length !== NAMES_KEY_BYTES) throw damagedRecord()
    return bytes
  }

  /** Durable on return, unless inside a transaction of the caller's. @param key NAMES_KEY_BYTES */
  put(key: Uint8Array): void {
    this.records.set(RECORD, key)
  }
}

/** A new circle's. */
export function createNamesKey(suite: Suite, random: Random): NamesKey {
  return new NamesKey(suite, random.bytes(NAMES_KEY_BYTES))
}
