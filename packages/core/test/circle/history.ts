/** A random history of a circle: who does what to whom, in which partition, drawn as numbers that the world interprets. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  ACT_LIFETIME_MS,
  CallerFault,
  createNamesKey,
  deviceIdOf,
  POLICIES,
  ROLES,
  signEntry,
  type Entry,
  type EntryHash,
  type Payload,
  type Suite,
} from '@triode/core'
import { meet, suite, World, type Person } from './world.ts'

export interface Step {
  readonly who: number
  readonly what: number
  readonly whom: number
  readonly extra: number
}

export const step = fc.record({ who: fc.nat(99), what: fc.nat(999), whom: fc.nat(99), extra: fc.nat(99) })

type Deed = (history: History, actor: Person, target: Person, extra: number) => void

/** How often of all, and what. */
const DEEDS: readonly (readonly [weight: number, deed: Deed])[] = [
  [22, (history, actor, target) => history.exchange(actor, target)],
  [4, (history, _actor, _target, extra) => (history.border = extra % 3 === 0 ? undefined : 1 + (extra % 5))],
  [8, (_, actor, target) => actor.remove(target)],
  [8, (_, actor, target, extra) => actor.giveRole(target, pick(ROLES, extra))],
  [5, (_, actor, target) => actor.suspend(target)],
  [9, restoreSomeone],
  [6, (_, actor, target) => actor.transfer(target)],
  [1, (_, actor) => actor.dissolve()],
  [5, (history, actor) => history.people.push(history.world.join(actor, history.nextName()))],
  [5, (history, actor) => history.people.push(history.world.addDevice(actor))],
  [5, (_, actor, target) => actor.revokeDevice(target)],
  [4, revokeOwnDevice],
  [3, (_, actor, __, extra) => actor.setPolicy('approvals', pick(['1', '2', '3'], extra))],
  [2, (_, actor, __, extra) => actor.setPolicy('history', pick(POLICIES.history.values, extra))],
  [1, (_, actor, __, extra) => actor.setPolicy('notifications', pick(POLICIES.notifications.values, extra))],
  [16, approveSomething],
  [10, withdrawSomething],
  [1, (history) => (history.world.now += ACT_LIFETIME_MS)],
  [2, (_, actor, __, extra) => actor.says({ type: 'nickname', nickname: `N${extra}` })],
  [2, (_, actor, __, extra) => actor.says({ type: 'rename', name: `C${extra}` })],
  [2, (_, actor) => actor.says({ type: 'leave' })],
  [4, (_, actor, target) => actor.room(target)],
  [6, changeSomeRoom],
  [3, (history, actor) => history.people.push(actor.fork())],
  [2, (_, actor, __, extra) => revokeSomething(actor, extra)],
  [3, spendSomething],
  [12, lie],
  [6, sealNonsense],
]
const WEIGHT = DEEDS.reduce((sum, [weight]) => sum + weight, 0)

export class History {
  readonly world: World
  readonly people: Person[]
  /** Devices before this place in the list, by turns, do not meet the others; undefined: nobody is apart. */
  border: number | undefined
  /** Entries that had an effect where they were made. */
  made = 0

  constructor(seed: number, size: number, of: Suite = suite) {
    this.world = new World(seed, of)
    const founder = this.world.found('P0')
    this.people = [founder]
    const roles = ['owner', 'admin', 'member'] as const
    for (let i = 1; i < size; i++)
      this.people.push(this.world.join(founder, this.nextName(), pick(roles, i - 1)))
    if (seed % 3 > 0) founder.setPolicy('approvals', `${1 + (seed % 3)}`)
    if (seed % 2 === 0) this.people.push(this.world.addDevice(pick(this.people, 1)))
    meet(...this.people)
  }

  nextName(): string {
    return `P${this.people.length}`
  }

  play({ who, what, whom, extra }: Step): void {
    // Half of the time somebody who may do things.
    const able = who % 2 === 0 ? this.people.filter(isRuler) : this.people
    const [actor, target] = [pick(able.length > 0 ? able : this.people, who >> 1), pick(this.people, whom)]
    let left = what % WEIGHT
    const [, deed] = DEEDS.find(([weight]) => (left -= weight) < 0) ?? []
    assert.ok(deed)
    try {
      deed(this, actor, target, extra)
      this.made++
    } catch (error) {
      // What the circle does not allow this actor, as far as the actor knows.
      if (!(error instanceof CallerFault)) throw error
    }
  }

  exchange(one: Person, other: Person): void {
    if (this.sideOf(one) === this.sideOf(other)) one.learnFrom(other)
  }

  private sideOf(person: Person): boolean {
    return this.border !== undefined && this.people.indexOf(person) % (this.border + 1) === 0
  }

  /** Every entry that anyone made. */
  all(): Uint8Array[] {
    const entries = this.people.flatMap((person) => person.log.allBytes())
    return [...new Map(entries.map((bytes) => [bytes.toHex(), bytes])).values()]
  }
}

function isRuler({ state, member, device }: Person): boolean {
  const role = state.members.get(member)?.role
  return state.devices.get(device)?.active === true && (role === 'owner' || role === 'admin')
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  assert.ok(item !== undefined)
  return item
}

function restoreSomeone(_: History, actor: Person, target: Person): void {
  const { members } = actor.state
  const member = [...members.values()].find(({ state }) => state === 'suspended')?.id
  actor.says({ type: 'restore', member: member ?? target.member })
}

