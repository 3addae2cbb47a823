/** What members do to the circle in a simulation: who is in it, with which role and device, and under which policies. */
import {
  isPolicyKey,
  mayDo,
  POLICIES,
  roomIdOf,
  signEntry,
  sortedMembers,
  type Member,
  type MemberId,
  type Payload,
  type Role,
} from '@triode/core'
import { withRunning, type Action } from './action.ts'
import { tolerating } from './tolerating.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

const ROOM_NONCE_BYTES = 16
const MAX_ROOMS = 12
const JOINING_ROLES = [...Array<Role>(7).fill('member'), 'admin', 'guest', 'keeper'] as const
/** Fewer active devices than this share of all, and nobody is put out any more: else the circle would soon be empty. */
const LEAST_ACTIVE = 0.6

export const MEMBERSHIP_ACTIONS: Readonly<Record<string, Action>> = {
  room: { weight: 1.5, run: withRunning(makeRoom) },
  changeRoom: { weight: 1.5, run: withRunning(changeRoom) },
  join: { weight: 1, run: withRunning(invite) },
  leave: { weight: 0.4, run: withRunning(leave) },
  addDevice: { weight: 0.7, run: withRunning(addDevice) },
  revokeDevice: { weight: 1, run: withRuling(revokeDevice) },
  role: { weight: 1.5, run: withRuling(changeRole) },
  suspend: { weight: 1.2, run: withRuling((world, device) => putOut(world, device, 'suspend')) },
  remove: { weight: 2, run: withRuling((world, device) => putOut(world, device, 'remove')) },
  restoreMember: { weight: 1, run: withRuling(restoreMember) },
  transfer: { weight: 0.3, run: withRuling(transfer) },
  dissolve: { weight: 0.1, run: withRuling(dissolve) },
  policy: { weight: 0.6, run: withRuling(setPolicy) },
  approve: { weight: 3, run: withRuling(approve) },
  clash: { weight: 1.2, run: clash },
  linger: { weight: 1, run: linger },
}

// ---- rooms

function makeRoom(world: World, device: SimulatedDevice): void {
  const others = activeMembers(device).filter(({ id }) => id !== device.member)
  const members = world.random.shuffle(others).slice(0, 1 + world.random.int(Math.max(1, others.length)))
  if (members.length === 0 || world.rooms.size >= MAX_ROOMS) return
  const nonce = world.random.bytes(ROOM_NONCE_BYTES)
  tolerating(() => {
    device.append({ type: 'room', nonce, members: sortedMembers(members.map(({ id }) => id)) })
    world.rooms.add(roomIdOf(world.suite, device.state.id, device.self, nonce))
  })
}

function changeRoom(world: World, device: SimulatedDevice): void {
  const rooms = [...device.state.rooms.values()].filter((room) => room.members.includes(device.member))
  if (rooms.length === 0) return
  const room = world.random.pick(rooms)
  const outside = activeMembers(device).filter(({ id }) => !room.members.includes(id))
  const add = outside.length > 0 && world.random.chance(0.6) ? [world.random.pick(outside).id] : []
  const remove = add.length > 0 ? [] : [device.member]
  tolerating(() => {
    device.append({ type: 'room-members', room: room.id, add, remove })
    if (remove.length > 0) world.records.makeFrail(device.member, room.id)
  })
}

// ---- coming

function invite(world: World, device: SimulatedDevice): void {
  const role: Role = world.random.pick(JOINING_ROLES)
  const invitee = world.join(device, role)
  if (invitee !== undefined && device.running) world.network.link(device, invitee)
}

function addDevice(world: World, device: SimulatedDevice): void {
  if (device.hostile) return
  const further = world.addDevice(device)
  if (further !== undefined && device.running) world.network.link(device, further)
}

function restoreMember(world: World, device: SimulatedDevice): void {
  const suspended = [...device.state.members.values()].filter(({ state }) => state === 'suspended')
  if (suspended.length > 0) act(device, { type: 'restore', member: world.random.pick(suspended).id })
}

// ---- going

/** It tells whom it is connected to, and stays on: from now on it must see nothing new. */
function leave(world: World, device: SimulatedDevice): void {
  if (device.hostile || !mayGo(world, device)) return
  if (!act(device, { type: 'leave' })) return
  device.gone = true
  world.records.makeFrail(device.member)
}

function putOut(world: World, device: SimulatedDevice, type: 'suspend' | 'remove'): void {
  const target = pickOther(world, device)
  if (target !== undefined && mayGo(world, device)) act(device, { type, member: target.id })
}

function revokeDevice(world: World, device: SimulatedDevice): void {
  const devices = [...device.state.devices.values()].filter(({ active, id }) => active && id !== device.self)
  const target = world.random.pick([...devices.filter(({ member }) => member === device.member), ...devices])
  if (mayGo(world, device)) act(device, { type: 'revoke-device', device: target.id })
}

