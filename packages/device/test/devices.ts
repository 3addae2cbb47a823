/** Devices in this process, in homes of their own, that meet over TCP on loopback. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, KeeperTerms } from '@triode/core'
import { openDevice, type DeviceEvent, type DeviceOptions, type DeviceService } from '../src/index.ts'
import type { Unlocked } from '../src/unlocked.ts'

export const PASSPHRASE = 'a passphrase for tests'

/** Protects nothing; takes a millisecond. */
export const CHEAP = {
  name: 'argon2id',
  memoryKib: 64,
  passes: 1,
  parallelism: 1,
} satisfies DeviceOptions['kdf']

/** One device, and what it told. */
export interface TestDevice {
  readonly device: DeviceService
  readonly home: string
  readonly events: DeviceEvent[]
}

/** Makes devices, and takes them away in the end. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'triode-device-'))
  /** What those that are made from now on take for others, as keepers. */
  keeper: Partial<KeeperTerms> | undefined
  private readonly opened: DeviceService[] = []
  private count = 0

  home(): string {
    return join(this.folder, `home-${String(++this.count)}`)
  }

  /** @param clock the system's unless given */
  async open(
    home = this.home(),
    channels: readonly string[] = ['tcp'],
    clock?: Clock,
    listen: DeviceOptions['listen'] = [{ host: '127.0.0.1', port: 0 }],
  ): Promise<TestDevice> {
    const device = await openDevice({
      home,
      channels,
      listen,
      version: 'test',
      kdf: CHEAP,
      ...(clock && { clock }),
      ...(this.keeper && { keeper: this.keeper }),
    })
    const events: DeviceEvent[] = []
    device.subscribe((event) => events.push(event))
    this.opened.push(device)
    return { device, home, events }
  }

  /** Unlocked, with a vault. */
  async make(
    name?: string,
    channels?: readonly string[],
    clock?: Clock,
    listen?: DeviceOptions['listen'],
  ): Promise<TestDevice> {
    const made = await this.open(undefined, channels, clock, listen)
    await made.device.init({ passphrase: PASSPHRASE, ...(name !== undefined && { name }) })
    return made
  }

  /** Takes it away with the others in the end. */
  adopt(device: DeviceService): void {
    this.opened.push(device)
  }

  async end(): Promise<void> {
    await Promise.all(this.opened.map((device) => device.close()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The code that `attempt` was refused with. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'no fault',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
}

/** Waits until `probe` gives something. @throws Error naming `what` */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
): Promise<T> {
  const until = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined) return value
    if (performance.now() > until) throw new Error(`still waiting after ${String(timeoutMs)} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** `joiner` joins the circle of `inviter` and has a tunnel to it. @returns the circle's id */
export async function join2(inviter: TestDevice, joiner: TestDevice, circle: string, role?: string) {
  const { link } = await inviter.device.invite({ circle, ...(role !== undefined && { role }) })
  const joined = await joiner.device.join({ link })
  await eventually('both have a tunnel', async () => {
    const lists = await Promise.all([inviter.device.peers(circle), joiner.device.peers(circle)])
    return lists.every((list) => list.length > 0) ? true : undefined
  })
  return joined
}

/** Alice's circle, which Bob has joined. */
export async function pair(bench: Bench) {
  const [alice, bob] = await Promise.all([bench.make('Alice'), bench.make('Bob')])
  const { circle } = await alice.device.createCircle({ name: 'Circle' })
  const joined = await join2(alice, bob, circle)
  return { alice, bob, circle, joined }
}

/** What a device is made of while it is unlocked: more than a face can reach. */
export function inside({ device }: Pick<TestDevice, 'device'>): Unlocked {
  return (device as unknown as { readonly state: { readonly unlocked: Unlocked } }).state.unlocked
}

/** Where it listens for calls over TCP. */
export async function tcpAddressOf({ device }: TestDevice): Promise<string> {
  const { channels } = await device.status()
  return channels.find(({ name }) => name === 'tcp')?.addresses[0] ?? assert.fail('no address')
}

/** What was said in a conversation, as one shows it. */
export async function textsIn({ device }: TestDevice, where: string): Promise<string[]> {
  const { messages } = await device.messages({ where, limit: 500 })
  return messages.map(({ text }) => text)
}

export type EventOf<T extends DeviceEvent['type']> = Extract<DeviceEvent, { type: T }>

export function eventsOf<T extends DeviceEvent['type']>(one: TestDevice, type: T): EventOf<T>[] {
  return one.events.filter((event): event is EventOf<T> => event.type === type)
}

/** The first event of a type that fits, now or later. */
export function event<T extends DeviceEvent['type']>(
  one: TestDevice,
  type: T,
  fits: (event: EventOf<T>) => boolean = () => true,
): Promise<EventOf<T>> {
  return eventually(`an event: ${type}`, () => eventsOf(one, type).find(fits))
}
