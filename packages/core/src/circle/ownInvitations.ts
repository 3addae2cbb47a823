/**
 * The invitations that this device made (spec §6.3). The store keeps keys derived from each secret, never the secret; they
 * are erased when the invitation is revoked, or has expired, and a spent one's when it would have expired.
 */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import { CallerFault } from '../fault.ts'
import type { DeviceId, InvitationId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { isAddress, MAX_ADDRESSES } from './card.ts'
import { deviceIdOf } from './ids.ts'
import {
  formatLink,
  INVITATION_KEY_BYTES,
  INVITATION_SECRET_BYTES,
  invitationKeys,
  type InvitationKeys,
  type InvitationLink,
} from './invitation.ts'
import type { MembershipLog } from './log.ts'
import type { Payload } from './payload.ts'
import type { Role } from './role.ts'
import { ID_BYTES, SHORT_ID_BYTES } from './spec.ts'
import { circleStoreName } from './storeName.ts'

/** Wrong proofs that one invitation stands: a slip of the network is none, so these are attempts to guess. */
export const MAX_WRONG_PROOFS = 10
/** An invitation may live this long at most: a forgotten link should not open the door next year. */
export const MAX_INVITATION_LIFE_MS = 90 * 86_400_000
export interface OwnInvitation {
  readonly keys: InvitationKeys
  readonly expires: number
  /** Proofs that did not hold. */
  readonly wrongProofs: number
  /** The device that it admitted, which may fetch its answer again. */
  readonly admitted: DeviceId | undefined
}

export interface Invited {
  readonly id: InvitationId
  /** Holds the secret: shown once, kept nowhere. */
  readonly link: string
  readonly expires: number
}

export interface InviteTerms {
  readonly role: Role
  readonly lifeMs: number
  readonly addresses: readonly string[]
  readonly now: number
}

export interface InvitationContext {
  readonly suite: Suite
  readonly store: Store
  readonly log: MembershipLog
  readonly key: SigningKey
}

export class OwnInvitations {
  private readonly context: InvitationContext
  private readonly records: RecordMap

  constructor(context: InvitationContext) {
    this.context = context
    this.records = context.store.map(circleStoreName(context.log.circle, 'invitations'))
  }

  /**
   * Makes an invitation, and tells the log. Durable on return.
   * @throws CallerFault 'expiry-out-of-range' | 'address-malformed', or the rule that forbids it, such as 'role-may-do-this'
   */
  create(random: Random, { role, ...terms }: InviteTerms): Invited {
    return this.make(random, terms, (tag, expires) => ({ type: 'invite', tag, expires, role }))
  }

  /** As create(), for a further device of one's own: whoever joins by it speaks as this device's member. */
  createForOwnDevice(random: Random, terms: Omit<InviteTerms, 'role'>): Invited {
    return this.make(random, terms, (tag, expires) => ({ type: 'invite-device', tag, expires }), {
      ownDevice: true,
    })
  }

  private make(
    random: Random,
    { lifeMs, addresses, now }: Omit<InviteTerms, 'role'>,
    payload: (tag: Uint8Array, expires: number) => Payload,
    kind: Pick<InvitationLink, 'ownDevice'> = {},
  ): Invited {
    if (!(lifeMs > 0 && lifeMs <= MAX_INVITATION_LIFE_MS)) throw expiryOutOfRange()
    if (addresses.length > MAX_ADDRESSES || !addresses.every(isAddress))
      throw new CallerFault('address-malformed')
    const { suite, log, key } = this.context
    const expires = Math.floor(now + lifeMs)
    const secret = random.bytes(INVITATION_SECRET_BYTES)
    const keys = invitationKeys(suite, log.circle, deviceIdOf(suite, key.publicKey), secret)
    const link = formatLink({
      circle: log.circle,
      suite: suite.name,
      fingerprint: suite.hash(key.publicKey),
      secret,
      expires,
      addresses,
      ...kind,
    })
    secret.fill(0)
    log.transaction(() => {
      log.append(key, payload(keys.tag, expires), now)
      this.put({ keys, expires, wrongProofs: 0, admitted: undefined })
    })
    return { id: keys.id, link, expires }
  }

  /**
   * Revokes an invitation, in the log and here.
   * @throws CallerFault 'invitation-unknown' | 'invitation-spent', or the rule that forbids it
   */
  revoke(id: InvitationId, now: number): void {
    const { log, key } = this.context
    const known = log.state().invitations.get(id)
    if (known === undefined) throw new CallerFault('invitation-unknown')
    if (known.state === 'spent') throw new CallerFault('invitation-spent')
    if (known.state === 'revoked') return
    log.transaction(() => {
      log.append(key, { type: 'revoke-invite', invitation: id }, now)
      this.records.delete(id)
    })
  }

  /**
   * Those that someone may come with now: live ones, the newest first, and then spent ones whose answer may be fetched again. There may
   * be more than a device can be found by.
   */
  open(now: number): OwnInvitation[] {
    const { invitations } = this.context.log.state()
    const madeAt = ({ keys }: OwnInvitation): number => invitations.get(keys.id)?.createdAt ?? 0
    const isSpent = ({ admitted }: OwnInvitation): number => (admitted === undefined ? 0 : 1)
    return this.all()
      .filter(({ keys, expires }) => now <= expires && invitations.get(keys.id)?.state !== 'revoked')
      .sort((one, other) => isSpent(one) - isSpent(other) || madeAt(other) - madeAt(one))
  }

  get(id: InvitationId): OwnInvitation | undefined {
    const bytes = this.records.get(id)
    return bytes && read(id, bytes)
  }

  /** Counts a wrong proof. Durable on return. */
  countWrongProof(id: InvitationId): void {
    const own = this.get(id)
    if (own !== undefined) this.put({ ...own, wrongProofs: own.wrongProofs + 1 })
  }

  /** To be called in the transaction that appends the admission. */
  spend(id: InvitationId, device: DeviceId): void {
    const own = this.get(id)
    if (own !== undefined) this.put({ ...own, admitted: device })
  }

  /** Erases the keys of invitations that are revoked, or past their expiry. To be called now and then. */
  sweep(now: number): void {
    const open = new Set(this.open(now).map((own) => own.keys.id))
    for (const [id] of this.records.entries()) {
      if (!open.has(id as InvitationId)) this.records.delete(id)
    }
  }

  private all(): OwnInvitation[] {
    return this.records.entries().map(([id, bytes]) => read(id as InvitationId, bytes))
  }

  private put({ keys, expires, wrongProofs, admitted }: OwnInvitation): void {
    const fields = [keys.tag, keys.knock, keys.lan, keys.inviteeProof, keys.inviterProof]
    const device = admitted === undefined ? null : fromBase32(admitted)
    this.records.set(keys.id, encodeValue([...fields, expires, wrongProofs, device]))
  }
}

function read(id: InvitationId, bytes: Uint8Array): OwnInvitation {
  return decodeStored(bytes, (reader) => ({
    keys: {
      id,
      tag: reader.bytes(SHORT_ID_BYTES),
      knock: reader.bytes(INVITATION_KEY_BYTES),
      lan: reader.bytes(INVITATION_KEY_BYTES),
      inviteeProof: reader.bytes(INVITATION_KEY_BYTES),
      inviterProof: reader.bytes(INVITATION_KEY_BYTES),
    },
    expires: reader.int(),
    wrongProofs: reader.int(),
    admitted: reader.optional((field) => base32(field.bytes(ID_BYTES)) as DeviceId),
  }))
}

function expiryOutOfRange(): CallerFault {
  const days = MAX_INVITATION_LIFE_MS / 86_400_000
  return new CallerFault('expiry-out-of-range', {
    details: { days },
    message: `An invitation lives for more than nothing and at most ${days} days.`,
    remedy: 'Choose a shorter time, and make a new one when it has ended.',
  })
}
