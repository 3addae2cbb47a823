/**
 * What of a circle stands in the audit log already, and what does not yet (spec §14.4). The circle's state is compared with what
 * was seen of it, so that each change is entered once, whoever made it and whatever crashed in between.
 */
import {
  decodeStored,
  encodeValue,
  type AuditEntry,
  type CircleId,
  type CircleState,
  type DeviceId,
  type Entry,
  type MemberId,
  type RecordMap,
  type Store,
} from '@triode/core'
import { actsFrom } from './auditActs.ts'
import type { AuditView } from './auditView.ts'
import { when, who, wordOf } from './auditWords.ts'

/** Where entries go. */
export interface AuditSink {
  readonly append: (entry: AuditEntry) => void
  /** Whether one more record that others caused fits into the day. */
  readonly mayAppend: () => boolean
}

/** What was seen of one subject, or is to be seen of it. */
type Seen = ReadonlyMap<string, string>

interface Change {
  readonly subject: string
  readonly value: string
  readonly entries: readonly AuditEntry[]
  /** Another member did it. */
  readonly others: boolean
}

/** Up to which entry of the log, in the order of this device, what was said of acts that wait was entered. */
const ACTS = 'acts'
/** Longest subject: a word and an id. */
const SUBJECT_MAX_LENGTH = 128
const VALUE_MAX_LENGTH = 64

export class AuditedCircles {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('audit/seen')
  }

  /** Appends what is new and remembers it; to be called in a transaction. */
  update(view: AuditView, sink: AuditSink): void {
    const before = this.read(view.circle)
    if (before === undefined) {
      sink.append(beginning(view))
      this.write(view.circle, new Map([...subjects(view), [ACTS, String(view.log.size)]]))
      return
    }
    const after = new Map(before)
    // Before what they may have brought about.
    after.set(ACTS, String(enterActs(view, before.get(ACTS), sink)))
    for (const change of changes(view, before)) {
      if (change.others && change.entries.length > 0 && !sink.mayAppend()) continue
      for (const entry of change.entries) sink.append(entry)
      after.set(change.subject, change.value)
    }
    if (!isSame(before, after)) this.write(view.circle, after)
  }

  forget(circle: CircleId): void {
    this.records.delete(circle)
  }

  private read(circle: CircleId): Seen | undefined {
    const bytes = this.records.get(circle)
    if (bytes === undefined) return undefined
    return decodeStored(bytes, (reader) => {
      const seen = new Map<string, string>()
      while (reader.more) seen.set(reader.text(SUBJECT_MAX_LENGTH), reader.text(VALUE_MAX_LENGTH))
      return seen
    })
  }

  private write(circle: CircleId, seen: Seen): void {
    this.records.set(circle, encodeValue([...seen].flat()))
  }
}

/** @param seen none in a circle that was here before this was entered: begins now. @returns up to where it came */
function enterActs(view: AuditView, seen: string | undefined, sink: AuditSink): number {
  let done = Math.min(Number(seen ?? view.log.size), view.log.size)
  for (const { entry, by } of actsFrom(view, done)) {
    // It is entered on a later day.
    if (entry !== undefined && by !== view.member && !sink.mayAppend()) break
    if (entry !== undefined) sink.append(entry)
    done++
  }
  return done
}

function isSame(a: Seen, b: Seen): boolean {
  return a.size === b.size && [...a].every(([subject, value]) => b.get(subject) === value)
}

/** The circle is new here: made, or joined. */
function beginning({ circle, self, member, state }: AuditView): AuditEntry {
  const by = state.members.get(member)?.admittedBy
  const who = { circle, device: self, member }
  return by === undefined ? { event: 'circle-created', ...who } : { event: 'circle-joined', ...who, by }
}

/** All that can change, members before their devices. */
function* subjects({ self, state, secret, sealing }: AuditView): Generator<[string, string]> {
  for (const member of state.members.values()) yield [`member/${member.id}`, `${member.state} ${member.role}`]
  for (const device of state.devices.values()) yield [`device/${device.id}`, device.active ? 'on' : 'off']
  for (const one of state.invitations.values())
    if (one.inviter === self) yield [`invitation/${one.id}`, one.state]
  for (const [key, value] of state.policies) yield [`policy/${key}`, value]
  if (state.dissolved !== undefined) yield ['circle', 'dissolved']
  for (const { device } of state.equivocations) yield [`fork/${device}`, 'yes']
  yield ['secret', String(secret)]
  yield ['sealing', String(sealing)]
}

function* changes(view: AuditView, seen: Seen): Generator<Change> {
  for (const [subject, value] of subjects(view)) {
    const before = seen.get(subject)
    if (before === value) continue
    const [kind = '', id = ''] = subject.split('/')
    const describe = DESCRIBE[kind]
    const { entries, by } = describe?.(view, id, value, before, seen) ?? { entries: [], by: undefined }
    yield { subject, value, entries, others: by !== view.member }
  }
}

interface Described {
  readonly entries: readonly AuditEntry[]
  /** undefined: nobody knows. */
  readonly by: MemberId | undefined
}

type Describe = (
  view: AuditView,
  id: string,
  value: string,
  before: string | undefined,
  seen: Seen,
) => Described

