/**
 * Key epochs (spec §9.3): a fresh secret, HPKE-sealed to every device that may read, from which the ratchet of the
 * following entries starts. The feed carries only a commitment, so a forged envelope is recognised and ignored.
 */
import { concat, equalBytes, u32, utf8 } from '../bytes.ts'
import { fromBase32 } from '../base32.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import { decodeRecord, type Reader } from '../codec/reader.ts'
import { LABEL } from '../crypto/labels.ts'
import type { SealingKey, Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { DeviceId, FeedId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import { ENVELOPE_TAG_BYTES, EPOCH_SECRET_BYTES, MAX_ENTRY_BYTES, MAX_SEQ } from './spec.ts'

/** An epoch's secret, sealed to one device's sealing key of one generation. */
export interface Envelope {
  /** First bytes of the device id. */
  readonly tag: Uint8Array
  /** Generation of the sealing key, from the device's card. */
  readonly generation: number
  /** Sequence number of the last epoch start before, of this feed, that was sealed to the device; 0 if there is none. */
  readonly previous: number
  readonly enc: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Whom to seal to. */
export interface EnvelopeTarget {
  readonly device: DeviceId
  readonly generation: number
  readonly sealingKey: Uint8Array
}

/** What an envelope gives to whom it is for. */
export interface OpenedEpoch {
  /** Chain key of the epoch's first data entry: a secret. None when it was sealed to a key that this device has no more. */
  readonly chainKey: Uint8Array | undefined
  /** As in Envelope. */
  readonly previous: number
}

export interface EpochStart {
  readonly epoch: number
  readonly commitment: Uint8Array
  /** Hash of all envelopes, so that none can be changed or left out on the way. */
  readonly envelopesHash: Uint8Array
}

export interface NewEpoch {
  /** Body of the feed's epoch entry. */
  readonly body: Uint8Array
  /** Chain key of the epoch's first data entry: a secret. */
  readonly chainKey: Uint8Array
  readonly envelopes: readonly Envelope[]
}

export function envelopeTag(device: DeviceId): Uint8Array {
  return fromBase32(device).subarray(0, ENVELOPE_TAG_BYTES)
}

function place(feed: FeedId, epoch: number): Uint8Array {
  return concat(fromBase32(feed), u32(epoch))
}

function commitmentOf(suite: Suite, feed: FeedId, epoch: number, secret: Uint8Array): Uint8Array {
  return suite.expand(secret, concat(utf8(LABEL.epochCommitment), place(feed, epoch)), EPOCH_SECRET_BYTES)
}

function chainStart(suite: Suite, feed: FeedId, epoch: number, secret: Uint8Array): Uint8Array {
  return suite.expand(secret, concat(utf8(LABEL.epochChainStart), place(feed, epoch)), EPOCH_SECRET_BYTES)
}

function envelopeInfo(feed: FeedId, epoch: number, device: DeviceId): Uint8Array {
  return concat(utf8(LABEL.epochEnvelope), place(feed, epoch), fromBase32(device))
}

/**
 * Draws a secret for `epoch` of `feed` and seals it to each target.
 * @param previous where the last epoch before started that was sealed to a device
 */
export function startEpoch(
  suite: Suite,
  random: Random,
  feed: FeedId,
  epoch: number,
  targets: readonly EnvelopeTarget[],
  previous: ReadonlyMap<DeviceId, number>,
): NewEpoch {
  const secret = random.bytes(EPOCH_SECRET_BYTES)
  const envelopes = targets.flatMap((target) => {
    const sealed = sealTo(suite, random, feed, epoch, target, secret)
    if (sealed === undefined) return []
    const { device, generation } = target
    return [{ tag: envelopeTag(device), generation, previous: previous.get(device) ?? 0, ...sealed }]
  })
  const body = encodeValue([epoch, commitmentOf(suite, feed, epoch, secret), envelopesHash(suite, envelopes)])
  const chainKey = chainStart(suite, feed, epoch, secret)
  secret.fill(0)
  return { body, chainKey, envelopes }
}

/** None for a key that is no key: its device shuts out itself, and must not keep the others from being written to. */
function sealTo(
  suite: Suite,
  random: Random,
  feed: FeedId,
  epoch: number,
  target: EnvelopeTarget,
  secret: Uint8Array,
): Pick<Envelope, 'enc' | 'ciphertext'> | undefined {
  const info = envelopeInfo(feed, epoch, target.device)
  try {
    return suite.sealing.seal(target.sealingKey, info, new Uint8Array(0), secret, random)
  } catch (fault) {
    if (!(fault instanceof PeerFault)) throw fault
    return undefined
  }
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function decodeEpochStart(body: Uint8Array): EpochStart {
  return decodeRecord(body, MAX_ENTRY_BYTES, (reader) => ({
    epoch: reader.int(1, MAX_SEQ),
    commitment: reader.bytes(EPOCH_SECRET_BYTES),
    envelopesHash: reader.bytes(1, 64),
  }))
}

function envelopesHash(suite: Suite, envelopes: readonly Envelope[]): Uint8Array {
  return suite.hash(encodeValue(envelopes.map(envelopeValue)))
}

/** Whether `envelopes` are all those that the author made for the epoch, in their order. */
export function envelopesComplete(suite: Suite, start: EpochStart, envelopes: readonly Envelope[]): boolean {
  return equalBytes(start.envelopesHash, envelopesHash(suite, envelopes))
}

/** An author seals to a device once; it may share its tag with another, and no more are worth a decapsulation each. */
const MAX_TRIED_ENVELOPES = 4

/**
 * What the epoch gives to `device`, if one of `envelopes` is for it and holds the secret committed to, or may have done so
 * for a key that it lost.
 * @param keyOf gives the device's own sealing key of a generation, while it is kept
 */
export function openEpoch(
  suite: Suite,
  feed: FeedId,
  start: EpochStart,
  envelopes: readonly Envelope[],
  device: DeviceId,
  keyOf: (generation: number) => SealingKey | undefined,
): OpenedEpoch | undefined {
  const tag = envelopeTag(device)
  const info = envelopeInfo(feed, start.epoch, device)
  const addressed = envelopes.filter((envelope) => equalBytes(envelope.tag, tag))
  let lost: OpenedEpoch | undefined
  for (const envelope of addressed.slice(0, MAX_TRIED_ENVELOPES)) {
    const key = keyOf(envelope.generation)
    if (key === undefined) lost = { chainKey: undefined, previous: envelope.previous }
    const secret = key?.open(envelope.enc, info, new Uint8Array(0), envelope.ciphertext)
    if (secret?.length !== EPOCH_SECRET_BYTES) continue
    const committed = suite.equal(commitmentOf(suite, feed, start.epoch, secret), start.commitment)
    const chainKey = committed ? chainStart(suite, feed, start.epoch, secret) : undefined
    secret.fill(0)
    if (chainKey !== undefined) return { chainKey, previous: envelope.previous }
  }
  return lost
}

/** [tag, generation, previous, enc, ciphertext] */
export function envelopeValue(envelope: Envelope): Value {
  return [envelope.tag, envelope.generation, envelope.previous, envelope.enc, envelope.ciphertext]
}

/** @throws PeerFault 'malformed' */
export function envelopeOf(reader: Reader): Envelope {
  return {
    tag: reader.bytes(ENVELOPE_TAG_BYTES),
    generation: reader.int(0, 0xffff_ffff),
    previous: reader.int(0, MAX_SEQ),
    enc: reader.bytes(1, MAX_ENC_BYTES),
    ciphertext: reader.bytes(EPOCH_SECRET_BYTES + AEAD_TAG_BYTES),
  }
}

/** ML-KEM-1024's ciphertext is 1,568 bytes, the longest of the suites. */
const MAX_ENC_BYTES = 1_600
const AEAD_TAG_BYTES = 16
