/** The invariants of a simulation that hold once everything was healed and has come to rest. */
import {
  equalBytes,
  fromBase32,
  parseMessageId,
  type Block,
  type ConversationId,
  type FeedId,
  type MemberId,
  type MessageId,
  type TimelineMessage,
} from '@triode/core'
import { checkSecrets } from './circleSecret.ts'
import { activeDevices } from './activeDevices.ts'
import { checkDissolution } from './dissolution.ts'
import { deliveryFindings, reads } from './deliveries.ts'
import { checkDevice, checkWorld, shownBy, type Shown } from './checks.ts'
import { RULE } from './rule.ts'
import type { Amendment, WrittenMessage } from './records.ts'
import { checkNamesKeys } from './namesKeys.ts'
import { checkOwnReads } from './ownReads.ts'
import { rosterOf, unnamedRosterOf } from './rosters.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Checks everything, once the world was healed and has come to rest. */
export function checkAtRest(world: World): void {
  const active = activeDevices(world)
  const shown = new Map(active.map((device) => [device, shownBy(world, device)]))
  for (const device of world.devices) checkDevice(world, device)
  checkWorld(world)
  checkMembership(world, active)
  checkNamesKeys(world, active)
  checkOwnReads(world, active)
  checkDissolution(world)
  checkSecrets(world, active)
  checkOrder(world, shown)
  world.outsiders.lookAtAll(world)
  for (const record of world.records.messages) {
    if (record.author.hostile || record.expires || record.outcome === 'refused') continue
    checkMessage(world, record, active, shown)
  }
  for (const { rule, what } of deliveryFindings(world, active, shown)) world.violated(rule, what)
}

function checkMembership(world: World, active: readonly SimulatedDevice[]): void {
  const [first] = active
  if (first === undefined) return
  const digest = first.now.log.digest().toHex()
  const cards = cardsOf(first)
  const named = active.find(({ now }) => now.log.names !== undefined)
  for (const device of active) {
    if (device.now.log.digest().toHex() !== digest)
      world.violated(RULE.sameMembership, `${device.name} and ${first.name} have different logs`)
    else if (makesAnother(device, first, named))
      world.violated(
        RULE.sameMembership,
        `${device.name} and ${first.name} make different rosters of one log`,
      )
    if (cardsOf(device) !== cards)
      world.violated(RULE.sameMembership, `${device.name} and ${first.name} have different cards`)
  }
}

/** With names and rooms, where it can read them. */
function makesAnother(
  { now: { log } }: SimulatedDevice,
  first: SimulatedDevice,
  named: SimulatedDevice | undefined,
): boolean {
  if (unnamedRosterOf(log) !== unnamedRosterOf(first.now.log)) return true
  return log.names !== undefined && named !== undefined && rosterOf(log.state()) !== rosterOf(named.state)
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
      ?.find((message) => world.records.of(message) === record)
  const readers = active.filter((device) => knows(device, record) && reads(device, record.conversation))
  const deleted = record.amendments.some(({ kind, outcome }) => kind === 'delete' && outcome !== 'refused')
  const views = readers.map((device) => ({ device, view: viewOf(device) }))
  const anyone = views.some(({ view }) => view !== undefined)
  const safe =
    record.outcome === 'acknowledged' && !record.frail && active.includes(record.author) && canHandOut(record)
  for (const { device, view } of views) {
    if (view !== undefined || deleted || !takes(device, record)) continue
    if (!safe && !(anyone && isOffered(world, active, record, device))) continue
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
  const { conversation } = record
  if (views.some(({ device }) => counting.some(({ author }) => !takes(device, { author, conversation }))))
    return
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

/** Of those who were put out nobody takes anything who knows it, and it need not come to all alike. */
function takes(
  { participant }: SimulatedDevice,
  { author, conversation }: Pick<WrittenMessage, 'author' | 'conversation'>,
): boolean {
  return participant.membership.wasWriter(author.self, conversation)
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

/** Its author is there, and in the conversation. */
function canHandOut({ author, conversation }: WrittenMessage): boolean {
  return !author.gone && author.running && reads(author, conversation)
}

/**
 * Somebody to whom it is linked could go on with the feed for `device` where `device` stands. Else what lies between is lost with its author,
 * and what follows can't be taken in: a position must not cover what is missing (spec §9.6).
 */
function isOffered(
  world: World,
  active: readonly SimulatedDevice[],
  { conversation, id, author }: WrittenMessage,
  device: SimulatedDevice,
): boolean {
  if (id === undefined) return false
  const { feed } = parseMessageId(id)
  const offers = active.flatMap((other) => {
    if (!reads(other, conversation) || !world.network.linked(other, device)) return []
    const block = offerOf(other, conversation, feed, device)
    return block === undefined ? [] : [{ member: other.member, block }]
  })
  return offers.some(({ block }) => !waits(device, block)) || areBelieved(offers, author)
}

/** The block with which `other` would go on. */
function offerOf(
  other: SimulatedDevice,
  conversation: ConversationId,
  feed: FeedId,
  device: SimulatedDevice,
): Block | undefined {
  const known = device.participant.feeds(conversation).get(feed)
  const next = (known?.head.seq ?? 0) + 1
  const feeds = other.participant.feeds(conversation)
  if (known?.chainKey !== undefined) {
    const block = feeds.log(feed).at(next)
    return block !== undefined && block.from <= next ? block : undefined
  }
  const epochs = feeds.epochs(feed)
  const start = epochs.firstFor(device.self, next)
  const tag = fromBase32(device.self)
  const mine = start && epochs.envelopes(start.epoch).find((envelope) => startsWith(tag, envelope.tag))
  return start !== undefined && mine !== undefined && mine.previous < next
    ? feeds.log(feed).at(start.seq)
    : undefined
}

/** Of an hour in the chain (spec §9.7). */
const HOUR_MS = 3_600_000

/** By its clock something in it has not expired yet that is said to have, and nobody signed that it may be gone. */
function waits({ clock }: SimulatedDevice, { items }: Block): boolean {
  return items.some(
    (item) =>
      item.kind === 'erased' && item.proof === undefined && (item.expiryHour ?? 0) * HOUR_MS > clock.now(),
  )
}

/** Two members are believed that it is the clock of who asks that is behind, or one device of the author's (spec §9.7). */
function areBelieved(offers: readonly { member: MemberId }[], author: SimulatedDevice): boolean {
  const members = new Set(offers.map(({ member }) => member))
  return members.size >= 2 || members.has(author.member)
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, prefix.length), prefix)
}
