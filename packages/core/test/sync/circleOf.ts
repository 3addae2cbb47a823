/** A circle whose membership is simply given: for tests of feeds and sync, which leave membership to others. */
import { nodePrimitives } from '@triode/crypto'
import {
  createSimulationSuite,
  deviceIdOf,
  ConversationIds,
  Participant,
  type CircleId,
  type ConversationId,
  type DeviceId,
  type MemberId,
  type Membership,
  type ParticipantEvent,
  type SealingKey,
  type SigningKey,
  base32,
} from '@triode/core'
import { createMemoryStore, createSeededRandom, createVirtualClock } from '@triode/testkit'

export const suite = createSimulationSuite(nodePrimitives())

export interface TestDevice {
  readonly name: string
  readonly id: DeviceId
  readonly participant: Participant
  readonly events: ParticipantEvent[]
  readonly store: ReturnType<typeof createMemoryStore>
  texts(conversation?: ConversationId): string[]
  say(text: string): void
}

export interface TestCircle {
  readonly clock: ReturnType<typeof createVirtualClock>
  readonly everyone: ConversationId
  readonly devices: Map<string, TestDevice>
  add(name: string): TestDevice
  /** The same device from what its store has kept. */
  restart(name: string, incarnation?: number): TestDevice
  /** Runs the clock until nothing is left to do within `ms`. */
  settle(ms?: number): void
}

interface Known {
  readonly signing: SigningKey
  readonly sealing: SealingKey
  readonly id: DeviceId
}

export function createTestCircle(seed = 'circle'): TestCircle {
  const clock = createVirtualClock(1_800_000_000_000)
  const random = createSeededRandom(seed)
  const circle = base32(random.bytes(32)) as CircleId
  const ids = new ConversationIds(suite, circle)
  const known = new Map<string, Known>()
  const devices = new Map<string, TestDevice>()

  function membershipOf(name: string): Membership {
    const all = (): Known[] => [...known.values()]
    const find = (id: DeviceId): Known | undefined => all().find((one) => one.id === id)
    const mayRead = (device: DeviceId, conversation: ConversationId): boolean =>
      find(device) !== undefined && conversation === ids.circle
    return {
      log: { heads: () => [], locator: () => [], has: () => false, missingFor: () => [], add: () => 'known' },
      cards: {
        digest: () => new Uint8Array(32),
        versions: () => [],
        newerThan: () => undefined,
        put: () => 'known',
      },
      isActive: (device) => find(device) !== undefined,
      publicKey: (device) => find(device)?.signing.publicKey,
      memberOf: (device) => device as string as MemberId,
      readers: () => all().map((one) => one.id),
      mayRead,
      mayWrite: mayRead,
      wasWriter: mayRead,
      conversations: () => [ids.circle],
      shared: () => [ids.circle],
      recipients: () => all().map((one) => ({ member: one.id as string as MemberId, devices: [one.id] })),
      ownOtherDevices: () => [],
      sealingTarget: (device) => {
        const one = find(device)
        return one && { device, generation: 1, sealingKey: one.sealing.publicKey }
      },
      sealingKey: () => known.get(name)?.sealing,
    }
  }

  function start(name: string, store: TestDevice['store'], incarnation: number): TestDevice {
    const keys = known.get(name)
    if (keys === undefined) throw new Error(`no device ${name}`)
    const events: ParticipantEvent[] = []
    const participant = new Participant({
      suite,
      store,
      clock,
      random: random.fork(`${name}/${incarnation}`),
      search: undefined,
      membership: membershipOf(name),
      self: keys.id,
      member: keys.id as string as MemberId,
      signingKey: keys.signing,
      orderKey: new Uint8Array(32),
      storeIncarnation: Uint8Array.of(incarnation),
      onEvent: (event) => events.push(event),
    })
    const device: TestDevice = {
      name,
      id: keys.id,
      participant,
      events,
      store,
      texts: (conversation = ids.circle) =>
        participant
          .timeline(conversation)
          .page({ limit: 1_000 })
          .messages.map((message) => message.text),
      say: (text) => participant.write(ids.circle, { kind: 'text', text, mentions: [] }),
    }
    devices.set(name, device)
    return device
  }

  return {
    clock,
    everyone: ids.circle,
    devices,
    add(name) {
      const signing = suite.signing.generate(random)
      known.set(name, {
        signing,
        sealing: suite.sealing.generate(random),
        id: deviceIdOf(suite, signing.publicKey),
      })
      return start(name, createMemoryStore(), 1)
    },
    restart(name, incarnation = 1) {
      const before = devices.get(name)
      if (before === undefined) throw new Error(`no device ${name}`)
      before.participant.stop()
      return start(name, before.store, incarnation)
    },
    settle(ms = 60_000) {
      clock.advance(ms)
    },
  }
}
