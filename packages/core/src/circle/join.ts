/** The invitee's side of joining (spec §6.4, §6.6): what it sends, and what it believes of the answer. */
import { equalBytes } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import type { CircleId, DeviceId, MemberId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Store } from '../ports/store.ts'
import { CardBook } from './card.ts'
import { CircleSecrets } from './circleSecrets.ts'
import { consentStatement } from './entry.ts'
import { deviceIdOf } from './ids.ts'
import { invitationKeys, type InvitationLink } from './invitation.ts'
import {
  decodeProven,
  decodeResponse,
  encodeProven,
  encodeRequest,
  inviteeProof,
  inviterProof,
  JOIN_RESPONSE_MAX_BYTES,
  type JoinBinding,
  type JoinResponse,
} from './joinWire.ts'
import { MembershipLog } from './log.ts'
import { StoredNamesKey } from './names.ts'

export interface StartJoin {
  readonly suite: Suite
  readonly invitation: InvitationLink
  /** The key made for this circle. */
  readonly key: SigningKey
  /** EXPORTER_BYTES of the tunnel's channel binding. */
  readonly exporter: Uint8Array
  /** SPKI DER of the device at the tunnel's far end. */
  readonly inviterKey: Uint8Array
  /** This device's card for the circle: see signCard(). */
  readonly card: Uint8Array
  readonly nickname: string | undefined
}

export interface JoinAttempt {
  /** To be sent to the inviter. */
  readonly request: Uint8Array
  /**
   * Checks the inviter's answer and stores the circle. Durable on return; on a fault nothing was stored.
   * @throws PeerFault 'malformed' | 'oversize' | 'proof-invalid' | 'log-invalid' | 'not-admitted' | 'wrong-suite'
   */
  readonly finish: (response: Uint8Array, store: Store) => JoinedCircle
}

export interface JoinedCircle {
  readonly circle: CircleId
  readonly log: MembershipLog
  /** A new one; or the inviter's, of which this is a further device now. */
  readonly member: MemberId
  readonly device: DeviceId
  readonly inviter: { readonly device: DeviceId; readonly member: MemberId }
}

/**
 * Begins to join over an open tunnel. Has to be begun anew on another tunnel, with the same key.
 * @throws CallerFault 'wrong-suite'; PeerFault 'fingerprint-mismatch': whoever answered is not the inviter
 */
export function startJoin(start: StartJoin): JoinAttempt {
  const { suite, invitation, key } = start
  if (suite.name !== invitation.suite) throw new CallerFault('wrong-suite')
  if (!equalBytes(suite.hash(start.inviterKey), invitation.fingerprint)) {
    throw new PeerFault('fingerprint-mismatch', {
      message: 'The device that answered is not the one that made the invitation.',
      remedy: 'Do not go on. Tell whoever invited you, over another way.',
    })
  }
  const { circle } = invitation
  const keys = invitationKeys(suite, circle, invitation.inviter, invitation.secret)
  const binding: JoinBinding = {
    suite,
    circle,
    exporter: start.exporter,
    inviteeKey: key.publicKey,
    inviterKey: start.inviterKey,
  }
  const body = encodeRequest({
    invitation: keys.id,
    nickname: start.nickname,
    consent: key.sign(consentStatement(circle, keys.id, invitation.ownDevice)),
    card: start.card,
  })
  return {
    request: encodeProven({ body, proof: inviteeProof(binding, keys.inviteeProof, body) }),
    finish: (response, store) => {
      const proven = decodeProven(response, JOIN_RESPONSE_MAX_BYTES)
      const proof = inviterProof(binding, keys.inviterProof, body, proven.body)
      if (!suite.equal(proof, proven.proof)) throw new PeerFault('proof-invalid')
      return store.transaction(() => settle(binding, store, decodeResponse(suite, proven.body)))
    },
  }
}

/** The log, the secrets and the cards go to the store, once they are what was promised. */
function settle(binding: JoinBinding, store: Store, response: JoinResponse): JoinedCircle {
  const { suite, circle } = binding
  // Before the log is read, so that it is judged once, with names and rooms.
  if (response.names !== undefined) new StoredNamesKey(store, circle).put(response.names)
  const log = MembershipLog.open({ suite, store }, circle)
  for (const bytes of response.entries) {
    if (log.add(bytes) === 'pending') throw new PeerFault('log-invalid')
  }
  if (!log.hasRightNames) throw new PeerFault('log-invalid')
  const device = deviceIdOf(suite, binding.inviteeKey)
  const member = checkAdmission(binding, log, response, device)
  const inviter = deviceIdOf(suite, binding.inviterKey)
  const inviterMember = log.state().devices.get(inviter)?.member
  if (inviterMember === undefined) throw new PeerFault('log-invalid')
  const secrets = new CircleSecrets(store, circle)
  for (const secret of response.secrets) secrets.put(secret)
  const cards = new CardBook({ suite, store, circle, publicKeyOf: (of) => activeKey(log, of) })
  for (const bytes of response.cards) cards.put(bytes)
  return { circle, log, member, device, inviter: { device: inviter, member: inviterMember } }
}

/** The named entry admits this device, was signed by the inviter, and has an effect. @throws PeerFault 'not-admitted' */
function checkAdmission(
  { suite, inviteeKey, inviterKey }: JoinBinding,
  log: MembershipLog,
  { admission }: JoinResponse,
  device: DeviceId,
): MemberId {
  const entry = log.get(admission)
  const own = log.state().devices.get(device)
  const holds =
    (entry?.payload.type === 'admit' || entry?.payload.type === 'device') &&
    equalBytes(entry.payload.publicKey, inviteeKey) &&
    entry.author === deviceIdOf(suite, inviterKey) &&
    log.verdict(admission) === true
  if (!holds || own?.active !== true) throw new PeerFault('not-admitted')
  return own.member
}

/** The key of an active device, for a CardBook. */
export function activeKey(log: MembershipLog, device: DeviceId): Uint8Array | undefined {
  const known = log.state().devices.get(device)
  return known?.active === true ? known.publicKey : undefined
}
