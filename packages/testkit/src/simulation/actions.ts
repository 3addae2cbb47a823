/** What happens in a simulation, one thing a step, and how often each. */
import {
  CallerFault,
  roomIdOf,
  sortedMembers,
  Unavailable,
  type Body,
  type ConversationId,
  type MemberId,
  type MessageId,
  type Role,
  type TimelineMessage,
} from '@triode/core'
import { Killed } from './observedStore.ts'
import { sealedToNow, type Amendment, type Outcome, type Sealed } from './records.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000
const EXPIRES_AFTER_MS = 3_600_000
/** Tunnels that a device has at most in a simulation: messages have to travel over others. */
export const MAX_DEGREE = 4
const ROOM_NONCE_BYTES = 16
const EMOJI = ['👍', '❤️', '🎉'] as const

export interface Action {
  readonly weight: number
  run(world: World): void
}

export const ACTIONS: Readonly<Record<string, Action>> = {
  write: { weight: 30, run: withRunning(write) },
  link: { weight: 24, run: withRunning(link) },
  cut: { weight: 5, run: (world) => world.network.cutOne() },
  stall: { weight: 3, run: (world) => world.network.stallOne() },
  read: { weight: 8, run: withRunning(read) },
  edit: { weight: 3, run: withRunning((world, device) => amendOwn(world, device, 'edit')) },
  delete: { weight: 2, run: withRunning((world, device) => amendOwn(world, device, 'delete')) },
  react: { weight: 4, run: withRunning(react) },
  crash: { weight: 3, run: withRunning((_world, device) => device.crash()) },
  die: { weight: 3, run: withRunning(die) },
  stop: { weight: 2, run: withRunning((_world, device) => device.stop()) },
  start: { weight: 9, run: start },
  jump: { weight: 2, run: withRunning(jump) },
  sleep: { weight: 2, run: (world) => world.clock.advance(world.random.int(4 * 3_600_000)) },
  fillDisk: { weight: 1, run: withRunning(fillDisk) },
  freeDisk: { weight: 3, run: freeDisks },
  backup: { weight: 2, run: withRunning((_world, device) => device.takeBackup()) },
  restore: { weight: 1, run: restore },
  room: { weight: 1.5, run: withRunning(makeRoom) },
  changeRoom: { weight: 1.5, run: withRunning(changeRoom) },
  partition: { weight: 0.7, run: partition },
  heal: { weight: 1, run: (world) => world.network.heal() },
  join: { weight: 1, run: withRunning(invite) },
  leave: { weight: 0.4, run: withRunning(leave) },
}

/** Runs one action. @returns its name */
export function act(world: World): string {
  const names = Object.keys(ACTIONS)
  let left = world.random.fraction() * names.reduce((sum, name) => sum + (ACTIONS[name]?.weight ?? 0), 0)
  for (const name of names) {
    left -= ACTIONS[name]?.weight ?? 0
    if (left >= 0) continue
    ACTIONS[name]?.run(world)
    return name
  }
  return 'nothing'
}

function withRunning(work: (world: World, device: SimulatedDevice) => void): (world: World) => void {
  return (world) => {
    const { running } = world
    if (running.length > 0) work(world, world.random.pick(running))
  }
}

// ---- messages

function write(world: World, device: SimulatedDevice): void {
  const conversation = pickConversation(world, device)
  if (conversation === undefined) return
  const burst = world.random.chance(0.1) ? 1 + world.random.int(20) : 1
  for (let i = 0; i < burst && device.running; i++) writeOne(world, device, conversation)
}

/** Writes a text that no other has. */
export function writeOne(world: World, device: SimulatedDevice, conversation: ConversationId): void {
  const number = world.records.nextNumber
  const text = `m${number} by ${device.name} ${'.'.repeat(world.random.int(120))}`
  const expires = world.random.chance(0.03)
  const body: Body = {
    kind: 'text',
    text,
    mentions: [],
    ...(expires && { expiresAfterMs: EXPIRES_AFTER_MS }),
  }
  const { id, ...sealed } = attempt(world, device, conversation, body)
  const frail = device.hostile || device.gone
  world.records.add({ ...sealed, number, conversation, text, id, expires, amendments: [], frail })
}

interface Attempted extends Sealed {
  readonly id: MessageId | undefined
}

function attempt(world: World, author: SimulatedDevice, conversation: ConversationId, body: Body): Attempted {
  const now = sealedToNow(author, conversation)
  const made = (outcome: Outcome): Attempted => ({ author, sealedTo: now, outcome, id: undefined })
  try {
    const id = author.participant.write(conversation, body)
    const feed = author.participant.ownFeed(conversation)
    const sealedTo = feed === undefined ? now : world.records.sealedBy(author, feed, now)
    return { author, sealedTo, outcome: 'acknowledged', id }
  } catch (cause) {
    if (!author.running) return made('unsure')
    if (cause instanceof Unavailable || cause instanceof CallerFault) return made('refused')
    throw cause
  }
}

function pickConversation(world: World, device: SimulatedDevice): ConversationId | undefined {
  const all = device.participant.conversations()
  if (all.length === 0) return undefined
  if (world.random.chance(0.5)) return all[0]
  const rooms = all.filter((id) => world.rooms.has(id))
  return rooms.length > 0 && world.random.chance(0.5) ? world.random.pick(rooms) : world.random.pick(all)
}

function latest(world: World, device: SimulatedDevice): [ConversationId, TimelineMessage[]] | undefined {
  const conversation = pickConversation(world, device)
  if (conversation === undefined) return undefined
  const { messages } = device.participant.timeline(conversation).page({ limit: 30 })
  return messages.length === 0 ? undefined : [conversation, messages]
}

