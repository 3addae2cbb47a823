/** A member who moves from network to network, or sleeps, while messages go to and fro with another: how long until the next ones arrive. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { HostDevice } from './hostDevice.ts'
import { NatLab, NETWORK, type LabHost, type Network } from './natLab.ts'
import type { Step } from './reach.ts'

const PASSPHRASE = 'a passphrase of the lab'
const CIRCLE = 'Lab'
const TALKER = join(import.meta.dirname, 'talker.ts')
const DHT_PORT = 49_737
/** Reached by its own address where it has one, IPv4 or IPv6. */
const LISTEN = ['--listen', '0.0.0.0:4711', '--listen', '[::]:4711']

/** Messages that were sent so long after a change are looked at. */
const WATCHED_MS = 10_000
/** How long a tunnel of the two is waited for, when messages go already. */
const TUNNEL_MS = 20_000

/** What a talker tells. */
type Told =
  | { readonly sent: string; readonly at: number }
  | { readonly heard: string; readonly at: number }
  | { readonly up: string; readonly over: string; readonly at: number }

export interface Healed {
  /** Milliseconds from the change until a message that was sent after it arrived: from the one that moved, and to it. */
  readonly fromMs: number
  readonly toMs: number
  /** How long the slowest message took of those that were sent in the 10 s after the change, either way. */
  readonly slowestMs: number
  /** The tunnels between the two since the change, one after another. */
  readonly tunnels: readonly Step[]
}

class Member {
  readonly host: LabHost
  readonly device: HostDevice
  readonly name: string
  readonly told: Told[] = []
  id = ''
  private talker: ChildProcess | undefined

  constructor(name: string, host: LabHost, home: string) {
    this.name = name
    this.host = host
    const args = ['--channels', 'lan,tcp,dht', ...LISTEN]
    this.device = new HostDevice({ prefix: host.prefix, args }, home, PASSPHRASE)
  }

  talk(): void {
    const [command = '', ...prefix] = this.host.prefix
    const { api, token } = this.device
    const child = spawn(command, [...prefix, process.execPath, TALKER, api, token, CIRCLE, this.name], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    createInterface(child.stdout).on('line', (line) => this.told.push(JSON.parse(line) as Told))
    this.talker = child
  }

  hush(): void {
    this.talker?.kill()
    this.talker = undefined
  }

  /** Texts that its device took. */
  get sent(): { text: string; at: number }[] {
    return this.told.flatMap((one) => ('sent' in one ? [{ text: one.sent, at: one.at }] : []))
  }

  /** How long the slowest message of `other` took that was sent in this time; Infinity while one has not come. */
  slowestOf(other: Member, from: number, to: number): number {
    const heard = new Map(this.told.flatMap((one) => ('heard' in one ? [[one.heard, one.at] as const] : [])))
    const sent = other.sent.filter(({ at }) => at >= from && at < to)
    return Math.max(...sent.map(({ text, at }) => (heard.get(text) ?? Infinity) - at))
  }

  /** When the first message of `other` arrived here that was sent after `since`. */
  heardOf(other: Member, since: number): number | undefined {
    const fresh = new Set(other.sent.filter(({ at }) => at >= since).map(({ text }) => text))
    return this.told.find((one) => 'heard' in one && fresh.has(one.heard))?.at
  }

  tunnelsTo(other: Member, since: number): Step[] {
    return this.told.flatMap((one) =>
      'up' in one && one.up === other.id && one.at >= since
        ? [{ channel: one.over, tookMs: one.at - since }]
        : [],
    )
  }
}

export class RoamLab {
  private readonly lab = new NatLab()
  private readonly folder = mkdtempSync(join(tmpdir(), 'triode-roam-'))
  private readonly carol: Member
  readonly mover: Member
  readonly other: Member

  constructor() {
    this.carol = this.member('Carol', NETWORK.open)
    this.mover = this.member('Alice', NETWORK.independent)
    this.other = this.member('Bob', NETWORK.independent)
  }

