/** A circle whose membership is simply given: for tests of feeds and sync, which leave membership to others. */
import assert from 'node:assert/strict'
import { nodePrimitives } from '@triode/crypto'
import {
  createSimulationSuite,
  deviceIdOf,
  ConversationIds,
  Participant,
  type CircleId,
  type ConversationId,
  type DeviceId,
  type HistoryGiver,
  type MemberId,
  type Membership,
  type MessageId,
  type ParticipantEvent,
  type SealingKey,
  type Share,
  type SigningKey,
  type Store,
  type Suite,
  base32,
} from '@triode/core'
import { createMemoryStore, createSeededRandom, createVirtualClock, type MemoryStore } from '@triode/testkit'

export const suite = createSimulationSuite(nodePrimitives())

export interface TestDevice {
  readonly name: string
  readonly id: DeviceId
  readonly signing: SigningKey
  readonly participant: Participant
  readonly events: ParticipantEvent[]
  readonly store: MemoryStore
  /** All messages, from old to new. */
  texts(conversation?: ConversationId): string[]
  say(text: string, conversation?: ConversationId): MessageId
  /** Codes of the faults told so far, with the name of the device at fault. */
  faults(): string[]
}

export interface TestCircle {
  readonly clock: ReturnType<typeof createVirtualClock>
  readonly everyone: ConversationId
  readonly devices: Map<string, TestDevice>
  /** With `member`: a further device of the member whose first one has that name. */
  add(name: string, member?: string): TestDevice
  get(name: string): TestDevice
  /** The same device from what its store, or another one, has kept; a higher incarnation says that it was restored. */
  restart(name: string, incarnation?: number, store?: MemoryStore): TestDevice
  /** The conversation of a device's own member. */
  self(name: string): ConversationId
  /** A conversation of some members. */
  room(...names: string[]): ConversationId
  /** From now on `name` is no reader of a room, or with `everyone` no device of the circle any more. */
  remove(name: string, conversation: ConversationId): void
  addTo(conversation: ConversationId, name: string): void
  /** Runs the clock until nothing is left to do within `ms`. */
  settle(ms?: number): void
}

export interface TestCircleOptions {
  readonly suite?: Suite
  /** What a device gets in place of its store. */
  readonly wrapStore?: (store: MemoryStore, name: string) => Store
  /** What each member may fill of another's disk. */
  readonly memberShare?: Share
  /** Who hands history over to whom, by their names; default: nobody. */
  readonly history?: (from: string, to: string) => HistoryGiver | undefined
  /** Clock of a device, by its name. */
  readonly now?: (name: string, now: number) => number
}

interface Known {
  readonly name: string
  readonly signing: SigningKey
  readonly sealing: SealingKey
  readonly id: DeviceId
  /** Named by its first device. */
  readonly member: MemberId
  readonly memberName: string
}

