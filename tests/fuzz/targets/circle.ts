/** The membership log, cards, invitations and joining. */
import {
  answerMeeting,
  CallerFault,
  CardBook,
  CircleSecrets,
  compareScanned,
  concat,
  decodeEntry,
  decodeSecretEntry,
  encodeSecretEntry,
  encodeValue,
  formatKeys,
  formatLink,
  formatSpokenCode,
  fromBase32,
  IntegrityFault,
  LOG_ENTRY_MAX_BYTES,
  MembershipLog,
  NamesKey,
  openCard,
  OwnInvitations,
  parseLink,
  parseSpokenCode,
  PeerFault,
  SealingKeys,
  SpokenInvitations,
  startMeeting,
  StoredNamesKey,
  u64,
  utf8,
  Verifications,
  verifyEntry,
  type InvitationId,
  type SealPlace,
} from '@triode/core'
import {
  decodeProven,
  decodeRequest,
  decodeResponse,
  encodeProven,
  encodeRequest,
  encodeResponse,
  JOIN_REQUEST_MAX_BYTES,
} from '../../../packages/core/src/circle/joinWire.ts'
import { createMemoryStore } from '@triode/testkit'
import {
  alice,
  bob,
  cardOf,
  circle,
  DAY,
  filled,
  fixed,
  hybrid,
  idOf,
  NAMES,
  NOW,
  primitives,
  smallLog,
  type Person,
} from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { ContractBroken, target, textTarget, type Target } from '../target.ts'
import { plantedStore, valuesOf } from './planted.ts'

const keyOf = () => alice.signing.publicKey
const base = smallLog()

const wire: readonly Target[] = [
  target({
    name: 'log-entry',
    covers: [
      'core/circle/entry.ts decodeEntry',
      'core/circle/entry.ts verifyEntry',
      'core/circle/payloadCodec.ts readPayload',
    ],
    faults: [PeerFault],
    seeds: () => bytesIn('log-entries', 'bytes').filter((bytes) => bytes.length < 4_096),
    decode: (input) => {
      const signed = decodeEntry(hybrid, input, NAMES)
      try {
        verifyEntry(hybrid, signed, alice.signing.publicKey)
      } catch (error) {
        if (!(error instanceof PeerFault)) throw error
      }
      return signed
    },
    encode: ({ body, signature }) => encodeValue([body, signature]),
  }),
  target({
    name: 'log-add',
    covers: ['core/circle/log.ts'],
    faults: [PeerFault],
    seeds: () =>
      [...bytesIn('membership-log', 'entries'), ...bytesIn('log-entries', 'bytes')].filter(
        (bytes) => bytes.length < 4_096,
      ),
    decode: (input) => {
      const store = createMemoryStore()
      new StoredNamesKey(store, base.log.circle).put(NAMES.bytes)
      const log = MembershipLog.open({ suite: hybrid, store }, base.log.circle)
      for (const bytes of base.log.allBytes()) log.add(bytes)
      log.add(input)
      return log.state()
    },
  }),
  target({
    name: 'sealed-fields',
    covers: ['core/circle/names.ts'],
    // What somebody with the key seals into an entry is no fault of the entry, whatever it is.
    faults: [],
    seeds: () => [
      utf8('Alice'),
      utf8('\u202e'),
      encodeValue([filled(16, 4), [fromBase32(bob.device)]]),
      encodeValue([filled(16, 4), [fromBase32(bob.device)], []]),
    ],
    decode: (input) => {
      for (const code of SEALED_CODES) checkSealed(code, input)
      return input
    },
  }),
  target({
    name: 'card',
    covers: ['core/circle/card.ts openCard', 'core/circle/card.ts readAddresses'],
    faults: [PeerFault],
    seeds: () => bytesIn('cards', 'bytes'),
    decode: (input) => {
      openCard(hybrid, circle, input, keyOf)
      return input
    },
    encode: (input) => input,
  }),
  textTarget({
    name: 'invitation-link',
    covers: ['core/circle/invitation.ts parseLink'],
    faults: [CallerFault],
    seeds: () => [formatLink(base.link), 'triode:', ` ${formatLink(base.link).toUpperCase()}\n`],
    words: ['triode:', ' ', 'a', '7'],
    decode: parseLink,
    format: formatLink,
  }),
  target({
    name: 'join-proven',
    covers: ['core/circle/joinWire.ts decodeProven'],
    faults: [PeerFault],
    seeds: () => bytesIn('joining', 'bytes'),
    decode: (input) => decodeProven(input, JOIN_REQUEST_MAX_BYTES),
    encode: encodeProven,
  }),
  target({
    name: 'join-request',
    covers: ['core/circle/joinWire.ts decodeRequest'],
    faults: [PeerFault],
    seeds: () => bytesIn('joining', 'bytes', 'body'),
    decode: decodeRequest,
    encode: encodeRequest,
  }),
  target({
    name: 'join-response',
    covers: ['core/circle/joinWire.ts decodeResponse'],
    faults: [PeerFault],
    seeds: () => bytesIn('joining', 'bytes'),
    decode: (input) => decodeResponse(hybrid, input),
    encode: encodeResponse,
  }),
]