function revokeOwnDevice(_: History, actor: Person): void {
  const { members, devices } = actor.state
  const own = members.get(actor.member)?.devices ?? []
  const device = own.find((one) => one !== actor.device && devices.get(one)?.active === true)
  if (device !== undefined) actor.says({ type: 'revoke-device', device })
}

/** Signs something on top of one old entry, as if nothing had come since: what a liar does. */
function lie(_: History, actor: Person, target: Person, extra: number): void {
  const { log, world } = actor
  const parent = pick(log.entries(), extra * 7)
  const known = log.entries().filter((entry) => entry === parent || log.isAncestor(entry.hash, parent.hash))
  const admitted = known.some(
    ({ author, payload }) =>
      author === actor.device ||
      ('publicKey' in payload && deviceIdOf(world.suite, payload.publicKey) === actor.device),
  )
  if (!admitted) return
  const payload = pick(lies(known, target), extra)
  const sequence = known.filter(({ author }) => author === actor.device).length
  log.add(actor.signs(payload, { sequence, parents: [parent.hash] }))
}

function lies(known: readonly Entry[], { member, device }: Person): Payload[] {
  const acts = known.filter(({ payload }) =>
    ['remove', 'transfer', 'dissolve', 'policy'].includes(payload.type),
  )
  return [
    { type: 'remove', member },
    { type: 'suspend', member },
    { type: 'restore', member },
    { type: 'transfer', member },
    { type: 'role', member, role: 'owner' },
    { type: 'role', member, role: 'guest' },
    { type: 'revoke-device', device },
    { type: 'policy', key: 'approvals', value: '1' },
    { type: 'policy', key: 'approvals', value: '3' },
    { type: 'dissolve' },
    { type: 'leave' },
    ...acts.map(({ hash }): Payload => ({ type: 'approve', act: hash })),
    ...acts.map(({ hash }): Payload => ({ type: 'withdraw', act: hash })),
  ]
}

function approveSomething(history: History, _: Person, __: Person, extra: number): void {
  const able = history.people.filter(({ state }) => state.pending.length > 0)
  for (const person of able) {
    try {
      person.approve(pick(person.state.pending, extra).hash)
      return
    } catch (error) {
      if (!(error instanceof CallerFault)) throw error
    }
  }
}

/** Sometimes another one who rules hears of it, and agrees all the same. */
function withdrawSomething(history: History, _: Person, __: Person, extra: number): void {
  const own = history.people.flatMap((person) =>
    person.state.pending.filter(({ by }) => by === person.member).map((act) => ({ person, act })),
  )
  if (own.length === 0) return
  const { person, act } = pick(own, extra)
  person.withdraw(act.hash)
  const others = history.people.filter((one) => isRuler(one) && one.member !== person.member)
  if (extra % 4 === 0 || others.length === 0) return
  const other = pick(others, extra)
  history.exchange(other, person)
  agreeAllTheSame(other, act.hash)
}

/** On top of all that is known, sealed under another key than the circle's, or what is no name and no room. */
function sealNonsense(
  _: History,
  { log, key, device, world, member }: Person,
  target: Person,
  extra: number,
): void {
  const payloads: Payload[] = [
    { type: 'nickname', nickname: `N${extra}` },
    { type: 'nickname', nickname: `\u202e${extra}` },
    { type: 'rename', name: `C${extra}` },
    { type: 'rename', name: ' ' },
    { type: 'room', nonce: world.random.bytes(16), members: [target.member] },
    // One set has one order: this is another, or names one twice.
    { type: 'room', nonce: world.random.bytes(16), members: [target.member, member, target.member] },
    ...[...log.state().rooms.keys()].map((room): Payload => {
      return { type: 'room-members', room, add: [], remove: [target.member] }
    }),
  ]
  const draft = {
    circle: log.circle,
    sequence: log.entries().filter(({ author }) => author === device).length,
    parents: log.heads().slice(0, 16),
    at: world.now++,
    payload: pick(payloads, extra),
  }
  const names = extra % 3 === 0 ? log.names : createNamesKey(world.suite, world.random)
  log.add(signEntry(world.suite, key, draft, names))
}

/** On top of all that is known: no honest device would sign it. */
function agreeAllTheSame(actor: Person, act: EntryHash): void {
  const { log } = actor
  if (!log.has(act)) return
  // As many as it may name.
  log.add(actor.signs({ type: 'approve', act }, { parents: log.heads().slice(0, 16) }))
}

function changeSomeRoom(_: History, actor: Person, target: Person, extra: number): void {
  const rooms = [...actor.state.rooms.keys()]
  if (rooms.length === 0) return
  actor.changeRoom(pick(rooms, extra), extra % 2 === 0 ? { add: [target] } : { remove: [target] })
}

function revokeSomething(actor: Person, extra: number): void {
  const invitations = [...actor.state.invitations.values()]
  if (invitations.length === 0) actor.invite()
  else actor.says({ type: 'revoke-invite', invitation: pick(invitations, extra).id })
}

/** Often the same device for two invitations. */
function spendSomething(history: History, actor: Person, target: Person, extra: number): void {
  const own = [...actor.state.invitations.values()].filter(
    ({ inviter, state }) => inviter === actor.device && state === 'live',
  )
  const [invitation] = own
  const device = extra % 3 === 0 ? target : history.world.stranger(actor, `S${extra}`)
  if (invitation === undefined && extra % 2 === 0) actor.inviteDevice()
  else if (invitation === undefined) actor.invite()
  else if (invitation.role === undefined) actor.admitDevice(invitation.id, device)
  else actor.admit(invitation.id, device)
}
