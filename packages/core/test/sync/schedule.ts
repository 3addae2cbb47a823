/** A few devices, thrown about by a seed: links come and go, processes die, backups are restored, clocks jump. */
import assert from 'node:assert/strict'
import {
  createSimulationSuite,
  type ConversationId,
  type PeerLink,
  type Primitives,
  type Store,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import {
  createMemoryStore,
  createSeededRandom,
  linkInMemory,
  type Connectable,
  type MemoryLinkPair,
  type MemorySnapshot,
  type MemoryStore,
  type SeededRandom,
} from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'

export interface ScheduleOptions {
  readonly devices: number
  readonly restores?: boolean
  readonly clockJumps?: boolean
  /** A room that devices enter and leave. */
  readonly room?: boolean
  readonly wrapStore?: (store: MemoryStore, name: string) => Store
  /** Called for each frame at the moment a device sends it. */
  readonly onSend?: (name: string, frame: Uint8Array) => void
  /** Which failures of what a person does are part of the story. */
  readonly mayFail?: (error: unknown) => boolean
}

export class Schedule {
  readonly random: SeededRandom
  readonly circle: TestCircle
  readonly names: string[] = []
  /** What was written durably by devices that were never set back after. */
  readonly said = new Set<string>()
  /** Ciphertexts by the key and nonce that made them. */
  readonly sealed = new Map<string, Set<string>>()
  /** The room, who is in it now, and what was written there for whom. */
  readonly room: ConversationId
  private readonly inRoom = new Set<string>()
  private readonly written: { readonly text: string; readonly readers: ReadonlySet<string> }[] = []
  private readonly links = new Map<string, MemoryLinkPair>()
  private readonly backups: { name: string; snapshot: MemorySnapshot; said: Set<string> }[] = []
  private readonly saidBy = new Map<string, Set<string>>()
  private readonly incarnations = new Map<string, number>()
  private readonly skew = new Map<string, number>()
  private readonly options: ScheduleOptions
  private readonly frames: Uint8Array[] = []
  private count = 0

  constructor(seed: string, options: ScheduleOptions) {
    this.options = options
    this.random = createSeededRandom(seed)
    this.circle = createTestCircle(`${seed}/circle`, {
      suite: createSimulationSuite(this.watched(nodePrimitives())),
      now: (name, now) => now + (this.skew.get(name) ?? 0),
      ...(options.wrapStore && { wrapStore: options.wrapStore }),
    })
    for (let n = 0; n < options.devices; n++) {
      const name = `device ${n}`
      this.names.push(name)
      this.circle.add(name)
      this.incarnations.set(name, 1)
      this.saidBy.set(name, new Set())
      this.inRoom.add(name)
    }
    this.room = this.circle.room(...this.names)
  }

  get devices(): TestDevice[] {
    return this.names.map((name) => this.circle.get(name))
  }

  step(): void {
    const name = this.random.pick(this.names)
    const roll = this.random.int(100)
    if (this.options.room === true && this.random.chance(0.3)) {
      this.stepInRoom(name)
      return
    }
    if (roll < 40) this.say(name)
    else if (roll < 50) this.attempt(() => this.circle.get(name).participant.markRead(this.circle.everyone))
    else if (roll < 65) this.toggle(name, this.random.pick(this.names))
    else if (roll < 70) this.kill(name)
    else if (roll < 73 && this.options.restores === true) this.backUpOrRestore(name)
    else if (roll < 76 && this.options.clockJumps === true) this.jump(name)
    else this.circle.clock.advance(this.random.int(roll > 96 ? 40_000 : 60))
  }

  say(name: string): void {
    const text = `${name} says ${this.count++}`
    this.attempt(() => {
      for (let n = this.random.chance(0.1) ? 70 : 1; n > 0; n--) {
        const one = n === 1 ? text : `${text} (${n})`
        this.circle.get(name).say(one)
        this.said.add(one)
        this.saidBy.get(name)?.add(one)
      }
    })
  }

  private stepInRoom(name: string): void {
    if (this.random.chance(0.2)) {
      const isIn = this.inRoom.delete(name)
      if (isIn) this.circle.remove(name, this.room)
      else this.enter(name)
    } else if (this.inRoom.has(name)) {
      const text = `${name} says ${this.count++} in the room`
      this.circle.get(name).say(text, this.room)
      this.written.push({ text, readers: new Set(this.inRoom) })
    }
  }

  private enter(name: string): void {
    this.inRoom.add(name)
    this.circle.addTo(this.room, name)
  }

  /** Everybody is let in, and has what was written while they were, and nothing else. */
  assertRoomWell(): void {
    for (const name of this.names) this.enter(name)
    for (const name of this.names) this.unlink(name)
    this.circle.settle()
    this.heal()
    for (const device of this.devices) {
      const mine = this.written.filter((one) => one.readers.has(device.name)).map((one) => one.text)
      assert.deepEqual(device.texts(this.room).sort(), mine.sort())
    }
  }

  /** The process dies, whatever it is at, and is started again. */
  kill(name: string): void {
    this.revive(name, this.circle.get(name).store.crash())
  }

  /** Starts a device again, from what its dead process left. */
  revive(name: string, store: MemoryStore): void {
    this.unlink(name)
    this.circle.restart(name, this.incarnations.get(name), store)
  }

  /** What must be true of every story when it has ended well. */
  assertWell(): void {
    const [first, ...others] = this.devices
    assert.ok(first)
    const texts = first.texts()
    for (const other of others) assert.deepEqual(other.texts(), texts)
    assert.equal(new Set(texts).size, texts.length, 'something is there twice')
    const missing = this.said.difference(new Set(texts))
    assert.deepEqual([...missing], [], 'something that was acknowledged is lost')
    assert.deepEqual(this.doublyUsedKeys(), [])
    for (const device of this.devices) this.assertDelivered(device)
  }

  private assertDelivered(device: TestDevice): void {
    const { everyone } = this.circle
    for (const message of device.participant.timeline(everyone).page({ limit: 1_000 }).messages) {
      if (message.device !== device.id) continue
      const { state } = device.participant.delivery(everyone, message)
      assert.ok(state === 'delivered' || state === 'read', `${message.text} is ${state}`)
    }
  }

  backUpOrRestore(name: string): void {
    const backup = this.backups.find((one) => one.name === name)
    if (backup === undefined) {
      const said = new Set(this.saidBy.get(name))
      this.backups.push({ name, snapshot: this.circle.get(name).store.snapshot(), said })
      return
    }
    this.backups.splice(this.backups.indexOf(backup), 1)
    this.unlink(name)
    const incarnation = (this.incarnations.get(name) ?? 0) + 1
    this.incarnations.set(name, incarnation)
    // Whether anybody had what was written since is for the others to say.
    for (const text of this.saidBy.get(name) ?? []) if (!backup.said.has(text)) this.said.delete(text)
    this.circle.restart(name, incarnation, createMemoryStore(backup.snapshot))
  }

  toggle(one: string, other: string): void {
    if (one === other) return
    const key = [one, other].sort().join()
    const link = this.links.get(key)
    if (link?.isOpen() === true) link.cut()
    else this.links.set(key, this.connect(one, other))
  }

  /** Everything is well again: all are connected with all until nothing more happens. */
  heal(): void {
    for (let round = 0; round < 3; round++) {
      for (const [index, one] of this.names.entries()) {
        for (const other of this.names.slice(index + 1)) {
          const key = [one, other].sort().join()
          if (this.links.get(key)?.isOpen() !== true) this.links.set(key, this.connect(one, other))
        }
      }
      this.circle.settle(120_000)
    }
  }

  private attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (this.options.mayFail?.(error) !== true) throw error
    }
  }

  private jump(name: string): void {
    this.skew.set(name, this.random.int(10 * 86_400_000) - 5 * 86_400_000)
  }

  unlink(name: string): void {
    for (const [key, link] of this.links) if (key.split(',').includes(name)) link.cut()
  }

  private connect(one: string, other: string): MemoryLinkPair {
    return linkInMemory(this.circle.clock, this.watchedSender(one), this.watchedSender(other), {
      delayMs: () => 1 + this.random.int(30),
    })
  }

  private watchedSender(name: string): Connectable {
    const { participant } = this.circle.get(name)
    return {
      self: participant.self,
      connect: (link: PeerLink) =>
        participant.connect({
          ...link,
          send: (frame) => {
            this.frames.push(frame)
            this.options.onSend?.(name, frame)
            link.send(frame)
          },
        }),
    }
  }

  /** Keys under which more than one ciphertext has left a device. */
  doublyUsedKeys(): string[] {
    const all = Buffer.concat(this.frames)
    return [...this.sealed]
      .filter(([, made]) => made.size > 1)
      .filter(([, made]) => [...made].filter((one) => all.includes(Buffer.from(one, 'hex'))).length > 1)
      .map(([key]) => key)
  }

  /** Keys that have sealed more than once. */
  reusedKeys(): string[] {
    return [...this.sealed].filter(([, made]) => made.size > 1).map(([key]) => key)
  }

  private watched(primitives: Primitives): Primitives {
    return {
      ...primitives,
      aeadSeal: (key, nonce, aad, plaintext, out) => {
        const sealed = primitives.aeadSeal(key, nonce, aad, plaintext, out)
        const place = `${key.toHex()}/${nonce.toHex()}`
        const made = this.sealed.get(place) ?? new Set()
        made.add(sealed.toHex())
        this.sealed.set(place, made)
        return sealed
      },
    }
  }
}
