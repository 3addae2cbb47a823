import {
  decodeEntry,
  encodeValue,
  LOG_ENTRY_MAX_BYTES,
  MembershipLog,
  roomIdOf,
  signEntry,
  sortedMembers,
  StoredNamesKey,
  verifyEntry,
  type EntryDraft,
  type EntryHash,
  type InvitationId,
  type NamesKey,
  type Payload,
  type PayloadType,
  type Suite,
} from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import assert from 'node:assert/strict'
import { plain, plainFields, refusal, type Area, type Case, type Refusal } from './area.ts'
import { alice, bob, carol, circle, filled, hybrid, idOf, NAMES, NOW, person, smallLog } from './cast.ts'

const ABOUT_SEEDS =
  'The signer of each entry is given by the seed of its Ed25519 key; the signature covers the label triode/v1/log/entry and the body.'

export const logEntries: Area = {
  name: 'log-entries',
  format: 'Entries of the membership log',
  spec: ['5.2', '5.3'],
  suite: 'hybrid',
  about: ABOUT_SEEDS,
  make: () => ({ cases: PAYLOADS.map(entryCase), refused: refusals() }),
}

const INVITATION = idOf(16, 0x1d) as InvitationId

/** One of each type: a type without an example does not compile. */
const EXAMPLES: { readonly [T in PayloadType]: Omit<Extract<Payload, { type: T }>, 'type'> } = {
  create: {
    name: 'The Band',
    suite: 'hybrid',
    nonce: filled(16, 1),
    publicKey: alice.signing.publicKey,
    nickname: 'Alice',
    namesId: NAMES.id,
  },
  invite: { tag: filled(16, 2), expires: NOW + 1, role: 'guest' },
  'revoke-invite': { invitation: INVITATION },
  admit: {
    invitation: INVITATION,
    publicKey: bob.signing.publicKey,
    consent: filled(64, 3),
    nickname: undefined,
  },
  leave: {},
  remove: { member: bob.member },
  role: { member: bob.member, role: 'admin' },
  room: { nonce: filled(16, 4), members: sortedMembers([bob.member, carol.member]) },
  'room-members': {
    room: roomIdOf(hybrid, circle, alice.device, filled(16, 4)),
    add: [carol.member],
    remove: [bob.member],
  },
  'sealed-room': { seats: filled(540, 0x5e) },
  'sealed-room-members': { seats: filled(540, 0x5e) },
  nickname: { nickname: 'Käthe' },
  rename: { name: 'The Other Band' },
  suspend: { member: bob.member },
  restore: { member: bob.member },
  transfer: { member: bob.member },
  dissolve: {},
  'invite-device': { tag: filled(16, 2), expires: NOW + 1 },
  device: {
    member: bob.member,
    invitation: INVITATION,
    publicKey: carol.signing.publicKey,
    consent: filled(64, 3),
  },
  'revoke-device': { device: bob.device },
  policy: { key: 'history', value: 'none' },
  approve: { act: idOf(32, 0x10) as EntryHash },
  withdraw: { act: idOf(32, 0x10) as EntryHash },
}

/** The examples, and more where a field may be absent. */
const PAYLOADS: readonly (readonly [name: string, payload: Payload])[] = [
  ...Object.entries(EXAMPLES).map(([type, fields]) => [type, { type, ...fields } as Payload] as const),
  ['create, without a nickname', { type: 'create', ...EXAMPLES.create, nickname: undefined }],
  ['nickname, taken back', { type: 'nickname', nickname: undefined }],
]

const PARENTS = [idOf(32, 0x10) as EntryHash, idOf(32, 0x11) as EntryHash]

function signed(suite: Suite, payload: Payload, sequence = 5): Uint8Array {
  const founder = person(suite, 0xa1)
  const first = payload.type === 'create'
  const draft: EntryDraft = {
    circle: first ? undefined : circle,
    sequence: first ? 0 : sequence,
    parents: first ? [] : PARENTS,
    at: NOW,
    payload,
  }
  return signEntry(suite, founder.signing, draft, NAMES)
}

function entryCase([name, payload]: (typeof PAYLOADS)[number]): Case {
  const bytes = signed(hybrid, payload)
  const decoded = decodeEntry(hybrid, bytes, NAMES)
  const { hash, circle: of, ...fields } = decoded.entry
  assert.deepEqual(plain(fields.payload), plain(payload))
  verifyEntry(hybrid, decoded, alice.signing.publicKey)
  return {
    name,
    input: {
      ...plainFields(fields),
      circle: of,
      seed: alice.seed.toHex(),
      names: NAMES.bytes.toHex(),
    },
    expected: { bytes: bytes.toHex(), body: decoded.body.toHex(), hash },
  }
}