export function mayGo(world: World, device: SimulatedDevice): boolean {
  const devices = [...device.state.devices.values()]
  return devices.filter(({ active }) => active).length > LEAST_ACTIVE * world.devices.length
}

// ---- ruling

function changeRole(world: World, device: SimulatedDevice): void {
  const target = pickOther(world, device)
  const role: Role = world.random.pick(['admin', 'admin', 'member', 'member', 'guest', 'keeper'])
  if (target === undefined || !act(device, { type: 'role', member: target.id, role })) return
  if (role === 'guest' || role === 'keeper') world.records.makeFrail(target.id)
}

function transfer(world: World, device: SimulatedDevice): void {
  const target = pickOther(world, device)
  if (target !== undefined) act(device, { type: 'transfer', member: target.id })
}

/** Of those who rule most may not. Nothing more happens in the circle then: seldom, so that enough does. */
function dissolve(_world: World, device: SimulatedDevice): void {
  act(device, { type: 'dissolve' })
}

function setPolicy(world: World, device: SimulatedDevice): void {
  const key = world.random.pick(Object.keys(POLICIES))
  if (!isPolicyKey(key)) return
  // More approvals than rulers would stop everything.
  const values = key === 'approvals' ? ['1', '1', '2', '3'] : POLICIES[key].values
  const value = world.random.pick(values)
  if (act(device, { type: 'policy', key, value }) && value === 'all') world.allHistory = true
}

function approve(_world: World, device: SimulatedDevice): void {
  for (const { hash, by } of device.state.pending)
    if (by !== device.member) act(device, { type: 'approve', act: hash })
}

/** Two who rule act at once on the same member, or on each other; nobody knows what the other does. */
function clash(world: World): void {
  const [one, other] = world.random.shuffle(ruling(world))
  if (one === undefined || other === undefined || one.member === other.member || !mayGo(world, one)) return
  const onEachOther = world.random.chance(0.5)
  const third = pickOther(world, one)?.id ?? other.member
  const acts = (member: MemberId): Payload[] => [
    { type: 'remove', member },
    { type: 'suspend', member },
    { type: 'role', member, role: 'admin' },
    { type: 'role', member, role: 'guest' },
    { type: 'transfer', member },
  ]
  const targets = onEachOther ? [other.member, one.member] : [third, third]
  for (const [index, device] of [one, other].entries()) {
    const target = targets[index] ?? third
    act(device, world.random.pick(acts(target)))
    world.records.makeFrail(target)
  }
}

/**
 * A member with that misdeed signs beside, or after, what ended it, on top of old entries; somebody who may not know better
 * takes it, and hands it on.
 */
function linger(world: World): void {
  const { running, random } = world
  for (const device of world.members) {
    if (device.misdeed !== 'linger' || !device.running || running.length < 2) continue
    const { log } = device.now
    const own = log.entries().filter(({ author }) => author === device.self)
    const before = random.pick(log.entries())
    const sequence = random.chance(0.7) ? own.length : random.int(own.length + 1)
    const target = pickOther(world, device)?.id ?? device.member
    const payload = random.pick<Payload>([
      { type: 'remove', member: target },
      { type: 'role', member: device.member, role: 'admin' },
      ...(log.names === undefined ? [] : [{ type: 'nickname', nickname: 'still here' } as const]),
      { type: 'policy', key: 'approvals', value: '8' },
    ])
    const parents = [...new Set([before.hash, ...own.slice(-1).map(({ hash }) => hash)])]
    const draft = { circle: log.circle, sequence, parents, at: device.clock.now(), payload }
    const bytes = signEntry(world.suite, device.key, draft, log.names)
    const taker = random.pick(running)
    tolerating(() => taker.take(bytes))
  }
}

// ---- inside

export function withRuling(work: (world: World, device: SimulatedDevice) => void): (world: World) => void {
  return (world) => {
    const able = ruling(world)
    if (able.length > 0) work(world, world.random.pick(able))
  }
}

/** Running devices of owners and admins, as they see themselves. */
export function ruling(world: World): SimulatedDevice[] {
  return world.running.filter((device) => {
    const member = device.state.members.get(device.member)
    return member?.state === 'active' && mayDo(member.role, 'approve')
  })
}

/** @returns whether it was allowed, and is done */
export function act(device: SimulatedDevice, payload: Payload): boolean {
  if (!device.running) return false
  let done = false
  tolerating(() => {
    device.append(payload)
    done = true
  })
  return done
}

export function pickOther(world: World, device: SimulatedDevice): Member | undefined {
  const others = activeMembers(device).filter(({ id }) => id !== device.member)
  return others.length === 0 ? undefined : world.random.pick(others)
}

function activeMembers(device: SimulatedDevice): Member[] {
  return [...device.state.members.values()].filter(({ state }) => state === 'active')
}
