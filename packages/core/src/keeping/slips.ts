/** Acknowledgements on their way by a keeper: sealed to the author whose entries they are of (spec §16.7). */
import { fromBase32 } from '../base32.ts'
import { concat, u32 } from '../bytes.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { SealingKey, Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import { padme } from '../feed/padding.ts'
import type { BlobId, ConversationId, DeviceId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import { MAX_ACKS_PER_SLIP, MAX_COMPLETES_PER_SLIP } from './spec.ts'

/** A device has all of a blob, and says so to whoever sent it. */
export interface Complete {
  readonly blob: BlobId
  readonly device: DeviceId
  /** Over completeStatement(). */
  readonly signature: Uint8Array
}

/** What the reader signs. */
export function completeStatement(
  conversation: ConversationId,
  { blob, device }: Pick<Complete, 'blob' | 'device'>,
): Uint8Array {
  return labelled(LABEL.complete, fromBase32(conversation), fromBase32(blob), fromBase32(device))
}

export interface Slip {
  /** To the keeper: for whom it is. From the keeper: who left it. */
  readonly device: DeviceId
  /** Of the sealing key that it is sealed to. */
  readonly generation: number
  readonly enc: Uint8Array
  readonly ciphertext: Uint8Array
}

/** So that their lengths don't tell one acknowledgement from two. */
const MIN_SLIP_BYTES = 1_024
/** Ends the frames; zeros follow (ISO/IEC 7816-4). It is no length that a frame has. */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff)
const NO_AAD = new Uint8Array(0)
/** Each brings one acknowledgement or file at least. */
const MAX_FRAMES = MAX_ACKS_PER_SLIP + MAX_COMPLETES_PER_SLIP

/** @param frames as on the sync stream @returns undefined for a key that is none */
export function sealSlip(
  suite: Suite,
  random: Random,
  { device, generation, sealingKey }: EnvelopeTarget,
  frames: readonly Uint8Array[],
): Slip | undefined {
  const content = concat(...frames.flatMap((frame) => [u32(frame.length), frame]), END)
  const padded = new Uint8Array(Math.max(MIN_SLIP_BYTES, padme(content.length)))
  padded.set(content)
  try {
    const sealed = suite.sealing.seal(sealingKey, slipInfo(device), NO_AAD, padded, random)
    return { device, generation, ...sealed }
  } catch (fault) {
    if (!(fault instanceof PeerFault)) throw fault
    return undefined
  }
}

/** @param device that `key` is of @returns frames; undefined for what nobody sealed to it, or has more than a slip may bring */
export function openSlip(key: SealingKey, device: DeviceId, slip: Slip): Uint8Array[] | undefined {
  const content = key.open(slip.enc, slipInfo(device), NO_AAD, slip.ciphertext)
  if (content === undefined) return undefined
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  const frames: Uint8Array[] = []
  for (let at = 0; at + 4 <= content.length;) {
    const length = view.getUint32(at)
    if (length === 0xffff_ffff) return frames
    if (length > content.length - at - 4 || frames.length === MAX_FRAMES) return undefined
    frames.push(content.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return undefined
}

function slipInfo(device: DeviceId): Uint8Array {
  return labelled(LABEL.slip, fromBase32(device))
}
