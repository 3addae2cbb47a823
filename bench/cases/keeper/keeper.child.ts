/** A keeper on a real vault: takes boxes of many devices, and hands them over. */
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  base32,
  createSuite,
  decodeFrame,
  dropHandle,
  dropTag,
  feedIdOf,
  encodeFrame,
  Participant,
  sealBox,
  sealNotice,
  type ConversationId,
  type DeviceId,
  type DropHandle,
  type DropTag,
  type Frame,
  type MemberId,
  type Membership,
  type SyncConnection,
} from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createVault, type Vault } from '@triode/vault'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'

const primitives = nodePrimitives()
const suite = createSuite('hybrid', primitives)
const random = systemRandom
/** Readers of each drop: a room of eleven. */
const READERS = 10
/** A block of one short message, and what names it. */
const FRAME_BYTES = 470
/** Devices that are there at a time while boxes come. */
const AT_A_TIME = 50
const CARDS = new Uint8Array(32)

interface Device {
  readonly id: DeviceId
  readonly secret: Uint8Array
  readonly conversation: ConversationId
  readonly incarnation: Uint8Array
  readonly handle: DropHandle
  readonly tag: DropTag
}

interface Input {
  readonly folder: string
  readonly devices: number
  readonly boxesEach: number
}

const idOf = (bytes: number): string => base32(random.bytes(bytes))

/** All are active; only `self` is a keeper, and nobody shares a conversation with it. */
function membershipOf(self: DeviceId, key: Uint8Array): Membership {
  return {
    log: {
      heads: () => [],
      locator: () => [],
      has: () => true,
      size: () => 0,
      from: () => [],
      missingFor: () => [],
      add: () => 'known',
    },
    cards: {
      digest: () => CARDS,
      versions: () => [],
      newerThan: () => undefined,
      judge: () => 'unknown',
      find: () => undefined,
      put: () => assert.fail('there are none'),
    },
    control: idOf(16) as ConversationId,
    isActive: () => true,
    publicKey: () => key,
    memberOf: (device) => device as string as MemberId,
    readers: () => [],
    mayRead: () => false,
    mayWrite: () => false,
    wasWriter: () => false,
    conversations: () => [],
    shared: () => [],
    recipients: () => [],
    ownOtherDevices: () => [],
    sealingTarget: () => undefined,
    sealingKey: () => undefined,
    isKeeper: (device) => device === self,
    isWelcome: () => true,
    forget: () => undefined,
  }
}

function keeperOn({ store, incarnation }: Vault): Participant {
  const signingKey = suite.signing.generate(random)
  const self = idOf(32) as DeviceId
  return new Participant({
    suite,
    store,
    clock: systemClock,
    random,
    search: undefined,
    membership: membershipOf(self, signingKey.publicKey),
    self,
    member: self as string as MemberId,
    signingKey,
    orderKey: new Uint8Array(32),
    storeIncarnation: incarnation,
    onEvent: (event) => {
      if (event.type === 'fault') throw event.fault
    },
  })
}

interface Line {
  readonly connection: SyncConnection
  readonly got: Record<string, number>
}

function connect(keeper: Participant, device: DeviceId): Line {
  const got: Record<string, number> = {}
  const connection = keeper.connect({
    device,
    send: (bytes) => {
      const { type } = decodeFrame(bytes, suite.hashBytes)
      got[type] = (got[type] ?? 0) + 1
    },
    backlogBytes: () => 0,
    setPaused: () => undefined,
    close: (fault) => {
      if (fault !== undefined && fault.code !== 'stopped') throw fault
    },
  })
  connection.receive(encodeFrame({ type: 'hello', version: 1, cards: CARDS }))
  return { connection, got }
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 1))
}

interface Cost {
  readonly cpuMs: number
  readonly ms: number
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const [cpu, began] = [process.cpuUsage(), monotonicMs()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1_000, ms: monotonicMs() - began }
}

