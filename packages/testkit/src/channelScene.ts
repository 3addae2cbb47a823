/** The stage of channelCompliance: two channels, the links between them, and what is heard on those. */
import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import type { Channel, Link } from '@triode/channels'

/** Two channels of a kind that can reach each other, not started. */
export interface ChannelPair {
  readonly here: Channel
  readonly there: Channel
  /** Well-formed, and answered by nobody. */
  readonly nobody: string
  /** Not addresses of this channel. */
  readonly malformed: readonly string[]
}

/** A pair, and the links that `there` gave. */
export class Scene {
  readonly here: Channel
  readonly there: Channel
  readonly pair: ChannelPair
  private readonly arrived: Link[] = []
  private readonly waiting: ((link: Link) => void)[] = []

  constructor(pair: ChannelPair) {
    this.pair = pair
    this.here = pair.here
    this.there = pair.there
  }

  async start(): Promise<void> {
    await this.here.start(reject)
    await this.startThere()
  }

  async startThere(): Promise<void> {
    await this.there.start((link) => {
      const next = this.waiting.shift()
      if (next === undefined) this.arrived.push(link)
      else next(link)
    })
  }

  /** The next link that `there` gives. */
  arrival(): Promise<Link> {
    const link = this.arrived.shift()
    if (link !== undefined) return Promise.resolve(link)
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  address(of: Channel = this.there): string {
    const [first] = of.addresses()
    assert.ok(first !== undefined, 'a started channel has an address')
    return first
  }

  /** Both ends of a link, dialed by `here`. */
  async connect(): Promise<[Duplex, Duplex]> {
    const [dialed, given] = await Promise.all([this.here.dial(this.address()), this.arrival()])
    return [dialed.stream, given.stream]
  }
}

function reject(link: Link): void {
  link.stream.destroy()
}

/** All bytes until the far side ends. Unlike iterating, it leaves the own side open. */
export function bytes(stream: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.once('end', () => {
      resolve(Buffer.concat(chunks))
    })
    stream.once('close', () => {
      reject(new Error('cut off'))
    })
  })
}

export async function text(stream: Duplex): Promise<string> {
  return String(await bytes(stream))
}

/** Resolves when `stream` hears that the far side is gone: an end or a break. */
export async function parting(stream: Duplex): Promise<void> {
  if (stream.closed || stream.readableEnded) return
  await new Promise((resolve) => stream.resume().once('end', resolve).once('close', resolve))
}

export async function closing(stream: Duplex): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.resume().once('close', resolve))
}
