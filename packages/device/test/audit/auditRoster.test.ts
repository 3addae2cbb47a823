/** What changes in a circle is entered once, with who did it, and no member can fill the log with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ACT_LIFETIME_MS,
  type AuditEntry,
  type CircleState,
  type DeviceId,
  type MemberId,
} from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import { AuditedCircles } from '../../src/audit/auditRoster.ts'
import type { AuditView } from '../../src/audit/auditView.ts'

const [ME, ANN, BEN] = ['me', 'ann', 'ben'].map((name) => name as MemberId) as [MemberId, MemberId, MemberId]

/** When an act of the time 4 expires. */
const LATEST = 4 + ACT_LIFETIME_MS

interface Person {
  state?: string
  role?: string
  by?: MemberId
  devices?: string[]
  revoked?: string
}

interface Made {
  people?: Record<string, Person>
  invitations?: Record<string, string>
  policies?: [string, string][]
  dissolved?: boolean
  forks?: string[]
  secret?: number
  sealing?: number
  payloads?: { author: string; payload: object }[]
  /** Of the payloads, where it is not true. */
  verdicts?: Record<number, string>
  verified?: string[]
}

/** As much of a circle as the log looks at. */
function view(made: Made): AuditView {
  const people = Object.entries({ me: { role: 'owner' }, ...made.people } as Record<string, Person>)
  const devices = people.flatMap(([id, one]) =>
    [id, ...(one.devices ?? [])].map((device) => ({
      id: device,
      member: id,
      admittedAt: 5,
      active: (one.state ?? 'active') === 'active' && device !== one.revoked,
      revoked: device === one.revoked ? { by: ANN, at: 6 } : undefined,
    })),
  )
  const members = people.map(([id, one]) => ({
    id,
    role: one.role ?? 'member',
    state: one.state ?? 'active',
    devices: [id, ...(one.devices ?? [])],
    admittedAt: 1,
    admittedBy: id === 'me' ? undefined : (one.by ?? ME),
    ended: one.state === undefined ? undefined : { by: one.by ?? ME, at: 2 },
  }))
  const invitations = Object.entries(made.invitations ?? {}).map(([id, state]) => {
    const admitted = state === 'spent' ? ANN : undefined
    return { id, inviter: 'me', role: 'member', createdAt: 1, expires: 9, state, admitted }
  })
  const state = {
    members: new Map(members.map((one) => [one.id, one])),
    devices: new Map(devices.map((one) => [one.id, one])),
    invitations: new Map(invitations.map((one) => [one.id, one])),
    policies: new Map(made.policies ?? []),
    dissolved: made.dissolved === true ? { by: ANN, at: 3 } : undefined,
    equivocations: (made.forks ?? []).map((device) => ({ device, sequence: 1, entries: [] })),
  }
  const entries = (made.payloads ?? []).map((one, index) => ({ ...one, hash: String(index), at: 4 }))
  return {
    circle: 'circle' as AuditView['circle'],
    self: 'me' as DeviceId,
    member: ME,
    state: state as unknown as CircleState,
    log: {
      size: entries.length,
      entries: (from = 0) => entries.slice(from),
      verdict: (hash: string) => made.verdicts?.[Number(hash)] ?? true,
    } as unknown as AuditView['log'],
    secret: made.secret ?? 0,
    sealing: made.sealing ?? 1,
    isVerified: (device) => made.verified?.includes(device) === true,
  }
}

/** A log that keeps its entries in a list. */
function book(limit = Infinity) {
  const seen = new AuditedCircles(createMemoryStore())
  const entries: AuditEntry[] = []
  let left = limit
  return {
    entries,
    renew: (count: number): void => {
      left = count
    },
    /** What the change from what was seen to `made` enters. */
    after(made: Made): AuditEntry[] {
      const from = entries.length
      const sink = { append: (entry: AuditEntry) => entries.push(entry), mayAppend: () => left-- > 0 }
      seen.update(view(made), sink)
      return entries.slice(from)
    },
  }
}

/** The entries of the change from `before` to `made`, and none when it is looked at again. */
function change(before: Made, made: Made): AuditEntry[] {
  const one = book()
  one.after(before)
  const entries = one.after(made)
  assert.deepEqual(one.after(made), [], 'looked at again')
  return entries.map((entry) => {
    assert.equal('circle' in entry && entry.circle, 'circle')
    return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'circle')) as AuditEntry
  })
}

const pair: Made = { people: { ann: {} } }

