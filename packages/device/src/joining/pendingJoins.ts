/**
 * Keys made to join with, kept until it has worked: whoever was admitted but never got the answer comes back with the same key.
 */
import {
  base32,
  decodeStored,
  encodeValue,
  fromBase32,
  type CircleId,
  type InvitationLink,
  type RecordMap,
  type Store,
  type Suite,
} from '@triode/core'
import type { Joined } from '../service.ts'

export interface PendingJoin {
  /** PKCS #8 DER: a secret. */
  readonly pkcs8: Uint8Array
  readonly certificate: Uint8Array
  readonly expires: number
  readonly circle: CircleId
}

/** A joining that is under way, by its invitation. */
export interface RunningJoin {
  readonly secret: Uint8Array
  readonly joined: Promise<Joined>
  /** Ends it where it still looks for the inviter. */
  readonly overtake: () => void
}

/** Of a certificate or key with ML-DSA-87: about 7.5 kB. */
const MAX_KEY_BYTES = 16_384

export class PendingJoins {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('joins')
  }

  get(suite: Suite, link: InvitationLink): PendingJoin | undefined {
    const bytes = this.records.get(keyOf(suite, link))
    return bytes && decode(bytes)
  }

  put(suite: Suite, link: InvitationLink, pending: PendingJoin): void {
    const { pkcs8, certificate, expires, circle } = pending
    const value = encodeValue([pkcs8, certificate, expires, fromBase32(circle)])
    this.records.set(keyOf(suite, link), value)
  }

  delete(suite: Suite, link: InvitationLink): void {
    this.records.delete(keyOf(suite, link))
  }

  /** Erases those whose invitations have expired. @returns the circles that nothing came of */
  sweep(now: number): CircleId[] {
    const given = this.records.entries().map(([key, bytes]) => ({ key, ...decode(bytes) }))
    const over = given.filter((pending) => pending.expires < now)
    for (const { key } of over) this.records.delete(key)
    const going = new Set(given.filter((pending) => pending.expires >= now).map(({ circle }) => circle))
    return over.map(({ circle }) => circle).filter((circle) => !going.has(circle))
  }
}

/** An invitation is told by its secret, which is not kept. */
function keyOf(suite: Suite, link: InvitationLink): string {
  return base32(suite.hash(link.secret))
}

function decode(bytes: Uint8Array): PendingJoin {
  return decodeStored(bytes, (reader) => ({
    pkcs8: reader.bytes(1, MAX_KEY_BYTES),
    certificate: reader.bytes(1, MAX_KEY_BYTES),
    expires: reader.int(),
    circle: base32(reader.bytes(32)) as CircleId,
  }))
}
