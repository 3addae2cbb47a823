/** The inviter's side of joining (spec §6.5): checks, spends the invitation, and answers. */
import type { Suite } from '../crypto/suite.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import type { DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import { openCard, type CardBook } from './card.ts'
import type { CircleSecrets } from './circleSecrets.ts'
import { consentStatement } from './entry.ts'
import { deviceIdOf } from './ids.ts'
import {
  decodeProven,
  decodeRequest,
  encodeProven,
  encodeResponse,
  inviteeProof,
  inviterProof,
  JOIN_LOG_MAX_BYTES,
  JOIN_MAX_CARDS,
  JOIN_REQUEST_MAX_BYTES,
  type JoinBinding,
  type JoinRequest,
} from './joinWire.ts'
import type { MembershipLog } from './log.ts'
import { MAX_WRONG_PROOFS, type OwnInvitation, type OwnInvitations } from './ownInvitations.ts'
import type { NamesKey } from './names.ts'
import type { Payload } from './payload.ts'
import { ROLE } from './role.ts'

/** What the inviter has of its circle. */
export interface Inviter {
  readonly suite: Suite
  readonly key: SigningKey
  readonly log: MembershipLog
  readonly invitations: OwnInvitations
  readonly secrets: CircleSecrets
  readonly cards: CardBook
}

export interface JoinCall {
  readonly request: Uint8Array
  /** EXPORTER_BYTES of the tunnel's channel binding. */
  readonly exporter: Uint8Array
  /** SPKI DER of the key that the caller proved in the tunnel's handshake. */
  readonly inviteeKey: Uint8Array
  readonly now: number
}

export interface JoinAnswer {
  readonly response: Uint8Array
  readonly device: DeviceId
  readonly member: MemberId
  /** false: the device was admitted before, and fetches its answer again. */
  readonly admittedNow: boolean
}

/**
 * Admits the caller, once per invitation. The admission is durable before there is an answer; the device it admitted may ask
 * again until the invitation expires, and gets an answer for its new tunnel.
 * @throws PeerFault 'malformed' | 'oversize' | 'version-unknown' | 'invitation-unknown' | 'invitation-revoked' |
 *   'invitation-expired' | 'invitation-spent' | 'invitation-blocked' | 'proof-invalid' | 'signature-invalid' |
 *   'wrong-circle' | 'admission-refused'; Unavailable from the store, with nothing admitted
 */
export function answerJoin(inviter: Inviter, call: JoinCall): JoinAnswer {
  const { suite, log, invitations } = inviter
  const proven = decodeProven(call.request, JOIN_REQUEST_MAX_BYTES)
  const request = decodeRequest(proven.body)
  const own = openInvitation(inviter, request.invitation, call.now)
  const binding: JoinBinding = {
    suite,
    circle: log.circle,
    exporter: call.exporter,
    inviteeKey: call.inviteeKey,
    inviterKey: inviter.key.publicKey,
  }
  if (!suite.equal(inviteeProof(binding, own.keys.inviteeProof, proven.body), proven.proof)) {
    invitations.countWrongProof(own.keys.id)
    throw new PeerFault('proof-invalid')
  }
  const device = deviceIdOf(suite, call.inviteeKey)
  if (own.admitted !== undefined && own.admitted !== device) throw new PeerFault('invitation-spent')
  const admittedNow = own.admitted === undefined
  if (admittedNow) admit(inviter, call, request, device)
  const body = answerFor(inviter, own.keys.id, device)
  const proof = inviterProof(binding, own.keys.inviterProof, proven.body, body)
  const member = log.state().devices.get(device)?.member
  if (member === undefined) throw new PeerFault('admission-refused')
  return { response: encodeProven({ body, proof }), device, member, admittedNow }
}

/** An invitation that someone may come with now. @throws PeerFault */
function openInvitation({ log, invitations }: Inviter, id: InvitationId, now: number): OwnInvitation {
  const inLog = log.state().invitations.get(id)
  if (inLog?.state === 'revoked') throw new PeerFault('invitation-revoked')
  const own = invitations.get(id)
  if (own === undefined || inLog === undefined) throw new PeerFault('invitation-unknown')
  if (now > own.expires) throw new PeerFault('invitation-expired')
  if (own.wrongProofs >= MAX_WRONG_PROOFS) throw new PeerFault('invitation-blocked')
  return own
}