const stories: readonly [name: string, before: Made, after: Made, entries: readonly object[]][] = [
  [
    'a member is admitted, with its device',
    {},
    { people: { ann: {} }, invitations: { i: 'spent' } },
    [
      { event: 'member-admitted', member: ANN, role: 'member', by: ME, actedAt: 1, invitation: 'i' },
      { event: 'invitation-used', invitation: 'i', member: ANN },
    ],
  ],
  [
    'a member is suspended',
    pair,
    { people: { ann: { state: 'suspended', by: BEN } } },
    [{ event: 'member-suspended', member: ANN, by: BEN, actedAt: 2 }],
  ],
  [
    'a suspended member is restored',
    { people: { ann: { state: 'suspended' } } },
    { ...pair, payloads: [{ author: 'me', payload: { type: 'restore', member: ANN } }] },
    [{ event: 'member-restored', member: ANN, by: ME, actedAt: 4 }],
  ],
  [
    'a member is removed, with its devices',
    { people: { ann: { devices: ['ann-2'] } } },
    { people: { ann: { devices: ['ann-2'], state: 'removed', by: BEN } } },
    [{ event: 'member-removed', member: ANN, by: BEN, actedAt: 2 }],
  ],
  [
    'a member leaves',
    pair,
    { people: { ann: { state: 'left', by: ANN } } },
    [{ event: 'member-left', member: ANN, actedAt: 2 }],
  ],
  [
    'a role is given',
    pair,
    {
      people: { ann: { role: 'admin' } },
      payloads: [{ author: 'me', payload: { type: 'role', member: ANN } }],
    },
    [{ event: 'role-changed', member: ANN, role: 'admin', by: ME, actedAt: 4 }],
  ],
  [
    'a circle is handed over: both roles change by one act',
    pair,
    {
      people: { me: { role: 'admin' }, ann: { role: 'owner' } },
      payloads: [{ author: 'me', payload: { type: 'transfer', member: ANN } }],
    },
    [
      { event: 'role-changed', member: ME, role: 'admin', by: ME, actedAt: 4 },
      { event: 'role-changed', member: ANN, role: 'owner', by: ME, actedAt: 4 },
    ],
  ],
  [
    'a member adds a device',
    pair,
    { people: { ann: { devices: ['ann-2'] } } },
    [{ event: 'device-added', member: ANN, device: 'ann-2', by: ANN, actedAt: 5 }],
  ],
  [
    'a verified member has a device that was never compared',
    pair,
    { people: { ann: { devices: ['ann-2'] } }, verified: ['ann'] },
    [
      { event: 'device-added', member: ANN, device: 'ann-2', by: ANN, actedAt: 5 },
      { event: 'verification-changed', member: ANN, device: 'ann-2' },
    ],
  ],
  [
    'a device is revoked',
    { people: { ann: { devices: ['ann-2'] } } },
    { people: { ann: { devices: ['ann-2'], revoked: 'ann-2' } } },
    [{ event: 'device-revoked', member: ANN, device: 'ann-2', by: ANN, actedAt: 6 }],
  ],
  [
    'a policy is set',
    pair,
    {
      ...pair,
      policies: [['history', 'all']],
      payloads: [{ author: 'ann', payload: { type: 'policy', key: 'history' } }],
    },
    [{ event: 'policy-changed', setting: 'history', value: 'all', by: ANN, actedAt: 4 }],
  ],
  [
    'a removal is proposed, and waits',
    pair,
    {
      ...pair,
      payloads: [{ author: 'ann', payload: { type: 'remove', member: BEN } }],
      verdicts: { 0: 'enoughAgree' },
    },
    [{ event: 'act-proposed', act: '0', kind: 'remove', expires: LATEST, by: ANN, actedAt: 4, member: BEN }],
  ],
  [
    'a role and a policy are proposed',
    pair,
    {
      ...pair,
      payloads: [
        { author: 'me', payload: { type: 'role', member: ANN, role: 'admin' } },
        { author: 'me', payload: { type: 'policy', key: 'approvals', value: '3' } },
      ],
      verdicts: { 0: 'enoughAgree', 1: 'enoughAgree' },
    },
    [
      {
        event: 'act-proposed',
        act: '0',
        kind: 'role',
        expires: LATEST,
        by: ME,
        actedAt: 4,
        member: ANN,
        role: 'admin',
      },
      {
        event: 'act-proposed',
        act: '1',
        kind: 'policy',
        expires: LATEST,
        by: ME,
        actedAt: 4,
        setting: 'approvals',
        value: '3',
      },
    ],
  ],
  [
    'others agree, all of it in one go: the proposal, who agreed, and what came of it',
    { people: { ann: {}, ben: {} } },
    {
      people: { ann: { state: 'removed', by: BEN }, ben: {} },
      payloads: [
        { author: 'ben', payload: { type: 'remove', member: ANN } },
        { author: 'me', payload: { type: 'approve', act: '0' } },
      ],
    },
    [
      { event: 'act-proposed', act: '0', kind: 'remove', expires: LATEST, by: BEN, actedAt: 4, member: ANN },
      { event: 'act-approved', act: '0', by: ME, actedAt: 4 },
      { event: 'member-removed', member: ANN, by: BEN, actedAt: 2 },
    ],
  ],
  [
    'a proposal is taken back; who agrees all the same says nothing',
    pair,
    {
      ...pair,
      payloads: [
        { author: 'ann', payload: { type: 'dissolve' } },
        { author: 'ann', payload: { type: 'withdraw', act: '0' } },
        { author: 'me', payload: { type: 'approve', act: '0' } },
      ],
      verdicts: { 0: 'enoughAgree', 2: 'actIsOpen' },
    },
    [
      { event: 'act-proposed', act: '0', kind: 'dissolve', expires: LATEST, by: ANN, actedAt: 4 },
      { event: 'act-withdrawn', act: '0', by: ANN, actedAt: 4 },
    ],
  ],
  [
    'a circle is dissolved: one entry, not one a member',
    pair,
    { people: { me: { role: 'owner', state: 'dissolved' }, ann: { state: 'dissolved' } }, dissolved: true },
    [{ event: 'circle-dissolved', by: ANN, actedAt: 3 }],
  ],
  [
    'an invitation is made',
    pair,
    { ...pair, invitations: { i: 'live' } },
    [{ event: 'invitation-made', invitation: 'i', expires: 9, role: 'member' }],
  ],
  [
    'an invitation is revoked',
    { invitations: { i: 'live' } },
    { invitations: { i: 'revoked' } },
    [{ event: 'invitation-revoked', invitation: 'i' }],
  ],
  [
    'keys and secret are new',
    {},
    { sealing: 2, secret: 1 },
    [
      { event: 'circle-secret-rotated', generation: 1 },
      { event: 'sealing-key-rotated', generation: 2 },
    ],
  ],
  [
    'a device signed two histories',
    pair,
    { ...pair, forks: ['ann'] },
    [{ event: 'feed-forked', device: 'ann' }],
  ],
]

