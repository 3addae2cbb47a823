/**
 * Device cards (spec §5.9): what changes often about a device, its sealing key and its addresses, signed by the device and
 * kept outside the log. Of two cards of one device the one with the higher generation counts.
 */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes, equalBytes } from '../bytes.ts'
import { decodeValue, encodeValue } from '../codec/cbor.ts'
import { decodeRecord, readRecord, type Reader } from '../codec/reader.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { CircleId, DeviceId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { deviceIdOf } from './ids.ts'
import { SECRET_TAG_BYTES, type NamedSecret } from './secretRotationEntry.ts'
import { CIRCLE_VERSION, ID_BYTES, MAX_SIGNATURE_BYTES } from './spec.ts'
import { circleStoreName } from './storeName.ts'

/** Addresses a card or an invitation may list: each channel has a few, and a dialer tries them all. */
export const MAX_ADDRESSES = 16
/** Printable ASCII characters of one address: an onion address with its port takes 70, a bracketed IPv6 one 60. */
export const MAX_ADDRESS_LENGTH = 128
/** The largest sealing key (ML-KEM-1024) and signature (ML-DSA-87) and all addresses make 8.4 KB. */
export const CARD_MAX_BYTES = 10_240

export interface Card {
  readonly device: DeviceId
  /** Counts the cards of this device; see nextGeneration(). */
  readonly generation: number
  /** Names the sealing key below among those that the device had. */
  readonly sealingGeneration: number
  readonly sealingKey: Uint8Array
  /** Where channels may find the device, as they write it: `lan:...`, `tcp:...`. */
  readonly addresses: readonly string[]
  /** The circle secret that the device calls with; undefined on the first card, of a device that has none yet (spec §5.10). */
  readonly secret?: NamedSecret | undefined
  /** Milliseconds since 1970, by the device's clock. */
  readonly at: number
}

/**
 * Generations count seconds since 1970 where they can, so that a device restored from an old backup does not fall behind
 * what it gave out before; each is greater than the one before in any case.
 */
export function nextGeneration(previous: number, now: number): number {
  return Math.max(previous + 1, Math.min(Math.floor(now / 1_000), 0xffff_ffff))
}

/** Encodes and signs a card. `card.device` has to be that of `key`. */
export function signCard(suite: Suite, key: SigningKey, circle: CircleId, card: Card): Uint8Array {
  const body = encodeValue([
    CIRCLE_VERSION,
    fromBase32(circle),
    fromBase32(card.device),
    card.generation,
    card.sealingGeneration,
    card.sealingKey,
    card.addresses,
    card.secret === undefined ? null : [card.secret.generation, card.secret.tag],
    card.at,
  ])
  return encodeValue([body, key.sign(labelled(LABEL.deviceCard, body))])
}

/**
 * @param publicKeyOf the key (SPKI DER) of the device that the card names
 * @throws PeerFault 'malformed' | 'oversize' | 'wrong-circle' | 'author-unknown' | 'signature-invalid' | 'key-malformed'
 */
export function openCard(
  suite: Suite,
  circle: CircleId,
  bytes: Uint8Array,
  publicKeyOf: (device: DeviceId) => Uint8Array | undefined,
): Card {
  const signed = takeApart(bytes)
  const card = readCard(suite, circle, signed.body)
  const publicKey = publicKeyOf(card.device)
  if (publicKey === undefined) throw new PeerFault('author-unknown')
  verifyCard(suite, signed, publicKey)
  return card
}

interface SignedCard {
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** @throws PeerFault 'signature-invalid' | 'key-malformed' */
function verifyCard(suite: Suite, { body, signature }: SignedCard, publicKey: Uint8Array): void {
  if (!suite.signing.verifier(publicKey).verify(labelled(LABEL.deviceCard, body), signature))
    throw new PeerFault('signature-invalid')
}

/** 'stale': not kept, as it is older than the one here, or of a device that is not an active one of the circle. */
export type CardResult = 'newer' | 'known' | 'stale'

/** What became of a card, and which one it is. */
export interface TakenCard {
  readonly result: CardResult
  readonly device: DeviceId
  readonly generation: number
  readonly body: Uint8Array
}

export type CardVersion = readonly [device: DeviceId, generation: number]

export interface CardContext {
  readonly suite: Suite
  readonly store: Store
  readonly circle: CircleId
  /** The key (SPKI DER) of an active device of the circle. */
  readonly publicKeyOf: (device: DeviceId) => Uint8Array | undefined
}

/** The newest card of each device, in the store and in memory. */
export class CardBook {
  private readonly context: CardContext
  private readonly records: RecordMap
  private readonly known = new Map<DeviceId, { card: Card; body: Uint8Array; bytes: Uint8Array }>()
  private listed: readonly CardVersion[] | undefined

