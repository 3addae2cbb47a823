/** The invariants of a simulation, and those of them that hold at any moment; see atRest.ts for the others. */
import type { ConversationId, DeviceId, TimelineMessage } from '@triode/core'
import { checkKeeper, checkKeeperLists, checkKeeperShows } from './keepers.ts'
import { RULE } from './rule.ts'
import { sessionBytes } from './sessions.ts'
import type { Sealed } from './records.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** What sync may hold for one far device: its high-water mark and one burst of a fast link on top (spec §10). */
const MAX_SESSION_BYTES = 16 * 1_048_576
const MAX_LINK_BYTES = 16 * 1_048_576

export type Shown = ReadonlyMap<ConversationId, readonly TimelineMessage[]>

/** Checks `device`, as it is now: after a start, and now and then. */
export function checkDevice(world: World, device: SimulatedDevice): void {
  if (!device.running || device.hostile) return
  const shown = shownBy(world, device)
  checkOwnKept(world, device, shown)
  checkKeeper(world, device)
  for (const [conversation, messages] of shown) {
    checkOnceOnly(world, device, messages)
    checkOnlyWhatWasSealed(world, device, conversation, messages)
  }
}

/** Checks what has changed since the last call, and what concerns all devices and costs little: at each step. */
export function checkWorld(world: World): void {
  const { running } = world
  world.removals.look(world)
  world.readers.look(running)
  world.rosters.look(world)
  world.withdrawals.look(world)
  for (const { device, conversation, message } of world.shownRows.look(world)) {
    checkOnlyWhatWasSealed(world, device, conversation, [message])
    checkKeeperShows(world, device, message)
  }
  for (const device of world.shownRows.takeBereft())
    if (device.running) checkOwnKept(world, device, shownBy(world, device))
  world.outsiders.look(world)
  for (const device of running) if (!device.hostile) checkKeeperLists(world, device)
  if (world.ledger.reused > 0)
    world.violated(RULE.noKeyReuse, `${world.ledger.reused} keys were used for two plaintexts`)
  world.network.noteBacklogs()
  if (world.network.maxBacklogBytes > MAX_LINK_BYTES)
    world.violated(RULE.boundedMemory, `${world.network.maxBacklogBytes} bytes wait on a link`)
  checkMemory(world)
}

/** Checks what sync holds in memory. */
function checkMemory(world: World): void {
  for (const device of world.running) {
    for (const bytes of sessionBytes(device.participant)) {
      if (bytes > MAX_SESSION_BYTES)
        world.violated(RULE.boundedMemory, `${device.name} holds ${bytes} bytes for one device`)
    }
  }
}

export function shownBy(world: World, device: SimulatedDevice): Shown {
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
    const record = world.records.of(message)
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
    const record = world.records.of(message)
    if (record === undefined) {
      if (!message.deleted) world.violated(RULE.onlyWhatWasSealed, `${device.name} shows an unknown message`)
      continue
    }
    // One id for two messages of a device that runs twice, and no text to tell which.
    if (message.deleted && record.author.hostile) continue
    if (record.conversation !== conversation) wrong(record.number, 'of another conversation')
    if (record.outcome === 'refused') wrong(record.number, 'the writing of which was refused')
    if (!mayShow(device, record) && !mayBeHanded(world, device, record))
      wrong(record.number, 'which was not sealed to it')
    const texts = [record.text, ...record.amendments.map(({ text }) => text)]
    if (!message.deleted && !texts.includes(message.text))
      wrong(record.number, 'in other words than its author')
  }
}

function mayShow(device: SimulatedDevice, sealed: Sealed): boolean {
  return sealed.author.self === device.self || sealed.sealedTo.has(device.self)
}

/**
 * By the policy `history` a further device gets what the member's others have; and where it was ever `all`, a new member
 * what its inviter has (spec §10.7).
 */
function mayBeHanded(world: World, device: SimulatedDevice, { author, sealedTo }: Sealed): boolean {
  // Whose a device is does not change, though the log may say later that nobody admitted it.
  const members = [author.self, ...sealedTo.keys()].map((id) => world.find(id)?.member)
  return members.includes(device.member) || world.allHistory
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
