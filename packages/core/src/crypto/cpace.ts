/**
 * CPace (draft-irtf-cfrg-cpace), CPACE-X25519-SHA512, in the initiator-responder setting: two sides that share a short
 * secret agree on a key, and whoever does not know it tests one guess by taking part once, and none by listening.
 */
import { concat, utf8 } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { Primitives } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import { elligator2 } from './cpaceMap.ts'

/** Bytes of a share, a scalar and a point: X25519's. */
export const CPACE_SHARE_BYTES = 32
/** Bytes of the key that comes out: SHA-512's. */
export const CPACE_KEY_BYTES = 64

/** The domain separators of the draft, §7.2 there. */
const DSI = utf8('CPace255')
const DSI_ISK = utf8('CPace255_ISK')
/** Bytes that SHA-512 takes in at a time: the padding makes the secret fill the first block alone. */
const HASH_BLOCK_BYTES = 128
/** Of the last byte of a point. */
const TOP_BIT = 0x80
/** One byte tells lengths below this (LEB128). */
const ONE_BYTE_LENGTH = 0x80

/** What both sides have to agree on before the first message. */
export interface CpaceInput {
  /** PRS of the draft: the shared secret, of low entropy. */
  readonly secret: Uint8Array
  /** CI: who speaks with whom, over what. */
  readonly channel: Uint8Array
  /** sid: unlike that of any other run. */
  readonly session: Uint8Array
}

/** One side's part; `scalar` is a secret. */
export interface CpaceShare {
  readonly scalar: Uint8Array
  /** To be sent to the other side. */
  readonly point: Uint8Array
}

/** A share as it was sent, and the associated data sent with it. */
export interface CpaceMessage {
  readonly point: Uint8Array
  readonly data: Uint8Array
}

/** One side begins. Give `random` 32 fresh bytes for each run: a scalar serves once. */
export function cpaceShare(primitives: Primitives, input: CpaceInput, random: Random): CpaceShare {
  const scalar = random.bytes(CPACE_SHARE_BYTES)
  return { scalar, point: multiply(primitives, scalar, cpaceGenerator(primitives, input)) }
}

/**
 * The key (ISK of the draft), the same on both sides if and only if input and messages were. Nothing is proven yet: that
 * takes a confirmation of each side.
 * @param other the far side's point
 * @throws PeerFault 'key-malformed' when the far side's point is of low order (§7.2: abort), or not in canonical form
 */
export function cpaceKey(
  primitives: Primitives,
  own: CpaceShare,
  other: Uint8Array,
  transcript: { session: Uint8Array; initiator: CpaceMessage; responder: CpaceMessage },
): Uint8Array {
  const { session, initiator, responder } = transcript
  // X25519 ignores the top bit, and nobody honest sets it: with it, five of the draft's invalid points would pass.
  if (((other.at(-1) ?? 0) & TOP_BIT) !== 0) throw new PeerFault('key-malformed')
  const shared = multiply(primitives, own.scalar, other)
  const key = primitives.hash(
    'sha512',
    concat(
      withLengths(DSI_ISK, session, shared),
      withLengths(initiator.point, initiator.data),
      withLengths(responder.point, responder.data),
    ),
  )
  shared.fill(0)
  return key
}

/** The generator that the secret stands for, as a u-coordinate (§7.2 and §5.1 there). */
export function cpaceGenerator(primitives: Primitives, { secret, channel, session }: CpaceInput): Uint8Array {
  const filled = withLengths(secret).length + withLengths(DSI).length + 1
  const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - filled))
  const digest = primitives.hash('sha512', withLengths(DSI, secret, padding, channel, session))
  return elligator2(digest.subarray(0, CPACE_SHARE_BYTES))
}

function multiply(primitives: Primitives, scalar: Uint8Array, point: Uint8Array): Uint8Array {
  return primitives.dh('x25519').agree(scalar, point)
}

/** lv_cat of the draft: each part behind its length in LEB128 (§5.1 there). */
function withLengths(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.flatMap((part) => [leb128(part.length), part]))
}

function leb128(value: number): Uint8Array {
  const out: number[] = []
  let rest = value
  for (; rest >= ONE_BYTE_LENGTH; rest = Math.floor(rest / ONE_BYTE_LENGTH)) {
    out.push((rest % ONE_BYTE_LENGTH) | ONE_BYTE_LENGTH)
  }
  return Uint8Array.from([...out, rest])
}
