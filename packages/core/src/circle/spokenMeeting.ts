/**
 * The meeting of the two who share a spoken code (spec §6.8): CPace bound to the tunnel that it runs over, a proof of
 * either side, and then the invitation's link. The joiner proves first: whoever answers in the inviter's place has one
 * guess at what the joiner typed, and whoever calls has one at what the inviter holds.
 */
import { u32, utf8 } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeRecord } from '../codec/reader.ts'
import { CPACE_SHARE_BYTES, cpaceKey, cpaceShare, type CpaceInput, type CpaceShare } from '../crypto/cpace.ts'
import { LABEL, labelled, type Label } from '../crypto/labels.ts'
import { Secret } from '../crypto/secret.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { Primitives } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import { LINK_MAX_LENGTH } from './invitation.ts'
import { CIRCLE_VERSION } from './spec.ts'
import { spokenSecret, type SpokenCode } from './spokenCode.ts'

/** Bytes of what the joiner says, either time: a version and a share, or a proof. */
export const MEETING_REQUEST_MAX_BYTES = 64
/** Bytes of an answer: a proof and a sealed link. */
export const MEETING_ANSWER_MAX_BYTES = LINK_MAX_LENGTH + 128
/** Bytes of a proof and of a key. */
const KEY_BYTES = 32
/** Bytes that AES-256-GCM adds. */
const TAG_BYTES = 16
/** A key seals one link, ever. */
const NONCE = new Uint8Array(12)

/** What both sides know of the tunnel and of each other. */
export interface MeetingBinding {
  readonly suite: Suite
  readonly primitives: Primitives
  /** EXPORTER_BYTES of the tunnel's channel binding. */
  readonly exporter: Uint8Array
  /** SPKI DER that either side proved in the handshake: RFC 9266's exporter does not cover the caller's. */
  readonly joinerKey: Uint8Array
  readonly inviterKey: Uint8Array
}

/** The joiner's side, from its first message on. */
export interface JoinerMeeting {
  /** To be sent first. */
  readonly hello: Uint8Array
  /** Takes the inviter's share. @throws PeerFault 'code-dead' | 'malformed' | 'key-malformed' */
  readonly prove: (answer: Uint8Array) => JoinerProof
}

export interface JoinerProof {
  /** To be sent second: whoever gets it can check one guess with it. */
  readonly proof: Uint8Array
  /** Takes the inviter's last word. @returns the link @throws PeerFault 'code-wrong' | 'malformed' */
  readonly finish: (answer: Uint8Array) => string
}

/** The inviter's side, from the joiner's first message on. */
export interface InviterMeeting {
  readonly answer: Uint8Array
  /** Whether the joiner has the code. @throws PeerFault 'malformed' */
  readonly holds: (proof: Uint8Array) => boolean
  /** To be sent to a joiner that has it, and to nobody else. */
  readonly handOver: (link: string) => Uint8Array
}

interface MeetingKeys {
  readonly joinerProof: Uint8Array
  readonly inviterProof: Uint8Array
  /** Seals the link. */
  readonly link: Uint8Array
}

export function startMeeting(binding: MeetingBinding, code: SpokenCode, random: Random): JoinerMeeting {
  const input = inputOf(binding, code)
  const own = cpaceShare(binding.primitives, input, random)
  return {
    hello: encodeValue([CIRCLE_VERSION, own.point]),
    prove: (answer) => {
      const share = readShare(answer)
      const keys = keysOf(binding, own, { other: share, joiner: own.point, inviter: share })
      return { proof: encodeValue([keys.joinerProof]), finish: (last) => readLink(binding.suite, keys, last) }
    },
  }
}

