/** The invariants of a simulation: some hold at any moment, the rest once everything was healed and has come to rest. */
import {
  equalBytes,
  type ConversationId,
  type DeviceId,
  type MessageId,
  type TimelineMessage,
} from '@triode/core'
import { sessionBytes } from './sessions.ts'
import type { Amendment, Sealed, WrittenMessage } from './records.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Each invariant, by the name under which a violation of it is told. */
export const RULE = {
  ownKept: 'own-kept',
  onceOnly: 'once-only',
  sameOrder: 'same-order',
  sameMembership: 'same-membership',
  onlyWhatWasSealed: 'only-what-was-sealed',
  everythingSealed: 'everything-sealed',
  sameMessages: 'same-messages',
  deliveryTrue: 'delivery-true',
  deliveryTold: 'delivery-told',
  noKeyReuse: 'no-key-reuse',
  boundedMemory: 'bounded-memory',
  durableFirst: 'durable-first',
  noFalseAccusation: 'no-false-accusation',
} as const

/** What sync may hold for one far device: its high-water mark and one burst of a fast link on top (spec §10). */
const MAX_SESSION_BYTES = 16 * 1_048_576
const MAX_LINK_BYTES = 16 * 1_048_576

type Shown = ReadonlyMap<ConversationId, readonly TimelineMessage[]>

// ---------------------------------------------------------------- at any moment

/** Checks `device`, as it is now: after a start, and now and then. */
export function checkDevice(world: World, device: SimulatedDevice): void {
  if (!device.running || device.hostile) return
  const shown = shownBy(world, device)
  checkOwnKept(world, device, shown)
  for (const [conversation, messages] of shown) {
    checkOnceOnly(world, device, messages)
    checkOnlyWhatWasSealed(world, device, conversation, messages)
  }
}

/** Checks what concerns all devices and costs little. */
export function checkWorld(world: World): void {
  if (world.ledger.reused > 0)
    world.violated(RULE.noKeyReuse, `${world.ledger.reused} keys were used for two plaintexts`)
  world.network.noteBacklogs()
  if (world.network.maxBacklogBytes > MAX_LINK_BYTES)
    world.violated(RULE.boundedMemory, `${world.network.maxBacklogBytes} bytes wait on a link`)
}

/** Checks what sync holds in memory. */
export function checkMemory(world: World): void {
  for (const device of world.running) {
    for (const bytes of sessionBytes(device.participant)) {
      if (bytes > MAX_SESSION_BYTES)
        world.violated(RULE.boundedMemory, `${device.name} holds ${bytes} bytes for one device`)
    }
  }
}

function shownBy(world: World, device: SimulatedDevice): Shown {
  const conversations = new Set(device.participant.conversations())
  for (const message of world.records.messages) {
    if (message.author === device || message.sealedTo.has(device.self))
      conversations.add(message.conversation)
  }
  return new Map([...conversations].map((conversation) => [conversation, device.shown(conversation)]))
}

/** What was acknowledged to its author is on its disk, whatever happened to the process. */
function checkOwnKept(world: World, device: SimulatedDevice, shown: Shown): void {
  const ids = new Set([...shown.values()].flatMap((messages) => messages.map((message) => message.id)))
  for (const message of world.records.acknowledgedBy(device)) {
    if (message.frail || message.expires || message.id === undefined || ids.has(message.id)) continue
    world.violated(RULE.ownKept, `${device.name} lost its own message ${message.number}`)
  }
}

function checkOnceOnly(world: World, device: SimulatedDevice, messages: readonly TimelineMessage[]): void {
  const seen = new Set<number>()
  for (const message of messages) {
    const record = recordOf(world, message)
    if (record === undefined) continue
    if (seen.has(record.number))
      world.violated(RULE.onceOnly, `${device.name} shows message ${record.number} twice`)
    seen.add(record.number)
  }
}

function checkOnlyWhatWasSealed(
  world: World,
  device: SimulatedDevice,
  conversation: ConversationId,
  messages: readonly TimelineMessage[],
): void {
  const wrong = (number: number, why: string): void =>
    world.violated(RULE.onlyWhatWasSealed, `${device.name} shows message ${number}, ${why}`)
  for (const message of messages) {
    if (message.kind !== 'text') continue
    const record = recordOf(world, message)
    if (record === undefined) {
      if (!message.deleted) world.violated(RULE.onlyWhatWasSealed, `${device.name} shows an unknown message`)
      continue
    }
    if (record.conversation !== conversation) wrong(record.number, 'of another conversation')
    if (record.outcome === 'refused') wrong(record.number, 'the writing of which was refused')
    if (!mayShow(device, record)) wrong(record.number, 'which was not sealed to it')
    const texts = [record.text, ...record.amendments.map(({ text }) => text)]
    if (!message.deleted && !texts.includes(message.text))
      wrong(record.number, 'in other words than its author')
  }
}