  /** Reads what the store has; signatures were checked before. */
  constructor(context: CardContext) {
    this.context = context
    this.records = context.store.map(circleStoreName(context.circle, 'cards'))
    this.reload()
  }

  /** Drops what is in memory and reads the store again: after a transaction around put() has failed. */
  reload(): void {
    const { suite, circle } = this.context
    this.known.clear()
    this.listed = undefined
    for (const [, bytes] of this.records.entries()) {
      const { body } = takeApart(bytes)
      const card = readCard(suite, circle, body)
      this.known.set(card.device, { card, body, bytes })
    }
  }

  /**
   * Durable on return, unless inside a transaction of the caller's.
   * @throws PeerFault 'malformed' | 'oversize' | 'wrong-circle' | 'signature-invalid' | 'key-malformed'
   */
  put(bytes: Uint8Array): CardResult {
    return this.take(bytes).result
  }

  /** As put(), and says which card it was. */
  take(bytes: Uint8Array): TakenCard {
    const { suite, circle } = this.context
    const signed = takeApart(bytes)
    const card = readCard(suite, circle, signed.body)
    const { device, generation } = card
    return { result: this.putOpened(bytes, signed, card), device, generation, body: signed.body }
  }

  private putOpened(bytes: Uint8Array, signed: SignedCard, card: Card): CardResult {
    const { suite, publicKeyOf } = this.context
    const { body } = signed
    const { device, generation } = card
    const held = this.known.get(device)
    if (held !== undefined) {
      if (equalBytes(held.body, body)) return 'known'
      const order = generation - held.card.generation || compareBytes(body, held.body)
      if (order < 0) return 'stale'
    }
    const publicKey = publicKeyOf(device)
    if (publicKey === undefined) return 'stale'
    verifyCard(suite, signed, publicKey)
    this.records.set(device, bytes)
    this.known.set(device, { card, body, bytes })
    this.listed = undefined
    return 'newer'
  }

  get(device: DeviceId): Card | undefined {
    return this.known.get(device)?.card
  }

  bytesOf(device: DeviceId): Uint8Array | undefined {
    return this.known.get(device)?.bytes
  }

  /** What the device signed: of two cards of one generation the one with the greater body counts. */
  bodyOf(device: DeviceId): Uint8Array | undefined {
    return this.known.get(device)?.body
  }

  /** The same list until a card is added or dropped: it is asked for at each connection. */
  versions(): readonly CardVersion[] {
    this.listed ??= [...this.known.values()].map(({ card }) => [card.device, card.generation])
    return this.listed
  }

  /** Forgets a device, such as one that was removed. Idempotent. */
  drop(device: DeviceId): void {
    this.records.delete(device)
    this.known.delete(device)
    this.listed = undefined
  }
}

/** A card of `key` with its next generation, signed. */
export function nextCard(
  suite: Suite,
  key: SigningKey,
  circle: CircleId,
  book: Pick<CardBook, 'get'>,
  fields: Pick<Card, 'sealingGeneration' | 'sealingKey' | 'addresses' | 'secret' | 'at'>,
): Uint8Array {
  const device = deviceIdOf(suite, key.publicKey)
  const generation = nextGeneration(book.get(device)?.generation ?? 0, fields.at)
  return signCard(suite, key, circle, { ...fields, device, generation })
}

/** A list of addresses. @throws PeerFault 'malformed' */
export function readAddresses(reader: Reader): string[] {
  return reader.list(MAX_ADDRESSES, (value) => {
    if (typeof value !== 'string' || !isAddress(value)) throw new PeerFault('malformed')
    return value
  })
}

export function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_LENGTH && /^[!-~]+$/.test(text)
}

function readNamed(reader: Reader): NamedSecret {
  return reader.record((named) => ({ generation: named.int(), tag: named.bytes(SECRET_TAG_BYTES) }))
}

function takeApart(bytes: Uint8Array): SignedCard {
  return decodeRecord(bytes, CARD_MAX_BYTES, (reader) => ({
    body: reader.bytes(1, CARD_MAX_BYTES),
    signature: reader.bytes(1, MAX_SIGNATURE_BYTES),
  }))
}

function readCard(suite: Suite, circle: CircleId, body: Uint8Array): Card {
  const value = decodeValue(body, CARD_MAX_BYTES)
  if (!equalBytes(encodeValue(value), body)) throw new PeerFault('malformed')
  return readRecord(value, (reader) => {
    if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
    if (base32(reader.bytes(ID_BYTES)) !== circle) throw new PeerFault('wrong-circle')
    return {
      device: base32(reader.bytes(ID_BYTES)) as DeviceId,
      generation: reader.int(0, 0xffff_ffff),
      sealingGeneration: reader.int(0, 0xffff_ffff),
      sealingKey: reader.bytes(suite.sealing.publicKeyBytes),
      addresses: readAddresses(reader),
      secret: reader.optional(readNamed),
      at: reader.int(),
    }
  })
}
