/**
 * The spoken codes that this device holds open (spec §6.8), each for one of its invitations. The store keeps the words and
 * the link, since both have to outlive a restart; they are erased when the invitation is revoked or has expired.
 */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import type { InvitationId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { LINK_MAX_LENGTH } from './invitation.ts'
import { NameWindow } from './knock.ts'
import type { MembershipLog } from './log.ts'
import { SHORT_ID_BYTES } from './spec.ts'
import { SPOKEN_TRIES, SPOKEN_WORDS, type SpokenCode } from './spokenCode.ts'
import { codeDead } from './spokenMeeting.ts'
import { spokenKnockName } from './spokenNames.ts'
import { circleStoreName } from './storeName.ts'

/** UTF-16 units of the longest word of the list. */
const MAX_WORD_LENGTH = 8
/** Bytes of a key or certificate of the suite `hybrid`, with room. */
const MAX_IDENTITY_BYTES = 1_024

/** A key pair that shows itself to whoever calls with the number, made for one code: it leads to no circle. */
export interface SpokenIdentity {
  /** PKCS #8 DER: a secret. */
  readonly pkcs8: Uint8Array
  readonly certificate: Uint8Array
}

export interface OpenSpoken {
  readonly invitation: InvitationId
  /** A secret. */
  readonly code: SpokenCode
  /** What is handed over to who knows the code: a secret. */
  readonly link: string
  readonly expires: number
  /** Runs begun that were not right, those still going included. */
  readonly tries: number
  readonly identity: SpokenIdentity
}

export interface SpokenContext {
  readonly suite: Suite
  readonly store: Store
  readonly log: MembershipLog
}

export class SpokenInvitations {
  private readonly context: SpokenContext
  private readonly records: RecordMap
  private readonly windows = new Map<number, NameWindow>()

  constructor(context: SpokenContext) {
    this.context = context
    this.records = context.store.map(circleStoreName(context.log.circle, 'spoken'))
  }

  /** Keeps a code open for an invitation. Same number: replaces. Durable on return. */
  put({ invitation, code, link, expires, tries, identity }: OpenSpoken): void {
    const { pkcs8, certificate } = identity
    const fields = [fromBase32(invitation), [...code.words], link, expires, tries, pkcs8, certificate]
    this.records.set(String(code.number), encodeValue(fields))
  }

  /** Those that have not ended, dead ones included. */
  all(now: number): OpenSpoken[] {
    return this.records
      .entries()
      .map(([number, bytes]) => decode(Number(number), bytes))
      .filter(({ invitation, expires }) => now <= expires && this.stateOf(invitation) !== 'revoked')
  }

  /** Those that somebody may try. That of a spent invitation too: the answer may have to be fetched again (§6.5). */
  open(now: number): OpenSpoken[] {
    return this.all(now).filter(({ tries }) => tries < SPOKEN_TRIES)
  }

  /** How many somebody could still join with. */
  unspent(now: number): number {
    return this.open(now).filter(({ invitation }) => this.stateOf(invitation) === 'live').length
  }

  /** The code that a caller with this name means. */
  forKnock(knock: string, now: number): OpenSpoken | undefined {
    return this.open(now).find(({ code }) => this.window(code.number).accepts(knock, now))
  }

  /**
   * Counts a try before anything is answered, so that neither parallel runs nor a crash give one away. Durable on return.
   * @throws PeerFault 'code-dead'; Unavailable from the store: then nothing may be answered
   */
  begin(number: number, now: number): OpenSpoken {
    const spoken = this.open(now).find(({ code }) => code.number === number)
    if (spoken === undefined) throw codeDead()
    const begun = { ...spoken, tries: spoken.tries + 1 }
    this.put(begun)
    return begun
  }

  /** Gives a try back: the caller had the code. */
  giveBack(number: number, now: number): void {
    const spoken = this.all(now).find(({ code }) => code.number === number)
    if (spoken !== undefined) this.put({ ...spoken, tries: Math.max(0, spoken.tries - 1) })
  }

  /** How many tries an invitation's code stands yet; undefined: it has no code, or one that ended. */
  triesLeft(invitation: InvitationId, now: number): number | undefined {
    const spoken = this.all(now).find((one) => one.invitation === invitation)
    return spoken && Math.max(0, SPOKEN_TRIES - spoken.tries)
  }

  /** Erases codes that were revoked or have ended. To be called now and then. */
  sweep(now: number): void {
    const kept = new Set(this.all(now).map(({ code }) => String(code.number)))
    for (const [number] of this.records.entries()) {
      if (kept.has(number)) continue
      this.records.delete(number)
      this.windows.delete(Number(number))
    }
  }

  private window(number: number): NameWindow {
    let window = this.windows.get(number)
    if (window === undefined) {
      window = new NameWindow((hour) => spokenKnockName(this.context.suite, number, hour))
      this.windows.set(number, window)
    }
    return window
  }

  private stateOf(invitation: InvitationId): string | undefined {
    return this.context.log.state().invitations.get(invitation)?.state
  }
}

function decode(number: number, bytes: Uint8Array): OpenSpoken {
  return decodeStored(bytes, (reader) => ({
    invitation: base32(reader.bytes(SHORT_ID_BYTES)) as InvitationId,
    code: {
      number,
      words: reader.record((words) =>
        Array.from({ length: SPOKEN_WORDS }, () => words.text(MAX_WORD_LENGTH)),
      ),
    },
    link: reader.text(LINK_MAX_LENGTH),
    expires: reader.int(),
    tries: reader.int(),
    identity: {
      pkcs8: reader.bytes(1, MAX_IDENTITY_BYTES),
      certificate: reader.bytes(1, MAX_IDENTITY_BYTES),
    },
  }))
}