/** Appends the admission and spends the invitation, together. @throws PeerFault, Unavailable */
function admit(inviter: Inviter, call: JoinCall, request: JoinRequest, device: DeviceId): void {
  const { suite, key, log, invitations, cards } = inviter
  const { invitation, consent, card } = request
  const ownDevice = log.state().invitations.get(invitation)?.role === undefined
  const statement = consentStatement(log.circle, invitation, ownDevice)
  if (!suite.signing.verifier(call.inviteeKey).verify(statement, consent)) {
    throw new PeerFault('signature-invalid')
  }
  openCard(suite, log.circle, card, (of) => (of === device ? call.inviteeKey : undefined))
  try {
    log.transaction(() => {
      log.append(key, admission(inviter, call, request), call.now)
      invitations.spend(invitation, device)
    })
  } catch (cause) {
    if (cause instanceof CallerFault) throw new PeerFault('admission-refused', { cause })
    throw cause
  }
  // Outside of the transaction: the book remembers what it stored, and a card that is lost comes again by sync.
  cards.put(card)
}

/** Into a member of its own; or into the inviter's, by an invitation for that. */
function admission(
  { suite, key, log }: Inviter,
  { inviteeKey }: JoinCall,
  { invitation, consent, nickname }: JoinRequest,
): Payload {
  const { invitations, devices } = log.state()
  const terms = { invitation, publicKey: inviteeKey, consent }
  // Without the key there is no name in the log: the member sets its own, once it has it.
  const named = log.names === undefined ? undefined : nickname
  if (invitations.get(invitation)?.role !== undefined) return { type: 'admit', ...terms, nickname: named }
  const member = devices.get(deviceIdOf(suite, key.publicKey))?.member
  if (member === undefined) throw new PeerFault('admission-refused')
  return { type: 'device', member, ...terms }
}

function answerFor(
  { suite, key, log, secrets, cards }: Inviter,
  id: InvitationId,
  device: DeviceId,
): Uint8Array {
  const admission = log.entries().find(({ hash, payload, author }) => {
    if (payload.type !== 'admit' && payload.type !== 'device') return false
    const ours = payload.invitation === id && author === deviceIdOf(suite, key.publicKey)
    return ours && deviceIdOf(suite, payload.publicKey) === device && log.verdict(hash) === true
  })
  if (admission === undefined) throw new PeerFault('admission-refused')
  const self = deviceIdOf(suite, key.publicKey)
  const others = cards.versions().flatMap(([of]) => (of === self || of === device ? [] : [of]))
  const bytes = [self, ...others.slice(0, JOIN_MAX_CARDS - 1)].flatMap((of) => cards.bytesOf(of) ?? [])
  return encodeResponse({
    admission: admission.hash,
    names: namesFor(log, device)?.bytes,
    secrets: secrets.all(),
    entries: entriesFor(log, admission.hash, JOIN_LOG_MAX_BYTES),
    cards: bytes,
  })
}

/** The circle's names key, if `device` may have it: it is in the circle now, and no keeper. undefined also where there is none here. */
export function namesFor(log: MembershipLog, device: DeviceId): NamesKey | undefined {
  const { devices, members } = log.state()
  const known = devices.get(device)
  const role = known?.active === true ? members.get(known.member)?.role : undefined
  return role === undefined || role === ROLE.keeper ? undefined : log.names
}

/**
 * The whole log; where that takes too much, the admission and its past, by which it can be judged. So what nobody builds upon,
 * such as a flood of entries without effect, doesn't keep anyone from joining: it comes by sync.
 */
export function entriesFor(log: MembershipLog, admission: EntryHash, maxBytes: number): Uint8Array[] {
  const all = log.allBytes()
  if (all.reduce((sum, { length }) => sum + length, 0) <= maxBytes) return all
  return log.entries().flatMap(({ hash }, at) => {
    const bytes = hash === admission || log.isAncestor(hash, admission) ? all[at] : undefined
    return bytes ?? []
  })
}