/** By its text first: a device that runs twice gives one id to two messages. */
function recordOf(world: World, message: TimelineMessage): WrittenMessage | undefined {
  return world.records.byText(message.text) ?? world.records.get(message.id)
}

function mayShow(device: SimulatedDevice, sealed: Sealed): boolean {
  return sealed.author.self === device.self || sealed.sealedTo.has(device.self)
}

// ---------------------------------------------------------------- at rest

/** Checks everything, once the world was healed and has come to rest. */
export function checkAtRest(world: World): void {
  const active = activeDevices(world)
  const shown = new Map(active.map((device) => [device, shownBy(world, device)]))
  for (const device of world.devices) checkDevice(world, device)
  checkWorld(world)
  checkMembership(world, active)
  checkOrder(world, shown)
  for (const record of world.records.messages) {
    if (record.author.hostile || record.expires || record.outcome === 'refused') continue
    checkMessage(world, record, active, shown)
  }
  for (const device of active) checkDelivery(world, device, active, shown.get(device) ?? new Map())
}

/** Honest devices that belong to the circle, as the first of them sees it. */
export function activeDevices(world: World): SimulatedDevice[] {
  const running = world.honest.filter((device) => device.running)
  const devices = running[0]?.state.devices
  return running.filter((device) => devices?.get(device.self)?.active === true)
}

function checkMembership(world: World, active: readonly SimulatedDevice[]): void {
  const [first] = active
  if (first === undefined) return
  const digest = first.now.log.digest().toHex()
  const cards = cardsOf(first)
  for (const device of active) {
    if (device.now.log.digest().toHex() !== digest)
      world.violated(RULE.sameMembership, `${device.name} and ${first.name} have different logs`)
    else if (rosterOf(device) !== rosterOf(first))
      world.violated(
        RULE.sameMembership,
        `${device.name} and ${first.name} make different rosters of one log`,
      )
    if (cardsOf(device) !== cards)
      world.violated(RULE.sameMembership, `${device.name} and ${first.name} have different cards`)
  }
}

function rosterOf(device: SimulatedDevice): string {
  const { members, rooms } = device.state
  const roster = [...members.values()].map((member) => `${member.id} ${member.role} ${member.state}`).sort()
  const seats = [...rooms.values()].map((room) => `${room.id} ${room.members.join()}`).sort()
  return [...roster, ...seats].join('\n')
}

/** Of active devices: what is kept of those that are gone does not matter. */
function cardsOf(device: SimulatedDevice): string {
  return device.now.cards
    .versions()
    .filter(([of]) => device.state.devices.get(of)?.active === true)
    .map(([of, generation]) => `${of}/${generation}`)
    .sort()
    .join()
}

/**
 * There is one order of all messages of which every device shows a part: what follows what never runs in a circle. Two
 * histories of one feed have two orders; those of hostile members are left out.
 */
function checkOrder(world: World, shown: ReadonlyMap<SimulatedDevice, Shown>): void {
  const next = new Map<MessageId, Set<MessageId>>()
  const before = new Map<MessageId, number>()
  for (const conversations of shown.values()) {
    for (const all of conversations.values()) {
      const messages = all.filter((message) => world.find(message.device)?.hostile !== true)
      for (const [index, { id }] of messages.entries()) {
        if (!before.has(id)) before.set(id, 0)
        const follower = messages[index + 1]?.id
        const followers = next.get(id) ?? new Set()
        next.set(id, followers)
        if (follower === undefined || followers.has(follower)) continue
        followers.add(follower)
        before.set(follower, (before.get(follower) ?? 0) + 1)
      }
    }
  }
  const ready = [...before].filter(([, count]) => count === 0).map(([id]) => id)
  let ordered = 0
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    ordered++
    for (const follower of next.get(id) ?? []) {
      const left = (before.get(follower) ?? 0) - 1
      before.set(follower, left)
      if (left === 0) ready.push(follower)
    }
  }
  if (ordered < before.size)
    world.violated(RULE.sameOrder, `${before.size - ordered} messages have no common order`)
}

/** Everyone whom it was sealed to shows it, in the same words. */
function checkMessage(
  world: World,
  record: WrittenMessage,
  active: readonly SimulatedDevice[],
  shown: ReadonlyMap<SimulatedDevice, Shown>,
): void {
  const viewOf = (device: SimulatedDevice): TimelineMessage | undefined =>
    shown
      .get(device)
      ?.get(record.conversation)
      ?.find((message) => recordOf(world, message) === record)
  const readers = active.filter((device) => knows(device, record) && reads(device, record.conversation))
  const deleted = record.amendments.some(({ kind, outcome }) => kind === 'delete' && outcome !== 'refused')
  const views = readers.map((device) => ({ device, view: viewOf(device) }))
  const anyone = views.some(({ view }) => view !== undefined)
  const due = record.outcome === 'acknowledged' && !record.frail
  for (const { device, view } of views) {
    if (view !== undefined || deleted || !(due || anyone)) continue
    world.violated(
      RULE.everythingSealed,
      `${device.name} lacks message ${record.number} of ${record.author.name}`,
    )
  }
  checkSameWords(
    world,
    record,
    views.flatMap(({ device, view }) => (view === undefined ? [] : [{ device, view }])),
  )
}

