/**
 * A circle of two devices whose membership never changes: the log is measured elsewhere, and here it would be the same
 * few entries in every round. Everything below it is the product's own.
 */
import assert from 'node:assert/strict'
import {
  base32,
  type ConversationId,
  type DeviceId,
  type MemberId,
  type Membership,
  type Suite,
  type SyncedCards,
  type SyncedLog,
} from '@triode/core'
import { systemRandom } from '@triode/crypto'

const CONTROL = base32(new Uint8Array(16).fill(6)) as ConversationId
export const CONVERSATION = base32(new Uint8Array(16).fill(5)) as ConversationId
export const ORDER_KEY = new Uint8Array(32).fill(6)

/** A device's keys in hexadecimal, as they go from process to process. */
export interface Keys {
  readonly pkcs8: string
  readonly publicKey: string
  readonly sealingSecret: string
  readonly sealingKey: string
}

export function makeKeys(suite: Suite): Keys {
  const signing = suite.signing.generate(systemRandom)
  const sealing = suite.sealing.generate(systemRandom)
  return {
    pkcs8: toHex(signing.exportPkcs8()),
    publicKey: toHex(signing.publicKey),
    sealingSecret: toHex(sealing.secret),
    sealingKey: toHex(sealing.publicKey),
  }
}

/** Here each member has one device. */
export function deviceOf(suite: Suite, { publicKey }: Keys): DeviceId & MemberId {
  return base32(suite.hash(fromHex(publicKey)).subarray(0, 32)) as DeviceId & MemberId
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** What `own` knows of itself and of `other`. */
export function pairMembership(suite: Suite, own: Keys, other: Keys): Membership {
  const [self, far] = [deviceOf(suite, own), deviceOf(suite, other)]
  const devices: readonly DeviceId[] = [self, far]
  const isOne = (device: DeviceId) => devices.includes(device)
  const keysOf = (device: DeviceId) => (device === self ? own : other)
  return {
    log: NO_LOG,
    cards: NO_CARDS,
    control: CONTROL,
    isActive: isOne,
    publicKey: (device) => (isOne(device) ? fromHex(keysOf(device).publicKey) : undefined),
    memberOf: (device) => (isOne(device) ? deviceOf(suite, keysOf(device)) : undefined),
    readers: () => devices,
    mayRead: isOne,
    mayWrite: isOne,
    wasWriter: isOne,
    conversations: () => [CONVERSATION],
    shared: (device) => (isOne(device) ? [CONVERSATION] : []),
    recipients: () => [{ member: far, devices: [far] }],
    ownOtherDevices: () => [],
    sealingTarget: (device) => ({ device, generation: 0, sealingKey: fromHex(keysOf(device).sealingKey) }),
    sealingKey: () => suite.sealing.fromSecret(fromHex(own.sealingSecret)),
    forget: () => undefined,
  }
}

const NO_LOG: SyncedLog = {
  heads: () => [],
  locator: () => [],
  has: () => true,
  size: () => 0,
  from: () => [],
  missingFor: () => [],
  add: () => 'known',
}

const NO_CARDS: SyncedCards = {
  digest: () => new Uint8Array(32),
  versions: () => [],
  newerThan: () => undefined,
  judge: () => 'unknown',
  find: () => undefined,
  put: () => assert.fail('there are none'),
}
