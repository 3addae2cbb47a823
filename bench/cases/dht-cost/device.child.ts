/** A device's DHT channel, alone in its process: what each thing that it does sends and receives. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DhtChannel, type Link } from '@triode/channels'
import { answerCalls } from '../../harness/child.ts'
import { countUdp, since, type Traffic } from '../../harness/udpTraffic.ts'

const HOST = '127.0.0.1'
const QUIET_MS = 300

const traffic = countUdp()
let channel: DhtChannel
const links: Link[] = []

export interface Cost extends Traffic {
  /** Milliseconds of processor time. */
  readonly cpuMs: number
}

/** What `work` costs, with what follows an answer: until nothing came for a while. */
async function costOf(work: () => Promise<void>): Promise<Cost> {
  const [before, cpu] = [traffic(), process.cpuUsage()]
  await work()
  for (let last = -1; last !== traffic().receivedPackets;) {
    last = traffic().receivedPackets
    await sleep(QUIET_MS)
  }
  const { user, system } = process.cpuUsage(cpu)
  return { ...since(before, traffic()), cpuMs: (user + system) / 1_000 }
}

function found(name: string): Promise<string> {
  return new Promise((resolve) => {
    const stop = channel.watch((seen, address) => {
      if (seen !== name) return
      stop()
      resolve(address)
    })
  })
}

answerCalls({
  enter: (nodes: readonly string[]) =>
    costOf(async () => {
      channel = new DhtChannel({ host: HOST, nodes })
      await channel.start((link) => {
        links.push(link)
        link.stream.on('error', () => link.stream.destroy()).resume()
      })
    }),
  announce: (name: string) =>
    costOf(async () => {
      channel.announce([name])
      while (channel.addresses().length === 0) await sleep(10)
    }),
  /** Asks for a name until somebody is found under it. */
  find: (name: string) =>
    costOf(async () => {
      const there = found(name)
      channel.seek([name])
      await there
      channel.seek([])
    }),
  /** Asks for a name once, under which nobody is. */
  miss: (name: string) =>
    costOf(async () => {
      channel.seek([name])
      channel.seek([])
      await sleep(QUIET_MS)
    }),
  seek: (names: readonly string[]) => {
    channel.seek(names)
  },
  dial: (address: string) =>
    costOf(async () => {
      const link = await channel.dial(address)
      links.push(link)
      link.stream.on('error', () => link.stream.destroy()).resume()
    }),
  address: () => channel.addresses()[0],
  hangUp: () => {
    for (const link of links.splice(0)) link.stream.destroy()
  },
  traffic: () => traffic(),
})
