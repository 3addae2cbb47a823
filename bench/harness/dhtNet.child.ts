/** A DHT of so many nodes on loopback, in a process of its own: what a device meets in one, without the Internet. */
import HyperDHT from 'hyperdht'
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

answerCalls({
  start,
  /** Microseconds of processor time so far. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
})
