/** What the two sides of joining send each other, and what proves it (spec §6.4, §6.5). */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeRecord, readRecord, type Reader } from '../codec/reader.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { CircleId, EntryHash, InvitationId } from '../id.ts'
import { CARD_MAX_BYTES } from './card.ts'
import { MAX_KEPT_SECRETS, type CircleSecret } from './circleSecrets.ts'
import { isName } from './payload.ts'
import { readSecret } from './secretRotationEntry.ts'
import {
  CIRCLE_VERSION,
  LOG_ENTRY_MAX_BYTES,
  MAX_NICKNAME_LENGTH,
  MAX_SIGNATURE_BYTES,
  NAMES_KEY_BYTES,
  SHORT_ID_BYTES,
} from './spec.ts'

/** A card, a consent and a proof; the largest take 15.3 KB. */
export const JOIN_REQUEST_MAX_BYTES = 16_384
/** The log of 1,000 members under the largest suite takes 18 MB; what is above this comes by sync from a smaller circle's start. */
export const JOIN_RESPONSE_MAX_BYTES = 64 * 1_048_576
/** Bytes of the log in a response: the rest is for cards and secrets, 2.7 MB, and for what frames an entry. */
export const JOIN_LOG_MAX_BYTES = JOIN_RESPONSE_MAX_BYTES - 8 * 1_048_576
/** Entries of the log in a response: more than fit, as each takes 128 bytes at least, so that many small ones lock nobody out. */
export const JOIN_MAX_ENTRIES = JOIN_RESPONSE_MAX_BYTES / 128
/** Cards in a response: more come by sync. */
export const JOIN_MAX_CARDS = 256
/** Bytes of the TLS exporter that binds both proofs to one tunnel (RFC 9266). */
export const EXPORTER_BYTES = 32
/** Bytes of the longest hash of a suite, and so of a proof. */
const MAX_PROOF_BYTES = 64

export interface JoinRequest {
  readonly invitation: InvitationId
  readonly nickname: string | undefined
  /** Signature over consentStatement(). */
  readonly consent: Uint8Array
  /** The invitee's signed card. */
  readonly card: Uint8Array
}

export interface JoinResponse {
  /** Hash of the entry that admits the invitee. */
  readonly admission: EntryHash
  /** The circle's names key (spec §5.13); undefined for a keeper, and where the inviter has none. */
  readonly names: Uint8Array | undefined
  /** All that the inviter keeps, the best first and the one that the circle was made with last. */
  readonly secrets: readonly CircleSecret[]
  /** The whole log, parents before children. */
  readonly entries: readonly Uint8Array[]
  /** The inviter's first. */
  readonly cards: readonly Uint8Array[]
}

/** Body and proof, as they travel together. */
export interface Proven {
  readonly body: Uint8Array
  readonly proof: Uint8Array
}

/** What both sides know of the tunnel and of each other. */
export interface JoinBinding {
  readonly suite: Suite
  readonly circle: CircleId
  readonly exporter: Uint8Array
  /** SPKI DER. */
  readonly inviteeKey: Uint8Array
  readonly inviterKey: Uint8Array
}

/** The invitee's proof that it knows the secret, over everything that it says. */
export function inviteeProof(binding: JoinBinding, key: Uint8Array, body: Uint8Array): Uint8Array {
  return binding.suite.hmac(
    key,
    labelled(LABEL.joinProofInvitee, ...transcript(binding), binding.suite.hash(body)),
  )
}

/** The inviter's proof of the same, over the request that it answers and its answer. */
export function inviterProof(
  binding: JoinBinding,
  key: Uint8Array,
  requestBody: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const { suite } = binding
  return suite.hmac(
    key,
    labelled(LABEL.joinProofInviter, ...transcript(binding), suite.hash(requestBody), suite.hash(body)),
  )
}

function transcript({ suite, circle, exporter, inviteeKey, inviterKey }: JoinBinding): Uint8Array[] {
  if (exporter.length !== EXPORTER_BYTES) throw new RangeError('an exporter has 32 bytes')
  return [exporter, fromBase32(circle), suite.hash(inviteeKey), suite.hash(inviterKey)]
}

export function encodeProven({ body, proof }: Proven): Uint8Array {
  return encodeValue([body, proof])
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function decodeProven(bytes: Uint8Array, maxBytes: number): Proven {
  return decodeRecord(bytes, maxBytes, (reader) => ({
    body: reader.bytes(1, maxBytes),
    proof: reader.bytes(1, MAX_PROOF_BYTES),
  }))
}

export function encodeRequest({ invitation, nickname, consent, card }: JoinRequest): Uint8Array {
  return encodeValue([CIRCLE_VERSION, fromBase32(invitation), nickname ?? null, consent, card])
}

/** @throws PeerFault 'malformed' | 'oversize' | 'version-unknown' */
export function decodeRequest(body: Uint8Array): JoinRequest {
  return decodeRecord(body, JOIN_REQUEST_MAX_BYTES, (reader) => {
    if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
    const invitation = base32(reader.bytes(SHORT_ID_BYTES)) as InvitationId
    const nickname = reader.optional((field) => field.text(MAX_NICKNAME_LENGTH))
    if (nickname !== undefined && !isName(nickname, MAX_NICKNAME_LENGTH)) throw new PeerFault('malformed')
    return {
      invitation,
      nickname,
      consent: reader.bytes(1, MAX_SIGNATURE_BYTES),
      card: reader.bytes(1, CARD_MAX_BYTES),
    }
  })
}

export function encodeResponse({ admission, names, secrets, entries, cards }: JoinResponse): Uint8Array {
  return encodeValue([
    CIRCLE_VERSION,
    fromBase32(admission),
    names ?? null,
    secrets.map(({ generation, secret, covers }) => [generation, secret, covers]),
    entries,
    cards,
  ])
}

/** @throws PeerFault 'malformed' | 'oversize' | 'version-unknown' */
export function decodeResponse(suite: Suite, body: Uint8Array): JoinResponse {
  return decodeRecord(body, JOIN_RESPONSE_MAX_BYTES, (reader) => {
    if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
    return {
      admission: base32(reader.bytes(suite.hashBytes)) as EntryHash,
      names: reader.optional((field) => field.bytes(NAMES_KEY_BYTES)),
      secrets: readSecrets(reader),
      entries: reader.list(JOIN_MAX_ENTRIES, (value) => bytesOf(value, LOG_ENTRY_MAX_BYTES)),
      cards: reader.list(JOIN_MAX_CARDS, (value) => bytesOf(value, CARD_MAX_BYTES)),
    }
  })
}

/** One at least: without, a device could call nobody. */
function readSecrets(reader: Reader): CircleSecret[] {
  const secrets = reader.list(MAX_KEPT_SECRETS, (value) => readRecord(value, readSecret))
  if (secrets.length === 0) throw new PeerFault('malformed')
  return secrets
}

function bytesOf(value: unknown, maxBytes: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length > maxBytes) throw new PeerFault('malformed')
  return value
}
