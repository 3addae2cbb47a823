/** What happens in a simulation, one thing a step, and how often each. */
import {
  CallerFault,
  Unavailable,
  type Body,
  type ConversationId,
  type MessageId,
  type TimelineMessage,
} from '@triode/core'
import { withRunning, type Action } from './action.ts'
import { tolerating } from './tolerating.ts'
import { GOVERNING } from './governing.ts'
import { MEMBERSHIP_ACTIONS } from './membershipActions.ts'
import { sealedToNow, type Amendment, type Outcome, type Sealed } from './records.ts'
import { RULE } from './rule.ts'
import { steal } from './secrecy.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000
const EXPIRES_AFTER_MS = 3_600_000
/** Tunnels that a device has at most in a simulation: messages have to travel over others. */
export const MAX_DEGREE = 4
/** States stolen in one run: each is tried on all that was sent. */
const MAX_THEFTS = 2
const EMOJI = ['👍', '❤️', '🎉'] as const

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
  partition: { weight: 0.7, run: partition },
  heal: { weight: 1, run: (world) => world.network.heal() },
  restoreTwice: { weight: 0.2, run: restoreTwice },
  steal: { weight: 0.3, run: withRunning(theft) },
  ...MEMBERSHIP_ACTIONS,
}

/** What happens where nothing goes wrong: nobody is cut off, dies, or has a wrong clock. */
const CALM = new Set([
  ...['write', 'read', 'edit', 'delete', 'react', 'steal'],
  ...Object.keys(MEMBERSHIP_ACTIONS),
  ...Object.keys(GOVERNING),
])

export interface Mood {
  /** Nothing that goes wrong. */
  readonly calm: boolean
  /** Also what governs a circle that asks for approvals. */
  readonly governed: boolean
}

/** Runs one action. @returns its name */
export function act(world: World, { calm, governed }: Mood): string {
  const actions = governed ? { ...ACTIONS, ...GOVERNING } : ACTIONS
  const names = Object.keys(actions).filter((name) => !calm || CALM.has(name))
  let left = world.random.fraction() * names.reduce((sum, name) => sum + (actions[name]?.weight ?? 0), 0)
  for (const name of names) {
    left -= actions[name]?.weight ?? 0
    if (left >= 0) continue
    actions[name]?.run(world)
    return name
  }
  return 'nothing'
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
  if (id !== undefined && !device.hostile) checkStandsLast(world, device, conversation, id)
  const frail = device.hostile || device.gone
  world.records.add({ ...sealed, number, conversation, text, id, expires, amendments: [], frail })
}

/** After all that its author had when it was written: that is what each device has to show before it (spec §11.3). */
function checkStandsLast(
  world: World,
  author: SimulatedDevice,
  conversation: ConversationId,
  id: MessageId,
): void {
  const last = author.participant.timeline(conversation).lastMessage()
  if (last !== undefined && last.id !== id)
    world.violated(RULE.sameOrder, `${author.name} puts its own ${id} before ${last.id}, which it had`)
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
    world.traffic.note(author, conversation, sealedTo, world.clock.elapsed())
    world.removals.noteSealed(author, sealedTo.keys())
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
  world.records.makeFrail(device.member)
}

/** One backup, two disks: the person forgets that the first restored device is still on. */
function restoreTwice(world: World): void {
  const saved = world.members.filter((device) => device.hasBackup && !device.hostile)
  if (saved.length > 0) world.restoreTwice(world.random.pick(saved))
}

function theft(world: World, device: SimulatedDevice): void {
  if (!device.hostile && world.thefts.length < MAX_THEFTS) steal(world, device)
}
