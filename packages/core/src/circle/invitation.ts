/** The link that invites: all that an invitee needs to find the inviter, to know it, and to be known (spec §6.2). */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeRecord } from '../codec/reader.ts'
import { LABEL, labelled, type Label } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { CallerFault, Fault, PeerFault } from '../fault.ts'
import type { CircleId, DeviceId, InvitationId } from '../id.ts'
import { readAddresses } from './card.ts'
import { invitationIdOf, invitationTag } from './ids.ts'
import { CIRCLE_VERSION, ID_BYTES, MAX_SUITE_NAME_LENGTH } from './spec.ts'

/** As strong as the strongest suite; a guess is not tested anywhere but at the inviter's. */
export const INVITATION_SECRET_BYTES = 32
/** Characters of a link: sixteen addresses of full length make 3,600; more is no invitation. */
export const LINK_MAX_LENGTH = 4_096

const SCHEME = 'triode:'
/** Bytes of the longest hash of a suite. */
const MAX_FINGERPRINT_BYTES = 64

export interface InvitationLink {
  readonly circle: CircleId
  /** Name of the circle's suite. */
  readonly suite: string
  /** Hash of the inviter's public signing key (SPKI DER), full length. */
  readonly fingerprint: Uint8Array
  /** The first 32 bytes of the fingerprint. */
  readonly inviter: DeviceId
  /** One-time secret: belongs in no log and no error. */
  readonly secret: Uint8Array
  /** Milliseconds since 1970. */
  readonly expires: number
  /** Where the inviter may be found; those on a LAN are found by name besides. */
  readonly addresses: readonly string[]
  /** Whoever joins by it becomes a further device of the inviter's own member: to be told before it is used. */
  readonly ownDevice?: true
}

/** `triode:` and base32: 200 to 300 characters, which as capitals fit a QR code of 53 modules a side (version 9, level L). */
export function formatLink(link: Omit<InvitationLink, 'inviter'>): string {
  const bytes = encodeValue([
    CIRCLE_VERSION,
    fromBase32(link.circle),
    link.suite,
    link.fingerprint,
    link.secret,
    link.expires,
    link.addresses,
    ...(link.ownDevice === true ? [true] : []),
  ])
  return SCHEME + base32(bytes)
}

/**
 * Reads a link as a person pasted it or a camera saw it: capitals and blanks around it are fine.
 * @param now own clock; leave out to read a link whatever its expiry
 * @throws CallerFault 'link-malformed' | 'invitation-expired'
 */
export function parseLink(text: string, now?: number): InvitationLink {
  const link = text.length > LINK_MAX_LENGTH ? undefined : decodeLink(text.trim().toLowerCase())
  if (link === undefined) {
    throw new CallerFault('link-malformed', {
      message: 'This is not an invitation, or a part of it is missing.',
      remedy: 'Copy the whole link, from triode: to its end, or ask for a new one.',
    })
  }
  if (now !== undefined && now > link.expires) {
    throw new CallerFault('invitation-expired', {
      message: 'The invitation has expired.',
      remedy: "Ask for a new one; if it is new, check this machine's clock.",
    })
  }
  return link
}

/** What is derived from an invitation's secret; the inviter keeps these, and not the secret. */
export interface InvitationKeys {
  readonly id: InvitationId
  /** What the log shows of the secret. */
  readonly tag: Uint8Array
  /** For invitationKnockName(). */
  readonly knock: Uint8Array
  /** For invitationLanName() and invitationDhtName(). */
  readonly lan: Uint8Array
  readonly inviteeProof: Uint8Array
  readonly inviterProof: Uint8Array
}

export function invitationKeys(
  suite: Suite,
  circle: CircleId,
  inviter: DeviceId,
  secret: Uint8Array,
): InvitationKeys {
  const derive = (label: Label): Uint8Array =>
    suite.hkdf(secret, fromBase32(circle), labelled(label), INVITATION_KEY_BYTES)
  const tag = invitationTag(suite, circle, secret)
  return {
    id: invitationIdOf(suite, circle, inviter, tag),
    tag,
    knock: derive(LABEL.invitationKnock),
    lan: derive(LABEL.invitationLanName),
    inviteeProof: derive(LABEL.joinProofInvitee),
    inviterProof: derive(LABEL.joinProofInviter),
  }
}

export const INVITATION_KEY_BYTES = 32

function decodeLink(text: string): InvitationLink | undefined {
  if (!text.startsWith(SCHEME)) return undefined
  try {
    return decodeRecord(fromBase32(text.slice(SCHEME.length)), LINK_MAX_LENGTH, (reader) => {
      if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
      const circle = base32(reader.bytes(ID_BYTES)) as CircleId
      const suite = reader.text(MAX_SUITE_NAME_LENGTH)
      const fingerprint = reader.bytes(ID_BYTES, MAX_FINGERPRINT_BYTES)
      const link = {
        circle,
        suite,
        fingerprint,
        inviter: base32(fingerprint.subarray(0, ID_BYTES)) as DeviceId,
        secret: reader.bytes(INVITATION_SECRET_BYTES),
        expires: reader.int(),
        addresses: readAddresses(reader),
      }
      if (!reader.more) return link
      if (!reader.bool()) throw new PeerFault('malformed')
      return { ...link, ownDevice: true }
    })
  } catch (fault) {
    if (fault instanceof Fault) return undefined
    throw fault
  }
}
