/** What a circle's onion services are made of (spec §8.4): a seed that this device alone has, and keys of those who may visit. */
import { fromBase32 } from '../base32.ts'
import { damagedRecord } from '../codec/stored.ts'
import { LABEL, labelled, type Label } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import type { CircleId, DeviceId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { circleStoreName } from './storeName.ts'

/** Of an Ed25519 seed, and of an X25519 key. */
const KEY_BYTES = 32
const RECORD = 'seed'

/** The seed of this device's service in `circle`, which its address follows from. */
export class OnionSeed {
  private readonly records: RecordMap

  constructor(store: Store, circle: CircleId) {
    this.records = store.map(circleStoreName(circle, 'onion'))
  }

  /** Made when it is asked for first; durable on return. @throws IntegrityFault 'record-damaged' */
  get(random: Random): Uint8Array {
    const known = this.records.get(RECORD)
    if (known !== undefined && known.length !== KEY_BYTES) throw damagedRecord()
    if (known !== undefined) return known
    const fresh = random.bytes(KEY_BYTES)
    this.records.set(RECORD, fresh)
    return fresh
  }
}

/** The X25519 key with which a member visits the service of `device`. @param secret the circle's */
export function onionVisitorKey(suite: Suite, secret: Uint8Array, device: DeviceId): Uint8Array {
  return keyOf(suite, secret, LABEL.onionVisitor, fromBase32(device))
}

/** The seed of the service at which an invitee finds the inviter. @param key InvitationKeys.lan */
export function invitationOnionSeed(suite: Suite, key: Uint8Array): Uint8Array {
  return keyOf(suite, key, LABEL.invitationOnionSeed)
}

/** The X25519 key with which an invitee visits it. @param key InvitationKeys.lan */
export function invitationVisitorKey(suite: Suite, key: Uint8Array): Uint8Array {
  return keyOf(suite, key, LABEL.invitationOnionVisitor)
}

function keyOf(suite: Suite, key: Uint8Array, label: Label, ...context: Uint8Array[]): Uint8Array {
  return suite.hmac(key, labelled(label, ...context)).slice(0, KEY_BYTES)
}