/** @throws PeerFault 'malformed' | 'oversize' | 'version-unknown' | 'key-malformed' */
export function answerMeeting(
  binding: MeetingBinding,
  code: SpokenCode,
  hello: Uint8Array,
  random: Random,
): InviterMeeting {
  const { suite, primitives } = binding
  const share = readHello(hello)
  const own = cpaceShare(primitives, inputOf(binding, code), random)
  const keys = keysOf(binding, own, { other: share, joiner: share, inviter: own.point })
  return {
    answer: encodeValue([true, own.point]),
    holds: (proof) => suite.equal(readProof(proof), keys.joinerProof),
    handOver: (link) => {
      const sealed = suite.aeadSeal(keys.link, NONCE, labelled(LABEL.spokenLink), utf8(link))
      return encodeValue([true, keys.inviterProof, sealed])
    },
  }
}

/** What a joiner is told that can't be served, at either step: no, and not why. */
export function refuseMeeting(): Uint8Array {
  return encodeValue([false])
}

function inputOf({ suite, exporter, joinerKey, inviterKey }: MeetingBinding, code: SpokenCode): CpaceInput {
  const parties = [suite.hash(joinerKey), suite.hash(inviterKey)]
  return {
    secret: spokenSecret(code),
    channel: labelled(LABEL.spokenMeeting, u32(code.number), ...parties),
    session: exporter,
  }
}

function keysOf(
  { suite, primitives, exporter }: MeetingBinding,
  own: CpaceShare,
  { other, joiner, inviter }: Readonly<Record<'other' | 'joiner' | 'inviter', Uint8Array>>,
): MeetingKeys {
  const data = new Uint8Array(0) // who they are is in the channel identifier
  using key = Secret.take(
    cpaceKey(primitives, own, other, {
      session: exporter,
      initiator: { point: joiner, data },
      responder: { point: inviter, data },
    }),
  )
  own.scalar.fill(0)
  const derive = (label: Label): Uint8Array => suite.hkdf(key.bytes, exporter, labelled(label), KEY_BYTES)
  return {
    joinerProof: derive(LABEL.spokenJoinerProof),
    inviterProof: derive(LABEL.spokenInviterProof),
    link: derive(LABEL.spokenLink),
  }
}

function readHello(bytes: Uint8Array): Uint8Array {
  return decodeRecord(bytes, MEETING_REQUEST_MAX_BYTES, (reader) => {
    if (reader.int() !== CIRCLE_VERSION) throw new PeerFault('version-unknown')
    return reader.bytes(CPACE_SHARE_BYTES)
  })
}

function readShare(bytes: Uint8Array): Uint8Array {
  return decodeRecord(bytes, MEETING_ANSWER_MAX_BYTES, (reader) => {
    if (!reader.bool()) throw codeDead()
    return reader.bytes(CPACE_SHARE_BYTES)
  })
}

function readProof(bytes: Uint8Array): Uint8Array {
  return decodeRecord(bytes, MEETING_REQUEST_MAX_BYTES, (reader) => reader.bytes(KEY_BYTES))
}

function readLink(suite: Suite, keys: MeetingKeys, bytes: Uint8Array): string {
  const { proof, sealed } = decodeRecord(bytes, MEETING_ANSWER_MAX_BYTES, (reader) => {
    if (!reader.bool()) throw wrong()
    return { proof: reader.bytes(KEY_BYTES), sealed: reader.bytes(TAG_BYTES, LINK_MAX_LENGTH + TAG_BYTES) }
  })
  if (!suite.equal(proof, keys.inviterProof)) throw wrong()
  const link = suite.aeadOpen(keys.link, NONCE, labelled(LABEL.spokenLink), sealed)
  if (link === undefined) throw wrong()
  return new TextDecoder().decode(link)
}

/** A slip of the tongue and somebody in the middle look the same from here: either way the two don't share the words. */
function wrong(): PeerFault {
  return new PeerFault('code-wrong', {
    details: { of: 'answer' },
    message: 'The device that answered does not know these words: a wrong code, or somebody in between.',
    remedy: 'Check the code with whoever read it out. After three wrong tries it is dead: ask for a new one.',
  })
}

/** Nobody at the far side holds this code any more. */
export function codeDead(): PeerFault {
  return new PeerFault('code-dead', {
    details: { of: 'answer' },
    message: 'This code is not good any more: it has ended, or was tried too often.',
    remedy: 'Ask for a new code.',
  })
}