const DESCRIBE: Readonly<Record<string, Describe>> = {
  member: describeMember,
  device: describeDevice,
  invitation: describeInvitation,
  policy: describePolicy,
  circle: ({ circle, state: { dissolved } }) => ({
    entries: [{ event: 'circle-dissolved', circle, ...who(dissolved?.by, dissolved?.at) }],
    by: dissolved?.by,
  }),
  fork: ({ circle }, id) => ({ entries: [{ event: 'feed-forked', circle, device: id }], by: undefined }),
  secret: ({ circle, secret, member }) => ({
    entries: [{ event: 'circle-secret-rotated', circle, generation: secret }],
    by: member,
  }),
  sealing: ({ circle, sealing, member }) => ({
    entries: [{ event: 'sealing-key-rotated', circle, generation: sealing }],
    by: member,
  }),
}

function describeMember(view: AuditView, id: string, value: string, before: string | undefined): Described {
  const { circle, state } = view
  const member = state.members.get(id as MemberId)
  if (member === undefined) return { entries: [], by: undefined }
  const [was] = (before ?? '').split(' ')
  const [is = ''] = value.split(' ')
  // All of them at once: the circle's own entry says it.
  if (is === 'dissolved') return { entries: [], by: member.ended?.by }
  const about = { circle, member: member.id }
  if (before === undefined && is === 'active') return admitted(view, member)
  if (was === is) {
    const { by, at } = lastEntry(view, (entry) => givesRole(view, entry, member.id))
    return { entries: [{ event: 'role-changed', ...about, role: member.role, ...who(by, at) }], by }
  }
  const ended = member.ended
  if (is === 'left') {
    // One's own leaving is entered when the circle is erased.
    const entry = { event: 'member-left', ...about, ...when(ended?.at) } as const
    return { entries: id === view.member ? [] : [entry], by: id as MemberId }
  }
  if (is === 'active') {
    const { by, at } = lastEntry(view, ({ payload }) => payload.type === 'restore' && payload.member === id)
    return { entries: [{ event: 'member-restored', ...about, ...who(by, at) }], by }
  }
  const event = is === 'suspended' ? 'member-suspended' : 'member-removed'
  return { entries: [{ event, ...about, ...who(ended?.by, ended?.at) }], by: ended?.by }
}

function admitted(
  { circle, state }: AuditView,
  member: NonNullable<ReturnType<CircleState['members']['get']>>,
): Described {
  const { id, role, admittedBy: by, admittedAt } = member
  const invitation = [...state.invitations.values()].find((one) => one.admitted === id)?.id
  const entry = {
    event: 'member-admitted',
    circle,
    member: id,
    role,
    ...who(by, admittedAt),
    ...(invitation !== undefined && { invitation }),
  } as const
  return { entries: [entry], by }
}

/** Devices that came or went with their member need no entry of their own. */
function describeDevice(
  view: AuditView,
  id: string,
  value: string,
  before: string | undefined,
  seen: Seen,
): Described {
  const { circle, state } = view
  const device = state.devices.get(id as DeviceId)
  const member = device && state.members.get(device.member)
  if (member === undefined || !seen.has(`member/${member.id}`)) return { entries: [], by: member?.admittedBy }
  const wentAlong = value === 'off' && member.state !== 'active'
  const cameBack = before === 'off' && seen.get(`member/${member.id}`)?.startsWith('active') === false
  if (wentAlong || cameBack) return { entries: [], by: member.id }
  const about = { circle, member: member.id, device: id }
  if (value === 'off') {
    const by = device?.revoked?.by
    return { entries: [{ event: 'device-revoked', ...about, ...who(by, device?.revoked?.at) }], by }
  }
  const wasVerified = member.devices.some((other) => other !== id && view.isVerified(other))
  const changed = { event: 'verification-changed', circle, member: member.id, device: id } as const
  const added = { event: 'device-added', ...about, ...who(member.id, device?.admittedAt) } as const
  return { entries: [added, ...(wasVerified ? [changed] : [])], by: member.id }
}

function describeInvitation(view: AuditView, id: string, value: string): Described {
  const { circle, state, member } = view
  const one = [...state.invitations.values()].find((known) => known.id === id)
  if (one === undefined) return { entries: [], by: member }
  const about = { circle, invitation: id }
  if (value === 'live') {
    const { role, expires } = one
    const made = { event: 'invitation-made', ...about, expires, ...(role !== undefined && { role }) } as const
    return { entries: [made], by: member }
  }
  if (value === 'revoked') return { entries: [{ event: 'invitation-revoked', ...about }], by: member }
  const joined = one.admitted === undefined ? {} : { member: one.admitted }
  return { entries: [{ event: 'invitation-used', ...about, ...joined }], by: member }
}

function describePolicy(view: AuditView, key: string, value: string): Described {
  const { by, at } = lastEntry(view, ({ payload }) => payload.type === 'policy' && payload.key === key)
  const setting = { setting: wordOf(key), value: wordOf(value) }
  return { entries: [{ event: 'policy-changed', circle: view.circle, ...setting, ...who(by, at) }], by }
}

function givesRole({ state }: AuditView, { payload, author }: Entry, member: MemberId): boolean {
  if (payload.type === 'role') return payload.member === member
  if (payload.type !== 'transfer') return false
  return payload.member === member || state.devices.get(author)?.member === member
}

/** Of the last entry with an effect that fits: whose it is, and when it was made by that one's clock. */
function lastEntry(
  { log, state }: AuditView,
  fits: (entry: Entry) => boolean,
): { by: MemberId | undefined; at: number | undefined } {
  const entry = log.entries().findLast((one) => fits(one) && log.verdict(one.hash) === true)
  return { by: entry && state.devices.get(entry.author)?.member, at: entry?.at }
}
