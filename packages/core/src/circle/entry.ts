/**
 * One signed entry of the membership log (spec §5.2): `[body, signature]`, where the body is a record of its own. The
 * entry's hash covers the body only, so that no second signature over the same body makes a second entry; and the body
 * has to be in its only encoding, so that the same statement has one hash.
 */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes, equalBytes } from '../bytes.ts'
import { decodeValue, encodeValue } from '../codec/cbor.ts'
import { decodeRecord, readRecord, type Reader } from '../codec/reader.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import type { CircleId, DeviceId, EntryHash, InvitationId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import { circleIdOf, deviceIdOf, entryHashOf } from './ids.ts'
import type { NamesKey } from './names.ts'
import { checkSorted, type Payload } from './payload.ts'
import { payloadCode, payloadFields, readPayload } from './payloadCodec.ts'
import {
  CIRCLE_VERSION,
  ID_BYTES,
  LOG_ENTRY_MAX_BYTES,
  LOG_MAX_PARENTS,
  MAX_SIGNATURE_BYTES,
} from './spec.ts'

export interface Entry {
  readonly hash: EntryHash
  readonly circle: CircleId
  readonly author: DeviceId
  /** Counts the author's own entries from 0. */
  readonly sequence: number
  /** Sorted by their bytes; empty for the first entry only. */
  readonly parents: readonly EntryHash[]
  /** The author's clock, milliseconds since 1970: a claim, decides nothing but the expiry of invitations. */
  readonly at: number
  readonly payload: Payload
}

export interface SignedEntry {
  readonly entry: Entry
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** What an author decides; the rest follows. */
export type EntryDraft = Omit<Entry, 'hash' | 'circle' | 'author'> & { readonly circle: CircleId | undefined }

/**
 * Encodes and signs `draft` with its author's key.
 * @param names the circle's names key: what has a name or seats can't be written without
 * @returns the bytes that are stored and sent
 * @throws CallerFault 'names-key-missing'
 */
export function signEntry(suite: Suite, key: SigningKey, draft: EntryDraft, names?: NamesKey): Uint8Array {
  const author = fromBase32(deviceIdOf(suite, key.publicKey))
  const code = payloadCode(draft.payload.type)
  const body = encodeValue([
    CIRCLE_VERSION,
    draft.circle === undefined ? new Uint8Array(0) : fromBase32(draft.circle),
    code,
    author,
    draft.sequence,
    draft.parents.map(fromBase32).sort(compareBytes),
    draft.at,
    ...payloadFields(draft.payload, names?.in({ code, author, sequence: draft.sequence })),
  ])
  return encodeValue([body, key.sign(signedStatement(body))])
}

/**
 * Takes an entry apart and checks all that needs no other entry. The signature is not checked here: see verifyEntry().
 * @param names the circle's names key, to open names and seats: without it there are none
 * @throws PeerFault 'malformed' | 'oversize' | 'version-unknown'
 */
export function decodeEntry(suite: Suite, bytes: Uint8Array, names?: NamesKey): SignedEntry {
  const { body, signature } = partsOf(bytes)
  const value = decodeValue(body, LOG_ENTRY_MAX_BYTES)
  if (!equalBytes(encodeValue(value), body)) throw new PeerFault('malformed')
  const hash = suite.hash(body)
  return { entry: readRecord(value, (reader) => readBody(suite, hash, reader, names)), body, signature }
}

/** As signEntry(), of what others will take, and read, as it is meant. @throws CallerFault 'entry-malformed' | 'names-key-missing' */
export function signChecked(
  suite: Suite,
  key: SigningKey,
  draft: EntryDraft,
  names: NamesKey | undefined,
): Uint8Array {
  const bytes = signEntry(suite, key, draft, names)
  try {
    const { payload } = decodeEntry(suite, bytes, names).entry
    // What would be no name, or no seats, for all others.
    if (nameOf(payload) !== nameOf(draft.payload) || payload.type !== draft.payload.type)
      throw new PeerFault('malformed')
  } catch (cause) {
    throw new CallerFault('entry-malformed', { message: 'The entry is not one that a log may hold.', cause })
  }
  return bytes
}

/** All that a payload calls somebody or something. */
function nameOf(payload: Payload): string {
  const name = 'name' in payload ? payload.name : undefined
  return JSON.stringify([name, 'nickname' in payload ? payload.nickname : undefined])
}

/** The hash of an entry that may be known already, without taking it apart. @throws PeerFault 'malformed' | 'oversize' */
export function hashOfEntry(suite: Suite, bytes: Uint8Array): EntryHash {
  return entryHashOf(suite.hash(partsOf(bytes).body))
}

function partsOf(bytes: Uint8Array): Pick<SignedEntry, 'body' | 'signature'> {
  return decodeRecord(bytes, LOG_ENTRY_MAX_BYTES, (reader) => ({
    body: reader.bytes(1, LOG_ENTRY_MAX_BYTES),
    signature: reader.bytes(1, MAX_SIGNATURE_BYTES),
  }))
}

/** @throws PeerFault 'signature-invalid' | 'key-malformed' */
export function verifyEntry(suite: Suite, signed: SignedEntry, publicKey: Uint8Array): void {
  const statement = signedStatement(signed.body)
  if (!suite.signing.verifier(publicKey).verify(statement, signed.signature)) {
    throw new PeerFault('signature-invalid')
  }
}

/**
 * What a device signs to say that it wants to be admitted by this invitation (spec §6.4): without it an inviter could
 * claim anybody's key for its circle.
 * @param ownDevice as a further device of the inviter's own member: another statement, so that nobody speaks for the
 *   inviter, and shares its `self` conversation, who wanted to be a member
 */
export function consentStatement(circle: CircleId, invitation: InvitationId, ownDevice = false): Uint8Array {
  const label = ownDevice ? LABEL.logDeviceConsent : LABEL.logConsent
  return labelled(label, fromBase32(circle), fromBase32(invitation))
}

function signedStatement(body: Uint8Array): Uint8Array {
  return labelled(LABEL.logEntry, body)
}

function readBody(suite: Suite, hash: Uint8Array, reader: Reader, names: NamesKey | undefined): Entry {
  if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
  const circle = reader.bytes(0, ID_BYTES)
  const code = reader.int()
  const authorBytes = reader.bytes(ID_BYTES)
  const author = base32(authorBytes) as DeviceId
  const sequence = reader.int()
  const parents = readParents(suite, reader)
  const at = reader.int()
  const payload = readPayload(code, reader, names?.in({ code, author: authorBytes, sequence }))
  const first = payload.type === 'create'
  const shape = first
    ? circle.length === 0 && parents.length === 0 && sequence === 0
    : circle.length === ID_BYTES && parents.length > 0
  if (!shape) throw new PeerFault('malformed')
  if (first && deviceIdOf(suite, payload.publicKey) !== author) throw new PeerFault('malformed')
  return {
    hash: entryHashOf(hash),
    circle: first ? circleIdOf(hash) : (base32(circle) as CircleId),
    author,
    sequence,
    parents,
    at,
    payload,
  }
}

function readParents(suite: Suite, reader: Reader): EntryHash[] {
  const parents = reader.list(LOG_MAX_PARENTS, (value) => {
    if (!(value instanceof Uint8Array) || value.length !== suite.hashBytes) throw new PeerFault('malformed')
    return value
  })
  checkSorted(parents)
  return parents.map(entryHashOf)
}