/** Types with a sealed field: a room, its members, a nickname, the circle's name. */
const SEALED_CODES = [7, 8, 9, 10] as const

/**
 * An entry of that type in which `content` is sealed well decodes; to a name or to seats if it is in the one encoding of such, and else to
 * none. @throws ContractBroken
 */
function checkSealed(code: (typeof SEALED_CODES)[number], content: Uint8Array): void {
  const place = { code, author: fromBase32(alice.device), sequence: 5 }
  const sealed = sealRaw(place, content, code < 9 ? 512 : 64)
  if (sealed.length > (code < 9 ? LOG_ENTRY_MAX_BYTES - 512 : 284)) return
  const head = [1, fromBase32(circle), code, place.author, place.sequence, [filled(32, 1)], NOW]
  const bytes = encodeValue([encodeValue([...head, sealed]), filled(64, 0)])
  const { payload } = decodeEntry(hybrid, bytes, NAMES).entry
  const again =
    payload.type === 'room'
      ? encodeValue([payload.nonce, payload.members.map(fromBase32)])
      : payload.type === 'room-members'
        ? encodeValue([fromBase32(payload.room), payload.add.map(fromBase32), payload.remove.map(fromBase32)])
        : payload.type === 'rename' && payload.name !== undefined
          ? utf8(payload.name)
          : payload.type === 'nickname' && payload.nickname !== undefined
            ? utf8(payload.nickname)
            : content
  if (Buffer.compare(again, content) !== 0)
    throw new ContractBroken('it opens, but its one encoding is another')
}

/** As NamesKey seals, of any bytes (spec §5.13). */
function sealRaw(place: SealPlace, content: Uint8Array, step: number): Uint8Array {
  const length = Math.ceil((content.length + 1) / step) * step
  const padded = new Uint8Array(length)
  padded.set(content)
  padded[content.length] = 0x80
  const aad = concat(Uint8Array.of(place.code, 0), place.author, u64(place.sequence))
  const key = hybrid.expand(NAMES.bytes, utf8('triode/v1/circle/names-seal'), 32)
  return concat(filled(12, 9), hybrid.aeadSeal(key, filled(12, 9), aad, padded))
}

const binding = {
  suite: hybrid,
  primitives,
  exporter: filled(32, 0xee),
  joinerKey: alice.signing.publicKey,
  inviterKey: alice.signing.publicKey,
}
const code = { number: 4_821, words: ['crucial', 'clown'] }

const spoken: readonly Target[] = [
  textTarget({
    name: 'spoken-code',
    covers: ['core/circle/spokenCode.ts parseSpokenCode'],
    faults: [CallerFault],
    seeds: () => ['4821-crucial-clown', ' 48 21 CRUC clow', '0000 a b'],
    words: ['4821', '-', ' ', 'crucial', 'zoo', 'aban'],
    decode: parseSpokenCode,
    format: formatSpokenCode,
  }),
  target({
    name: 'spoken-hello',
    covers: ['core/circle/spokenMeeting.ts'],
    faults: [PeerFault],
    seeds: () => [startMeeting(binding, code, fixed(1)).hello],
    decode: (input) => answerMeeting(binding, code, input, fixed(2)).answer,
  }),
  target({
    name: 'spoken-answer',
    covers: [],
    faults: [PeerFault],
    seeds: () => [
      answerMeeting(binding, code, startMeeting(binding, code, fixed(1)).hello, fixed(2)).answer,
      encodeValue([false]),
    ],
    decode: (input) => startMeeting(binding, code, fixed(1)).prove(input).proof,
  }),
  target({
    name: 'spoken-proof',
    covers: [],
    faults: [PeerFault],
    seeds: () => [encodeValue([filled(32, 1)])],
    decode: (input) =>
      answerMeeting(binding, code, startMeeting(binding, code, fixed(1)).hello, fixed(2)).holds(input),
  }),
  target({
    name: 'spoken-link',
    covers: [],
    faults: [PeerFault],
    seeds: () => {
      const far = answerMeeting(binding, code, startMeeting(binding, code, fixed(1)).hello, fixed(2))
      return [far.handOver('triode:a'), encodeValue([false])]
    },
    decode: (input) => {
      const near = startMeeting(binding, code, fixed(1))
      return near.prove(answerMeeting(binding, code, near.hello, fixed(2)).answer).finish(input)
    },
  }),
]

const shown = ({ device, signing }: Person) => ({ id: device, publicKey: signing.publicKey })
const bobsKeys = { suite: hybrid, circle, ownKey: bob.signing.publicKey, theirs: [shown(alice)] }
const alicesKeys = { suite: hybrid, circle, ownKey: alice.signing.publicKey, theirs: [shown(bob)] }