export function createTestCircle(seed = 'circle', options: TestCircleOptions = {}): TestCircle {
  const used = options.suite ?? suite
  const clock = createVirtualClock(1_800_000_000_000)
  const random = createSeededRandom(seed)
  const circle = base32(random.bytes(32)) as CircleId
  const ids = new ConversationIds(used, circle)
  const known = new Map<string, Known>()
  const gone = new Set<string>()
  const rooms = new Map<ConversationId, Set<string>>()
  const devices = new Map<string, TestDevice>()
  let starts = 0

  const all = (): Known[] => [...known.values()]
  const find = (id: DeviceId): Known | undefined => all().find((one) => one.id === id)
  const nameOf = (id: DeviceId | undefined): string => (id === undefined ? 'self' : (find(id)?.name ?? id))

  function isReader(one: Known, conversation: ConversationId): boolean {
    if (gone.has(one.name)) return false
    return (
      conversation === ids.circle ||
      conversation === ids.control ||
      conversation === ids.self(one.member) ||
      rooms.get(conversation)?.has(one.memberName) === true
    )
  }

  function membershipOf(name: string): Membership {
    const mayRead = (device: DeviceId, conversation: ConversationId): boolean => {
      const one = find(device)
      return one !== undefined && isReader(one, conversation)
    }
    const conversations = (): ConversationId[] =>
      [ids.circle, ...rooms.keys(), ...all().map((one) => ids.self(one.member))].filter(
        (conversation, at, list) =>
          list.indexOf(conversation) === at &&
          all().some((one) => one.name === name && isReader(one, conversation)),
      )
    const me = (): Known | undefined => known.get(name)
    const nameOrNone = (id: DeviceId): string => find(id)?.name ?? ''
    return {
      log: {
        heads: () => [],
        locator: () => [],
        has: () => false,
        size: () => 0,
        from: () => [],
        missingFor: () => [],
        add: () => 'known',
      },
      cards: {
        digest: () => new Uint8Array(32),
        versions: () => [],
        newerThan: () => undefined,
        judge: () => 'unknown',
        find: () => undefined,
        put: () => assert.fail('there are none'),
      },
      control: ids.control,
      get own() {
        return ids.self(me()?.member ?? ('' as MemberId))
      },
      historyFrom: (device) => options.history?.(nameOrNone(device), name),
      historyFor: (device) => options.history?.(name, nameOrNone(device)),
      isActive: (device) => {
        const one = find(device)
        return one !== undefined && !gone.has(one.name)
      },
      publicKey: (device) => find(device)?.signing.publicKey,
      memberOf: (device) => find(device)?.member,
      readers: (conversation) =>
        all()
          .filter((one) => isReader(one, conversation))
          .map((one) => one.id),
      mayRead,
      mayWrite: mayRead,
      wasWriter: mayRead,
      conversations,
      shared: (device) =>
        [ids.control, ...conversations()].filter((conversation) => mayRead(device, conversation)),
      recipients: (conversation) =>
        [...new Set(all().map((one) => one.member))]
          .map((member) => ({
            member,
            devices: all()
              .filter((one) => one.member === member && isReader(one, conversation))
              .map((one) => one.id),
          }))
          .filter(({ devices }) => devices.length > 0),
      ownOtherDevices: () =>
        all()
          .filter((one) => one.member === me()?.member && one.name !== name)
          .map((one) => one.id),
      sealingTarget: (device) => {
        const one = find(device)
        return one && { device, generation: 1, sealingKey: one.sealing.publicKey }
      },
      sealingKey: () => known.get(name)?.sealing,
      forget: () => undefined,
    }
  }

  function start(name: string, store: MemoryStore, incarnation: number): TestDevice {
    const keys = known.get(name)
    if (keys === undefined) throw new Error(`no device ${name}`)
    const events: ParticipantEvent[] = []
    const participant = new Participant({
      suite: used,
      store: options.wrapStore?.(store, name) ?? store,
      clock: { ...clock, now: () => options.now?.(name, clock.now()) ?? clock.now() },
      random: random.fork(`${name}/${starts++}`),
      search: undefined,
      membership: membershipOf(name),
      self: keys.id,
      member: keys.member,
      signingKey: keys.signing,
      orderKey: new Uint8Array(32),
      storeIncarnation: Uint8Array.of(incarnation),
      ...(options.memberShare && { memberShare: options.memberShare }),
      onEvent: (event) => events.push(event),
    })
    const device: TestDevice = {
      name,
      id: keys.id,
      signing: keys.signing,
      participant,
      events,
      store,
      texts: (conversation = ids.circle) => allTexts(participant, conversation),
      say: (text, conversation = ids.circle) =>
        participant.write(conversation, { kind: 'text', text, mentions: [] }),
      faults: () =>
        events.flatMap((event) =>
          event.type === 'fault' ? `${nameOf(event.device)}: ${event.fault.code}` : [],
        ),
    }
    devices.set(name, device)
    return device
  }

  function get(name: string): TestDevice {
    const device = devices.get(name)
    if (device === undefined) throw new Error(`no device ${name}`)
    return device
  }

  return {
    clock,
    everyone: ids.circle,
    devices,
    get,
    add(name, memberName = name) {
      const signing = used.signing.generate(random)
      const sealing = used.sealing.generate(random)
      const id = deviceIdOf(used, signing.publicKey)
      const member = known.get(memberName)?.member ?? (id as string as MemberId)
      known.set(name, { name, signing, sealing, id, member, memberName })
      return start(name, createMemoryStore(), 1)
    },
    restart(name, incarnation = 1, store = get(name).store) {
      get(name).participant.stop()
      return start(name, store, incarnation)
    },
    self: (name) => ids.self(known.get(name)?.member ?? ('' as MemberId)),
    room(...names) {
      const conversation = base32(random.bytes(16)) as ConversationId
      rooms.set(conversation, new Set(names))
      return conversation
    },
    remove(name, conversation) {
      if (conversation === ids.circle) gone.add(name)
      else rooms.get(conversation)?.delete(name)
    },
    addTo(conversation, name) {
      rooms.get(conversation)?.add(name)
    },
    settle(ms = 60_000) {
      clock.advance(ms)
    },
  }
}

function allTexts(participant: Participant, conversation: ConversationId): string[] {
  const texts: string[] = []
  let before: MessageId | undefined
  for (;;) {
    const page = participant
      .timeline(conversation)
      .page({ limit: 1_000, ...(before !== undefined && { before }) })
    texts.unshift(...page.messages.map((message) => message.text))
    before = page.messages[0]?.id
    if (!page.more) return texts
  }
}
