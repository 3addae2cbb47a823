/** A circle secret as it travels: in the control conversation, in the answer to who joins, and named on a card (spec §5.10). */
import { fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeRecord, type Reader } from '../codec/reader.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { CIRCLE_SECRET_BYTES, COVERS_BYTES, type CircleSecret } from './circleSecrets.ts'
import type { CircleState } from './state.ts'

/** The first field of an entry of the control conversation says what it is. */
export const SECRET_ENTRY = 'circle-secret'
/** Its fields take 75; the rest is room for later ones, which make it another version. */
export const SECRET_ENTRY_MAX_BYTES = 128
const SECRET_ENTRY_VERSION = 1
/** Enough to tell the secrets of a circle apart; nobody gains by two of one tag. */
export const SECRET_TAG_BYTES = 8

/** How a device's card names the secret that it would call with. */
export interface NamedSecret {
  readonly generation: number
  readonly tag: Uint8Array
}

/** @returns SECRET_TAG_BYTES that tell nothing of the secret */
export function secretTag(suite: Suite, secret: Uint8Array): Uint8Array {
  return suite.hmac(secret, labelled(LABEL.circleSecretTag)).slice(0, SECRET_TAG_BYTES)
}

export function namedSecret(suite: Suite, { generation, secret }: CircleSecret): NamedSecret {
  return { generation, tag: secretTag(suite, secret) }
}

const digests = new WeakMap<CircleState, Uint8Array>()

/**
 * Of all devices that were admitted once and are not active: what a secret was made after, and when it is due for another.
 * @returns COVERS_BYTES, or none when every device is active
 */
export function endedDigest(suite: Suite, state: CircleState): Uint8Array {
  let digest = digests.get(state)
  if (digest === undefined) {
    const ended = [...state.devices.values()].filter((device) => !device.active).map((device) => device.id)
    const all = labelled(LABEL.circleEnded, ...ended.sort().map(fromBase32))
    digest = ended.length === 0 ? new Uint8Array(0) : suite.hash(all).slice(0, COVERS_BYTES)
    digests.set(state, digest)
  }
  return digest
}

export function encodeSecretEntry({ generation, secret, covers }: CircleSecret): Uint8Array {
  return encodeValue([SECRET_ENTRY, SECRET_ENTRY_VERSION, generation, secret, covers])
}

/** @throws PeerFault 'malformed' | 'oversize': also what is another kind of entry, or a later version */
export function decodeSecretEntry(bytes: Uint8Array): CircleSecret {
  return decodeRecord(bytes, SECRET_ENTRY_MAX_BYTES, (reader) => {
    if (reader.text(SECRET_ENTRY.length) !== SECRET_ENTRY) throw new PeerFault('malformed')
    reader.int(SECRET_ENTRY_VERSION, SECRET_ENTRY_VERSION)
    return readSecret(reader)
  })
}

/** Generation, secret and what it covers, as three fields. @throws PeerFault 'malformed' */
export function readSecret(reader: Reader): CircleSecret {
  const generation = reader.int()
  const secret = reader.bytes(CIRCLE_SECRET_BYTES)
  const covers = reader.bytes(0, COVERS_BYTES)
  if (covers.length !== 0 && covers.length !== COVERS_BYTES) throw new PeerFault('malformed')
  return { generation, secret, covers }
}