const scanned: readonly Target[] = [
  textTarget({
    name: 'scanned-keys',
    covers: ['core/circle/scannedKeys.ts'],
    faults: [CallerFault],
    seeds: () => [formatKeys(bobsKeys), formatKeys(alicesKeys), ` ${formatKeys(bobsKeys).toUpperCase()}\n`],
    words: ['triode-keys:', ' ', 'a', '7'],
    // Nothing but the very two keys is the same: whoever passes is Bob.
    decode: (text) => {
      const { id } = compareScanned(alicesKeys, text)
      if (id !== bob.device) throw new ContractBroken('it is taken for another than it is')
      return id
    },
  }),
]

const atRest: readonly Target[] = [
  target({
    name: 'stored-log',
    covers: [],
    faults: [IntegrityFault],
    seeds: () =>
      [...bytesIn('membership-log', 'entries'), ...bytesIn('log-entries', 'bytes')].filter(
        (bytes) => bytes.length < 4_096,
      ),
    decode: (input) => {
      // The names key is another record, and whole.
      const store = { ...plantedStore(input), map: () => plantedStore(NAMES.bytes).map('') }
      return MembershipLog.open({ suite: hybrid, store }, base.log.circle).state()
    },
  }),
  target({
    name: 'stored-names-key',
    covers: [],
    faults: [IntegrityFault],
    seeds: () => [NAMES.bytes],
    decode: (input) => {
      const key = new StoredNamesKey(plantedStore(input), circle).get()
      return key && new NamesKey(hybrid, key).id
    },
  }),
  target({
    name: 'stored-card',
    covers: [],
    faults: [PeerFault, IntegrityFault],
    seeds: () => [cardOf(alice)],
    decode: (input) =>
      new CardBook({ suite: hybrid, store: plantedStore(input), circle, publicKeyOf: keyOf }).versions(),
  }),
  target({
    name: 'circle-secret-entry',
    covers: [
      'core/circle/secretRotationEntry.ts decodeSecretEntry',
      'core/circle/secretRotationEntry.ts readSecret',
    ],
    faults: [PeerFault],
    seeds: () => {
      const secret = filled(32, 5)
      return [0, 16].map((length) =>
        encodeSecretEntry({ generation: length, secret, covers: filled(length, 6) }),
      )
    },
    decode: decodeSecretEntry,
    encode: encodeSecretEntry,
  }),
  target({
    name: 'stored-circle-secret',
    covers: ['core/circle/circleSecrets.ts'],
    faults: [IntegrityFault],
    seeds: () => valuesOf((store) => new CircleSecrets(store, circle).create(fixed(1))),
    decode: (input) => new CircleSecrets(plantedStore(input), circle).all(),
  }),
  target({
    name: 'stored-sealing-key',
    covers: ['core/circle/sealingKeys.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) =>
        new SealingKeys({ suite: hybrid, store, circle, random: fixed(1) }).rotateIfDue(NOW),
      ),
    decode: (input) =>
      new SealingKeys({ suite: hybrid, store: plantedStore(input), circle, random: fixed(1) }).current,
  }),
  target({
    name: 'stored-verification',
    covers: ['core/circle/verifications.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) =>
        new Verifications(hybrid, store, circle).mark(alice.device, alice.signing.publicKey, NOW),
      ),
    decode: (input) => {
      const known = new Verifications(hybrid, plantedStore(input), circle)
      const device = { id: alice.device, publicKey: alice.signing.publicKey, active: true }
      return [known.isVerified(device.id, device.publicKey), known.verificationOf([device])]
    },
  }),
  target({
    name: 'stored-invitation',
    covers: ['core/circle/ownInvitations.ts'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([
        filled(16, 1),
        ...[2, 3, 4, 5].map((value) => filled(32, value)),
        NOW,
        0,
        fromBase32(alice.device),
      ]),
    ],
    decode: (input) => {
      const context = { suite: hybrid, store: plantedStore(input), log: base.log, key: alice.signing }
      return new OwnInvitations(context).get(base.keys.id)
    },
  }),
  target({
    name: 'stored-spoken-code',
    covers: ['core/circle/spokenInvitations.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) => {
        new SpokenInvitations({ suite: hybrid, store, log: base.log }).put({
          invitation: idOf(16, 1) as InvitationId,
          code,
          link: 'triode:a',
          expires: NOW + DAY,
          tries: 0,
          identity: { pkcs8: filled(48, 1), certificate: filled(200, 2) },
        })
      }),
    decode: (input) => {
      const store = plantedStore(input, { key: '4821' })
      return new SpokenInvitations({ suite: hybrid, store, log: base.log }).open(NOW)
    },
  }),
]

export const circleTargets: readonly Target[] = [...wire, ...spoken, ...scanned, ...atRest]
