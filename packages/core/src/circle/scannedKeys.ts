/** Comparing keys by a QR code instead of words (spec §6.7): one device shows, the other scans, and the other way round. */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeRecord } from '../codec/reader.ts'
import type { Suite } from '../crypto/suite.ts'
import { CallerFault, Fault, PeerFault } from '../fault.ts'
import type { CircleId } from '../id.ts'
import type { Device } from './state.ts'
import { CIRCLE_VERSION, ID_BYTES } from './spec.ts'

const SCHEME = 'triode-keys:'
/** Bytes of the longest hash of a suite. */
const MAX_HASH_BYTES = 64
/** Devices of one member that are shown: with more the code is hard to scan. */
const MAX_SHOWN = 8
/** Bytes of what is shown: nine hashes, a circle and their frame. */
const MAX_BYTES = 1_024
/** Characters of MAX_BYTES in base32, and the scheme. */
const MAX_LENGTH = 1_700

export interface KeysToCompare {
  readonly suite: Suite
  readonly circle: CircleId
  /** SPKI DER of this very device. */
  readonly ownKey: Uint8Array
  /** Active devices of the other member, as this device knows them. */
  readonly theirs: readonly Pick<Device, 'id' | 'publicKey'>[]
}

/** What this device shows to the other: its own key's hash, and those that it takes for the other's. No secret. */
export function formatKeys({ suite, circle, ownKey, theirs }: KeysToCompare): string {
  const believed = theirs.slice(0, MAX_SHOWN).map(({ publicKey }) => suite.hash(publicKey))
  return SCHEME + base32(encodeValue([CIRCLE_VERSION, fromBase32(circle), suite.hash(ownKey), believed]))
}

/**
 * Compares what the other's screen shows with what this device knows, both ways and in constant time.
 * @returns the device that showed it, which is verified now
 * @throws CallerFault 'scan-malformed' | 'wrong-circle' | 'keys-differ': somebody may stand between the two
 */
export function compareScanned(known: KeysToCompare, text: string): Pick<Device, 'id' | 'publicKey'> {
  const { suite, circle, ownKey, theirs } = known
  const shown = readShown(text)
  if (shown === undefined) throw malformed()
  if (shown.circle !== circle) throw otherCircle()
  const device = theirs.find(({ publicKey }) => suite.equal(suite.hash(publicKey), shown.own))
  const own = suite.hash(ownKey)
  const knowsUs = shown.believed.filter((hash) => suite.equal(hash, own)).length > 0
  if (device === undefined || !knowsUs) throw differ()
  return device
}

interface Shown {
  readonly circle: CircleId
  readonly own: Uint8Array
  readonly believed: readonly Uint8Array[]
}

function readShown(text: string): Shown | undefined {
  const trimmed = text.length > MAX_LENGTH ? '' : text.trim().toLowerCase()
  if (!trimmed.startsWith(SCHEME)) return undefined
  try {
    return decodeRecord(fromBase32(trimmed.slice(SCHEME.length)), MAX_BYTES, (reader) => {
      if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
      return {
        circle: base32(reader.bytes(ID_BYTES)) as CircleId,
        own: reader.bytes(ID_BYTES, MAX_HASH_BYTES),
        believed: reader.list(MAX_SHOWN, (value) => {
          if (!(value instanceof Uint8Array)) throw new PeerFault('malformed')
          return value
        }),
      }
    })
  } catch (fault) {
    if (fault instanceof Fault) return undefined
    throw fault
  }
}

function malformed(): CallerFault {
  return new CallerFault('scan-malformed', {
    message: 'This is not a code to compare keys with.',
    remedy: 'Scan what the other device shows for it, from triode-keys: to its end.',
  })
}

function otherCircle(): CallerFault {
  return new CallerFault('wrong-circle', {
    message: 'This code is of another circle.',
    remedy: 'Show the code of the circle that you have in common.',
  })
}

function differ(): CallerFault {
  return new CallerFault('keys-differ', {
    message: 'WARNING: the keys are not the same. Somebody may stand between you and this person.',
    remedy:
      'Trust nothing said in this circle until you know why: ask in person, and compare the right devices.',
  })
}
