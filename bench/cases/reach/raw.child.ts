/** What each channel is made of, without Triode: connected, and one message there and back. In a process of its own, which holds what stays open. */
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import HyperDHT, { type SecretStream } from 'hyperdht'
import { answerCalls } from '../../harness/child.ts'
import { rawTls } from '../../harness/rawTls.ts'
import { median, monotonicMs } from '../../harness/statistics.ts'
import { RawOnion, type Echoing } from './rawOnion.ts'
import type { Reached } from './triode.ts'
import type { Setting } from './ways.ts'

const MESSAGE = Buffer.alloc(300, 7)
const HOST = '127.0.0.1'

export interface RawTask {
  readonly way: string
  readonly setting: Setting
  readonly scratch: string
  readonly times: number
}

answerCalls({ reach: reachRaw })

/** Medians of `times` times; null where nothing stands beside the channel. */
async function reachRaw({ way, setting, scratch, times }: RawTask): Promise<Reached | null> {
  if (setting.over === 'tcp') return await overTls(times, way.endsWith('IPv6') ? '::1' : HOST)
  if (setting.over === 'dht') return await overDht(setting.nodes ?? [], times)
  if (setting.over === 'tor') return await RawOnion.reach(setting.torrc ?? '', scratch, times, timed)
  return null
}

/** @param connect resolves when bytes can go; the far side sends back what comes */
async function timed(connect: () => Promise<Echoing>, times: number): Promise<Reached> {
  const all: Reached[] = []
  for (let time = 0; time < times; time++) {
    const started = monotonicMs()
    const stream = await connect()
    const tunnelMs = monotonicMs() - started
    const back = new Promise<void>((resolve) => {
      stream.once('data', () => {
        resolve()
      })
    })
    stream.write(MESSAGE)
    await back
    all.push({ tunnelMs, messageMs: monotonicMs() - started })
    stream.destroy()
  }
  return {
    tunnelMs: median(all.map(({ tunnelMs }) => tunnelMs)),
    messageMs: median(all.map(({ messageMs }) => messageMs)),
  }
}

function echo(stream: Echoing): void {
  stream.on('error', () => stream.destroy())
  stream.on('data', (data) => stream.write(data))
}

async function overTls(times: number, host: string): Promise<Reached> {
  const tls = await rawTls('hybrid')
  const port = await tls.listen((socket: TLSSocket) => {
    echo(socket)
  }, host)
  return await timed(async () => {
    const socket = tls.dial(port, host)
    await once(socket, 'secureConnect')
    return socket
  }, times)
}

/** As a device that comes: it enters, asks who is there under a topic, and calls. */
async function overDht(nodes: readonly string[], times: number): Promise<Reached> {
  const bootstrap = nodes.map((node) => {
    const [host = '', port] = node.split(':')
    return { host, port: Number(port) }
  })
  const topic = Buffer.alloc(32, 1)
  const keyPair = HyperDHT.keyPair()
  const callee = new HyperDHT({ bootstrap, host: HOST })
  const server = callee.createServer({ shareLocalAddress: false }, echo)
  await server.listen(keyPair)
  await callee.announce(topic, keyPair, server.relayAddresses.slice(0, 3)).finished()
  const callers: HyperDHT[] = []
  try {
    return await timed(async () => {
      const caller = new HyperDHT({ bootstrap, host: HOST })
      callers.push(caller)
      const stream = caller.connect(await lookedUp(caller, topic), {
        keyPair: HyperDHT.keyPair(),
        localConnection: false,
      })
      await opened(stream)
      return stream
    }, times)
  } finally {
    await Promise.all([callee, ...callers].map((one) => one.destroy({ force: true })))
  }
}

async function lookedUp(dht: HyperDHT, topic: Buffer): Promise<Buffer> {
  await dht.fullyBootstrapped()
  for await (const reply of dht.lookup(topic)) {
    const [peer] = reply?.peers ?? []
    if (peer !== undefined) return peer.publicKey
  }
  throw new Error('nobody is announced')
}

async function opened(stream: SecretStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject)
    stream.once('open', () => {
      resolve()
    })
  })
}