  /** Makes the circle; messages go from then on. */
  async start(): Promise<void> {
    const [address = ''] = this.carol.host.addresses
    for (const member of this.members) {
      member.device.cli('init', '--name', member.name)
      await member.device.start()
      const serve = member === this.carol ? ['--serve', `${address}:${String(DHT_PORT)}`] : []
      member.device.cli('channel', 'on', 'dht', '--yes', ...serve)
      if (member === this.carol) member.device.cli('circle', 'create', CIRCLE)
      else member.device.cli('join', (this.carol.device.cli('invite', CIRCLE) as { link: string }).link)
      const { devices } = member.device.cli('network', CIRCLE) as {
        devices: { device: string; self: boolean }[]
      }
      member.id = devices.find(({ self }) => self)?.device ?? ''
    }
    for (const member of [this.mover, this.other]) member.talk()
    await this.healed(Date.now(), 60_000)
  }

  /**
   * Changes something, which is done when `change` resolves, and waits until messages go both ways again, be it by way of the third, and
   * a while for a tunnel of the two that nobody hands on.
   */
  async roam(
    change: (mover: Member, other: Member) => void | Promise<void>,
    withinMs: number,
  ): Promise<Healed> {
    await change(this.mover, this.other)
    const since = Date.now()
    const { fromMs, toMs } = await this.healed(since, withinMs)
    const tunnels = (): Step[] => this.mover.tunnelsTo(this.other, since)
    const isBest = ({ channel }: Step): boolean => channel !== 'forward'
    for (const until = Date.now() + TUNNEL_MS; Date.now() < until && !tunnels().some(isBest);)
      await pause(100)
    const slowestMs = await this.slowest(since, withinMs)
    return { fromMs, toMs, slowestMs, tunnels: tunnels() }
  }

  /** Ends the talk. @throws AssertionError unless both have every message once, and those of each in the order they were sent */
  async check(): Promise<number> {
    const both = [this.mover, this.other]
    for (const member of both) member.hush()
    const until = Date.now() + 60_000
    const wanted = both.flatMap(({ sent }) => sent).length
    for (const member of both) {
      let texts = this.everything(member)
      while (texts.length < wanted && Date.now() < until) {
        await pause(500)
        texts = this.everything(member)
      }
      for (const { name, sent } of both) {
        const of = texts.filter((text) => text.startsWith(`${name} `))
        const missing = sent.map(({ text }) => text).filter((text) => !of.includes(text))
        assert.deepEqual(missing, [], `${member.name} lacks messages of ${name}`)
        assert.equal(new Set(of).size, of.length, `${member.name} has messages of ${name} twice`)
        const numbers = of.map((text) => Number(text.split(' ')[1]))
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
          `${member.name} has those of ${name} in another order`,
        )
      }
    }
    return wanted
  }

  async end(): Promise<void> {
    for (const member of this.members) member.hush()
    await Promise.all(this.members.map(({ device }) => device.stop()))
    this.lab.end()
    rmSync(this.folder, { recursive: true, force: true })
  }

  // ---- inside

  private get members(): readonly Member[] {
    return [this.carol, this.mover, this.other]
  }

  private member(name: string, network: Network): Member {
    return new Member(name, this.lab.host(network), join(this.folder, name))
  }

  private async slowest(since: number, withinMs: number): Promise<number> {
    const { mover, other } = this
    for (;;) {
      const until = since + WATCHED_MS
      const ms = Math.max(other.slowestOf(mover, since, until), mover.slowestOf(other, since, until))
      if ((Date.now() > until && Number.isFinite(ms)) || Date.now() - since > withinMs) return ms
      await pause(100)
    }
  }

  private async healed(since: number, withinMs: number): Promise<{ fromMs: number; toMs: number }> {
    const { mover, other } = this
    for (;;) {
      const from = other.heardOf(mover, since)
      const to = mover.heardOf(other, since)
      const isOver = Date.now() - since > withinMs
      if ((from !== undefined && to !== undefined) || isOver)
        return { fromMs: (from ?? Infinity) - since, toMs: (to ?? Infinity) - since }
      await pause(100)
    }
  }

  private everything({ device }: Member): string[] {
    const all: string[] = []
    let before: string[] = []
    for (;;) {
      const { messages, more } = device.cli('messages', CIRCLE, '--limit', '500', ...before) as unknown as {
        messages: { id: string; text: string }[]
        more: boolean
      }
      all.unshift(...messages.map(({ text }) => text))
      if (!more || messages[0] === undefined) return all
      before = ['--before', messages[0].id]
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
