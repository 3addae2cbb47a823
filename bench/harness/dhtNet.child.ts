/** A DHT of so many nodes on loopback, in a process of its own: what a device meets in one, without the Internet. */
import { randomBytes } from 'node:crypto'
import HyperDHT, { type NodeAddress } from 'hyperdht'
import { answerCalls } from './child.ts'

const HOST = '127.0.0.1'
/** Nodes that enter at a time: all at once ask the first one alone, and it forgets some. */
const AT_A_TIME = 16

let nodes: HyperDHT[] = []

/** @returns where it can be entered, `IPV4:PORT` each: what two devices that serve would name */
async function start(count: number): Promise<string[]> {
  const options = { ephemeral: false, firewalled: false, host: HOST }
  const first = new HyperDHT({ ...options, bootstrap: [] })
  await first.fullyBootstrapped()
  nodes = [first]
  const bootstrap = [{ host: HOST, port: portOf(first) }]
  while (nodes.length < count) {
    const some = Math.min(AT_A_TIME, count - nodes.length)
    const news = Array.from({ length: some }, () => new HyperDHT({ ...options, bootstrap }))
    await Promise.all(news.map((node) => node.fullyBootstrapped()))
    nodes.push(...news)
  }
  return nodes.slice(0, 2).map((node) => `${HOST}:${String(portOf(node))}`)
}

function portOf(node: HyperDHT): number {
  const address = node.address()
  if (address === null) throw new Error('a node has no port')
  return address.port
}

export interface Hops {
  /** From the first nodes that are asked to the one that is closest, counting both; mean over all. */
  readonly hops: number
  /** Nodes asked; mean over all. */
  readonly asked: number
}

/** So many look-ups of a place in the DHT, by a device that entered and is no node itself. */
async function hops(lookups: number): Promise<Hops> {
  const [first] = nodes
  if (first === undefined) throw new Error('there is no DHT')
  const device = new HyperDHT({ bootstrap: [{ host: HOST, port: portOf(first) }], host: HOST })
  await device.fullyBootstrapped()
  const total = { hops: 0, asked: 0 }
  for (let done = 0; done < lookups; done++) {
    const depths = new Map<string, number>()
    const keyOf = ({ host, port }: NodeAddress): string => `${host}:${String(port)}`
    const query = device.findNode(randomBytes(32))
    for await (const reply of query) {
      const depth = depths.get(keyOf(reply.from)) ?? 1
      for (const node of reply.closerNodes ?? []) {
        const known = depths.get(keyOf(node)) ?? Infinity
        depths.set(keyOf(node), Math.min(known, depth + 1))
      }
    }
    const [closest] = query.closestReplies
    total.hops += closest === undefined ? 0 : (depths.get(keyOf(closest.from)) ?? 1)
    total.asked += query.successes + query.errors
  }
  await device.destroy({ force: true })
  return { hops: total.hops / lookups, asked: total.asked / lookups }
}

answerCalls({
  start,
  hops,
  /** Microseconds of processor time so far. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
})