function checkSameWords(
  world: World,
  record: WrittenMessage,
  views: readonly { device: SimulatedDevice; view: TimelineMessage }[],
): void {
  const counting = record.amendments.filter(({ outcome }) => outcome !== 'refused')
  const full = views.filter(({ device }) => counting.every((amendment) => knows(device, amendment)))
  const [first] = full
  if (first === undefined || counting.some(({ author }) => author.hostile)) return
  for (const { device, view } of full) {
    if (wordsOf(view) === wordsOf(first.view)) continue
    world.violated(
      RULE.sameMessages,
      `${device.name} and ${first.device.name} show message ${record.number} differently: ${wordsOf(view)} and ${wordsOf(first.view)}`,
    )
  }
}

function wordsOf({ deleted, text, reactions }: TimelineMessage): string {
  return JSON.stringify({ deleted, text, reactions })
}

/** Sealed to `device`, and it did not lose what is needed to read it by being set back. */
function knows(device: SimulatedDevice, sealed: Amendment | WrittenMessage): boolean {
  if (sealed.author.self === device.self) return !device.restored
  const target = sealed.sealedTo.get(device.self)
  if (target === undefined || !device.restored) return target !== undefined
  const key = device.now.sealingKeys.find(target.generation)
  return key !== undefined && equalBytes(key.publicKey, target.sealingKey)
}

/** It still does: who left a room gets no more of it. */
function reads(device: SimulatedDevice, conversation: ConversationId): boolean {
  return device.participant.conversations().includes(conversation)
}

/** Who is said to have a message has it; and its author is told of all who do. */
function checkDelivery(
  world: World,
  device: SimulatedDevice,
  active: readonly SimulatedDevice[],
  shown: Shown,
): void {
  const byMember = new Map<string, SimulatedDevice>(active.map((other) => [other.member, other]))
  for (const [conversation, messages] of shown) {
    if (!device.participant.conversations().includes(conversation)) continue
    const recipients = device.participant.membership
      .recipients(conversation)
      .filter(({ member }) => member !== device.member)
    for (const message of messages) {
      if (message.device !== device.self) continue
      const { delivered, read } = device.participant.delivery(conversation, message)
      let [have, haveRead, unknown] = [0, 0, 0]
      for (const { member } of recipients) {
        const recipient = byMember.get(member)
        // Hostile members say what they like, and one that was set back said what was true then.
        if (recipient === undefined || recipient.restored) unknown++
        else {
          if ((recipient.participant.feeds(conversation).get(message.feed)?.head.seq ?? 0) >= message.seq)
            have++
          if (recipient.participant.readUpTo(conversation, message.feed) >= message.seq) haveRead++
        }
      }
      const number = recordOf(world, message)?.number ?? -1
      const about = `of message ${number} ${device.name} believes ${delivered.count} delivered and ${read.count} read`
      if (delivered.count > have + unknown || read.count > haveRead + unknown)
        world.violated(RULE.deliveryTrue, `${about}, but ${have} and ${haveRead} are`)
      if (!device.restored && (delivered.count < have || read.count < haveRead))
        world.violated(RULE.deliveryTold, `${about}, while ${have} and ${haveRead} are`)
    }
  }
}

/** Delivered means that the recipient has it, at any moment. */
export function checkDeliveryNow(world: World): void {
  const honest = world.honest.filter((device) => device.running)
  const byId = new Map<DeviceId, SimulatedDevice>(world.devices.map((device) => [device.self, device]))
  for (const device of honest) {
    for (const conversation of device.participant.conversations()) {
      const feed = device.participant.ownFeed(conversation)
      if (feed === undefined || feed.head.seq === 0) continue
      const last = { feed: feed.id, seq: feed.head.seq, member: device.member }
      const { delivered } = device.participant.delivery(conversation, last)
      const recipients = device.participant.membership
        .recipients(conversation)
        .filter(({ member }) => member !== device.member)
      const able = recipients.filter(({ devices }) =>
        devices.some((id) => {
          const other = byId.get(id)
          if (other === undefined || other.hostile || other.restored || !other.running) return true
          return (other.participant.feeds(conversation).get(feed.id)?.head.seq ?? 0) >= last.seq
        }),
      )
      if (delivered.count > able.length)
        world.violated(
          RULE.deliveryTrue,
          `${device.name} believes ${delivered.count} delivered of its last entry, but at most ${able.length} are`,
        )
    }
  }
}