function refusals(): Refusal[] {
  const decode = (bytes: Uint8Array) => decodeEntry(hybrid, bytes)
  const withBody = (...body: Parameters<typeof encodeValue>[0][]): Uint8Array =>
    encodeValue([encodeValue(body), filled(64, 0)])
  const bytes32 = (text: string) => filled(32, text.length)
  const head = [1, filled(32, 9), 4, bytes32(alice.device), 5, [filled(32, 1)], NOW] as const
  const rename = (name: Uint8Array) => withBody(...head.slice(0, 2), 10, ...head.slice(3), name)
  const bad: readonly [name: string, bytes: Uint8Array, code?: string][] = [
    ['nothing', new Uint8Array(0)],
    ['too long', new Uint8Array(LOG_ENTRY_MAX_BYTES + 1), 'oversize'],
    ['another version', withBody(2, ...head.slice(1)), 'version-unknown'],
    ['a type that does not exist', withBody(...head.slice(0, 2), 200, ...head.slice(3))],
    ['a field too many', withBody(...head, 0)],
    ['no parents', withBody(...head.slice(0, 5), [], NOW)],
    ['parents out of order', withBody(...head.slice(0, 5), [filled(32, 2), filled(32, 1)], NOW)],
    ['a parent twice', withBody(...head.slice(0, 5), [filled(32, 1), filled(32, 1)], NOW)],
    [
      'seventeen parents',
      withBody(
        ...head.slice(0, 5),
        Array.from({ length: 17 }, (_, at) => filled(32, at)),
        NOW,
      ),
    ],
    ['a parent of another length', withBody(...head.slice(0, 5), [filled(31, 1)], NOW)],
    ['a name in the clear', withBody(...head.slice(0, 2), 10, ...head.slice(3), 'The Band')],
    ['a sealed name that is too short', rename(filled(91, 1))],
    ['a sealed name that is too long', rename(filled(285, 1))],
    ['sealed seats that are too short', withBody(...head.slice(0, 2), 7, ...head.slice(3), filled(539, 1))],
    ['a body that is not in its only encoding', encodeValue([Uint8Array.fromHex('8a1801'), filled(64, 0)])],
    ['no signature', encodeValue([encodeValue([...head]), filled(0, 0)])],
  ]
  return bad.map(([name, given, code = 'malformed']) => refusal(name, given, `PeerFault ${code}`, decode))
}

export const membershipLog: Area = {
  name: 'membership-log',
  format: 'A small log, and what it amounts to',
  spec: ['5.5', '5.6', '5.10', '5.13'],
  suite: 'hybrid',
  about: `${ABOUT_SEEDS} The entries stand in an order in which parents come before children; any such order gives the same state.`,
  make: () => ({
    cases: [
      history('Alice founds a circle and admits Bob', [], NAMES),
      history('what was not allowed has no effect', FORBIDDEN, NAMES),
      history('the same, without the names key', FORBIDDEN, undefined),
    ],
  }),
}

/** Bob is a member: he may rename nothing and remove nobody. Alice may do both. */
const FORBIDDEN: readonly (readonly [who: 'alice' | 'bob', payload: Payload])[] = [
  ['alice', { type: 'rename', name: 'The Other Band' }],
  ['alice', { type: 'room', nonce: filled(16, 4), members: [bob.member] }],
  ['alice', { type: 'role', member: bob.member, role: 'keeper' }],
]

/** @param names none: as a keeper reads it */
function history(name: string, more: typeof FORBIDDEN, names: NamesKey | undefined): Case {
  const { log } = smallLog()
  let now = NOW + 10
  for (const [who, payload] of more) log.append((who === 'alice' ? alice : bob).signing, payload, now++)
  if (more.length > 0) forge(log, now)
  const read = reopened(log, names)
  const { conversations: _, ...state } = read.state()
  const refused = [...read.state().refused].map(([hash, rule]) => ({ hash, rule }))
  return {
    name,
    input: {
      circle: log.circle,
      names: names === undefined ? null : names.bytes.toHex(),
      entries: plain(log.allBytes()),
    },
    expected: { ...plainFields(state), refused },
  }
}

/** Bob, whom his own program would stop, renames the circle all the same. */
function forge(log: MembershipLog, at: number): void {
  const heads = log.state().heads
  const draft = {
    circle: log.circle,
    sequence: 0,
    parents: heads,
    at,
    payload: { type: 'rename', name: 'Mine' },
  } as const
  log.add(signEntry(hybrid, bob.signing, draft, NAMES))
  assert.deepEqual(reopened(log, NAMES).state().refused, log.state().refused)
  assert.equal(log.state().refused.size, 1)
}

/** The same entries on another device. */
function reopened(log: MembershipLog, names: NamesKey | undefined): MembershipLog {
  const store = createMemoryStore()
  if (names !== undefined) new StoredNamesKey(store, log.circle).put(names.bytes)
  const again = MembershipLog.open({ suite: hybrid, store }, log.circle)
  for (const bytes of log.allBytes()) again.add(bytes)
  return again
}