for (const [name, before, after, entries] of stories) {
  test(name, () => {
    assert.deepEqual(change(before, after), entries)
  })
}

test('a circle that is new here is one entry, whoever was in it before', () => {
  const made = book().after({ people: { ann: {}, ben: {} } })
  assert.deepEqual(
    made.map((entry) => entry.event),
    ['circle-created'],
  )
})

test('what does not fit into the day is entered on a later one, as it stands then, and nothing twice', () => {
  const one = book(3)
  one.after({})
  const crowd = (role: string): Made => ({
    people: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`m${String(i)}`, { by: ANN, role }])),
  })
  assert.equal(one.after(crowd('member')).length, 3)
  assert.equal(one.after(crowd('guest')).length, 0)
  one.renew(100)
  const later = one.after(crowd('guest'))
  assert.deepEqual(
    later.map((entry) => entry.event),
    ['role-changed', 'role-changed', 'role-changed', 'member-admitted', 'member-admitted'],
  )
  assert.deepEqual(one.after(crowd('guest')), [])
})

test('proposals and approvals that do not fit into the day are entered on a later one, in their order', () => {
  const one = book(2)
  one.after(pair)
  const payloads = Array.from({ length: 4 }, () => ({ author: 'ann', payload: { type: 'dissolve' } }))
  const flood = {
    ...pair,
    payloads,
    verdicts: { 0: 'enoughAgree', 1: 'enoughAgree', 2: 'enoughAgree', 3: 'enoughAgree' },
  }
  const acts = (entries: readonly AuditEntry[]): unknown[] =>
    entries.map((entry) => ('act' in entry ? entry.act : undefined))
  assert.deepEqual(acts(one.after(flood)), ['0', '1'])
  assert.deepEqual(acts(one.after(flood)), [])
  one.renew(100)
  assert.deepEqual(acts(one.after(flood)), ['2', '3'])
  assert.deepEqual(acts(one.after(flood)), [])
})

test('what this device does itself always fits', () => {
  const one = book(0)
  one.after({})
  assert.equal(one.after({ invitations: { i: 'live' }, sealing: 2 }).length, 2)
})