function read(world: World, device: SimulatedDevice): void {
  const found = latest(world, device)
  if (found === undefined) return
  const [conversation, messages] = found
  const upTo = world.random.chance(0.5) ? undefined : world.random.pick(messages).id
  tolerating(() => device.participant.markRead(conversation, upTo))
}

function amendOwn(world: World, device: SimulatedDevice, kind: 'edit' | 'delete'): void {
  const found = latest(world, device)
  const own = found?.[1].filter((message) => message.device === device.self && !message.deleted) ?? []
  if (found === undefined || own.length === 0) return
  const target = world.random.pick(own)
  const known = world.records.get(target.id)
  if (known === undefined) return
  const text = `m${known.number}/${known.amendments.length} by ${device.name}`
  const body: Body =
    kind === 'edit' ? { kind, target: target.id, text, mentions: [] } : { kind, target: target.id }
  amend(world, device, found[0], known.amendments, body, { kind, text: kind === 'edit' ? text : undefined })
}

function react(world: World, device: SimulatedDevice): void {
  const found = latest(world, device)
  if (found === undefined) return
  const target = world.random.pick(found[1])
  const known = world.records.get(target.id)
  if (known === undefined) return
  const on = world.random.chance(0.8)
  const body: Body = { kind: 'reaction', target: target.id, emoji: world.random.pick(EMOJI), on }
  amend(world, device, found[0], known.amendments, body, { kind: 'reaction', text: undefined })
}

function amend(
  world: World,
  device: SimulatedDevice,
  conversation: ConversationId,
  amendments: Amendment[],
  body: Body,
  about: Pick<Amendment, 'kind' | 'text'>,
): void {
  const { author, sealedTo, outcome } = attempt(world, device, conversation, body)
  amendments.push({ author, sealedTo, outcome, ...about })
}

// ---- the network and the machines

function link(world: World, device: SimulatedDevice): void {
  const { network, random } = world
  const twins = world.devices.filter((other) => other.running && !world.members.includes(other))
  const others = [...world.running, ...twins].filter((other) => network.degree(other) < MAX_DEGREE)
  if (others.length === 0 || network.degree(device) >= MAX_DEGREE) return
  network.link(device, random.pick(others))
}

function partition(world: World): void {
  world.network.partition(world.devices, 2 + world.random.int(2))
}

function die(world: World, device: SimulatedDevice): void {
  device.dieAt({ writes: world.random.int(12), afterCommit: world.random.chance(0.4) })
}

function start(world: World): void {
  const down = world.members.filter((device) => !device.running)
  if (down.length > 0) world.random.pick(down).start()
}

function jump(world: World, device: SimulatedDevice): void {
  const days = world.random.pick([-6, -2, -0.1, 0.1, 2, 6])
  device.clock.jump(days * DAY_MS)
}

function fillDisk(_world: World, device: SimulatedDevice): void {
  device.fillDisk(new Unavailable('disk-full'))
}

function freeDisks(world: World): void {
  for (const device of world.members) device.fillDisk(undefined)
}

function restore(world: World): void {
  const saved = world.members.filter((device) => device.hasBackup && !device.hostile)
  if (saved.length === 0) return
  const device = world.random.pick(saved)
  device.restore()
  world.records.makeFrail(device)
}

// ---- membership

function makeRoom(world: World, device: SimulatedDevice): void {
  const others = activeMembers(device).filter((member) => member !== device.member)
  const members = world.random.shuffle(others).slice(0, 1 + world.random.int(Math.max(1, others.length)))
  if (members.length === 0 || world.rooms.size >= 12) return
  const nonce = world.random.bytes(ROOM_NONCE_BYTES)
  tolerating(() => {
    device.append({ type: 'room', nonce, members: sortedMembers(members) })
    world.rooms.add(roomIdOf(world.suite, device.state.id, device.self, nonce))
  })
}

function changeRoom(world: World, device: SimulatedDevice): void {
  const rooms = [...device.state.rooms.values()].filter((room) => room.members.includes(device.member))
  if (rooms.length === 0) return
  const room = world.random.pick(rooms)
  const outside = activeMembers(device).filter((member) => !room.members.includes(member))
  const add = outside.length > 0 && world.random.chance(0.6) ? [world.random.pick(outside)] : []
  const remove = add.length > 0 ? [] : [device.member]
  tolerating(() => {
    device.append({ type: 'room-members', room: room.id, add, remove })
    if (remove.length > 0) world.records.makeFrail(device, room.id)
  })
}

function activeMembers(device: SimulatedDevice): MemberId[] {
  return [...device.state.members.values()]
    .filter((member) => member.state === 'active')
    .map((member) => member.id)
}

function invite(world: World, device: SimulatedDevice): void {
  const role: Role = world.random.chance(0.1) ? 'guest' : world.random.chance(0.1) ? 'admin' : 'member'
  const invitee = world.join(device, role)
  if (invitee !== undefined && device.running) world.network.link(device, invitee)
}

/** It tells whom it is connected to, and stays on: from now on it must see nothing new. */
function leave(world: World, device: SimulatedDevice): void {
  if (world.honest.length < 4 || device.hostile) return
  tolerating(() => {
    device.append({ type: 'leave' })
    device.gone = true
    world.records.makeFrail(device)
  })
}

/** A refusal by the circle's rules, a full disk, the end of the process: all in a day's work. */
function tolerating(work: () => void): void {
  try {
    work()
  } catch (cause) {
    if (!(cause instanceof CallerFault || cause instanceof Unavailable || cause instanceof Killed))
      throw cause
  }
}
