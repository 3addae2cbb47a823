/** Who appears in the vectors: keys from fixed seeds, and a small circle of three. */
import {
  base32,
  consentStatement,
  createSimulationSuite,
  createSuite,
  deviceIdOf,
  invitationKeys,
  memberIdOf,
  MembershipLog,
  NamesKey,
  signCard,
  type DeviceId,
  type InvitationKeys,
  type InvitationLink,
  type MemberId,
  type SealingKey,
  type SigningKey,
  type Suite,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore } from '@triode/testkit'

export const primitives = nodePrimitives()
/** The default suite. */
export const hybrid: Suite = createSuite('hybrid', primitives)
/** As `hybrid`, but for X25519 (RFC 9180, DHKEM 0x0020) in the place of X-Wing: sealing can be repeated. */
export const repeatable: Suite = createSimulationSuite(primitives)

/** 2027-01-15T08:00:00Z. */
export const NOW = 1_800_000_000_000
export const DAY = 86_400_000

/** `length` bytes, all `value`. */
export function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value)
}

/** Randomness that gives bytes of `value`, whatever is asked for. */
export function fixed(value: number): { bytes: (count: number) => Uint8Array } {
  return { bytes: (count) => filled(count, value) }
}

export interface Person {
  readonly seed: Uint8Array
  readonly signing: SigningKey
  readonly sealingSeed: Uint8Array
  readonly sealing: SealingKey
  readonly device: DeviceId
  readonly member: MemberId
}

/** The names key of the small circle, as its founder draws it. */
export const NAMES = new NamesKey(hybrid, filled(32, 0x01))

/** Someone whose keys come from seeds of one byte, repeated. */
export function person(suite: Suite, value: number): Person {
  const signing = suite.signing.generate(fixed(value))
  const sealing = suite.sealing.generate(fixed(value + 0x80))
  const device = deviceIdOf(suite, signing.publicKey)
  const member = memberIdOf(device)
  return { seed: filled(32, value), sealingSeed: filled(32, value + 0x80), signing, sealing, device, member }
}

export const [alice, bob, carol] = [person(hybrid, 0xa1), person(hybrid, 0xb2), person(hybrid, 0xc3)]

/** Alice founds a circle and admits Bob. */
export function smallLog(): { log: MembershipLog; keys: InvitationKeys; link: InvitationLink } {
  const store = createMemoryStore()
  const founding = { key: alice.signing, random: fixed(0x01), name: 'The Band', nickname: 'Alice', at: NOW }
  const log = MembershipLog.create({ suite: hybrid, store }, founding)
  const secret = filled(32, 0x5e)
  const keys = invitationKeys(hybrid, log.circle, alice.device, secret)
  const expires = NOW + DAY
  log.append(alice.signing, { type: 'invite', tag: keys.tag, expires, role: 'member' }, NOW + 1)
  const consent = bob.signing.sign(consentStatement(log.circle, keys.id))
  const admit = {
    type: 'admit',
    invitation: keys.id,
    publicKey: bob.signing.publicKey,
    consent,
    nickname: 'Bob',
  } as const
  log.append(alice.signing, admit, NOW + 2)
  const link: InvitationLink = {
    circle: log.circle,
    suite: 'hybrid',
    fingerprint: hybrid.hash(alice.signing.publicKey),
    inviter: alice.device,
    secret,
    expires,
    addresses: ['lan:', 'tcp:192.0.2.1:4711', 'tcp:[2001:db8::1]:4711'],
  }
  return { log, keys, link }
}

export const circle = smallLog().log.circle

/** A signed card of `whom`. */
export function cardOf(whom: Person, generation = 7): Uint8Array {
  return signCard(hybrid, whom.signing, circle, {
    device: whom.device,
    generation,
    sealingGeneration: 3,
    sealingKey: whom.sealing.publicKey,
    addresses: ['lan:', 'tcp:192.0.2.1:4711'],
    at: NOW,
  })
}

/** The id whose bytes are all `value`. */
export function idOf(length: number, value: number): string {
  return base32(filled(length, value))
}