/** What `device` leaves, made before anything is timed. */
function framesOf(
  device: Device,
  readers: readonly Device[],
  sealingKey: Uint8Array,
  boxes: number,
): Uint8Array[] {
  const { secret, conversation, incarnation } = device
  const drop = { secret, conversation, device: device.id, incarnation }
  const notices = readers.flatMap(
    ({ id }) => sealNotice(suite, random, drop, { device: id, generation: 1, sealingKey }) ?? [],
  )
  // An author has its handle where the tag stands.
  const handle = device.handle as string as DropTag
  const frames: Frame[] = [
    { type: 'notices', notices: notices.map((notice) => ({ ...notice, tag: handle })) },
  ]
  for (let seq = 1; seq <= boxes; seq++) {
    const place = { tag: device.tag, from: seq, last: seq, part: 0, final: true }
    frames.push({
      type: 'box',
      ...place,
      tag: handle,
      bytes: sealBox(suite, random, drop.secret, place, random.bytes(FRAME_BYTES)),
    })
  }
  return frames.map((frame) => encodeFrame(frame))
}

async function take(
  keeper: Participant,
  devices: readonly Device[],
  { boxesEach }: Input,
  readersOf: (index: number) => readonly Device[],
): Promise<Cost> {
  const sealingKey = suite.sealing.generate(random).publicKey
  const total = { cpuMs: 0, ms: 0 }
  for (let at = 0; at < devices.length; at += AT_A_TIME) {
    const some = devices.slice(at, at + AT_A_TIME)
    const made = some.map((device, index) => framesOf(device, readersOf(at + index), sealingKey, boxesEach))
    const cost = await costOf(async () => {
      const lines = some.map((device, index) => {
        const line = connect(keeper, device.id)
        for (const frame of made[index] ?? []) line.connection.receive(frame)
        return line
      })
      await until(() => lines.every(({ got }) => (got['kept'] ?? 0) >= boxesEach))
      for (const { connection } of lines) connection.disconnected()
    })
    total.cpuMs += cost.cpuMs
    total.ms += cost.ms
  }
  return total
}

function residentMiB(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss() / 1_048_576
}

async function measure(input: Input): Promise<Record<string, number>> {
  const { folder, devices: count, boxesEach } = input
  mkdirSync(folder, { recursive: true })
  const vault = createVault(join(folder, 'home'), 'a passphrase of the bench', {
    primitives,
    random,
    clock: systemClock,
  })
  try {
    const keeper = keeperOn(vault)
    const devices = Array.from({ length: count }, (): Device => {
      const [id, conversation] = [idOf(32) as DeviceId, idOf(16) as ConversationId]
      const [secret, incarnation] = [random.bytes(32), random.bytes(8)]
      const handle = dropHandle(suite, secret, feedIdOf(suite, conversation, id, incarnation))
      return { id, secret, conversation, incarnation, handle, tag: dropTag(suite, id, handle) }
    })
    const readersOf = (index: number): Device[] =>
      Array.from({ length: READERS }, (_, n) => devices.at((index + n + 1) % count)).filter(
        (one) => one !== undefined,
      )
    const before = residentMiB()
    const taken = await take(keeper, devices, input, readersOf)
    const holding = residentMiB()
    const lines: Line[] = []
    const connected = await costOf(async () => {
      for (const { id } of devices) lines.push(connect(keeper, id))
      await until(() => lines.every(({ got }) => (got['offers'] ?? 0) > 0))
    })
    const all = residentMiB()
    const handed = await costOf(async () => {
      for (const [index, { connection }] of lines.entries()) {
        const tag = devices.at(index - 1)?.tag
        if (tag !== undefined) connection.receive(encodeFrame({ type: 'collect', tag, from: 1 }))
      }
      await until(() => lines.every(({ got }) => (got['box'] ?? 0) >= boxesEach))
    })
    const boxes = count * boxesEach
    const figures = keeper.keeping.kept.figures()
    if (figures.boxes !== boxes) throw new Error(`${String(figures.boxes)} of ${String(boxes)} are held`)
    keeper.stop()
    return {
      'take, CPU a box': (taken.cpuMs / boxes) * 1_000,
      take: boxes / (taken.ms / 1_000),
      'hand over, CPU a box': (handed.cpuMs / boxes) * 1_000,
      'hand over': boxes / (handed.ms / 1_000),
      'connect, CPU a device': connected.cpuMs / count,
      'resident before': before,
      'resident, holding': holding,
      'resident, all connected': all,
      database: vault.databaseBytes / 1e6,
      'counted against the capacity': figures.bytes / 1e6,
    }
  } finally {
    vault.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

answerCalls({ measure })
