/** This machine in the DHT while the channel runs: one node, or several where it serves others as the way in. */
import { randomInt } from 'node:crypto'
import type HyperDHT from 'hyperdht'
import type { KeyPair, NodeAddress, SecretStream } from 'hyperdht'
import { Callers, listenForCalls } from './callers.ts'
import { SERVED_NODES } from './spec.ts'
import { HEALTH_INTERVAL_MS, MAX_NODES, STOP_WAIT_MS } from './tuning.ts'

/** The library, loaded. */
export type Library = typeof HyperDHT

export interface DhtNodeOptions {
  readonly library: Library
  /** Where to begin. */
  readonly nodes: readonly NodeAddress[]
  /** The public address to serve others at. */
  readonly serve?: NodeAddress
  /** Local address to send from; default: all. */
  readonly host?: string
  /** Called when a node answers after a time in which none did. */
  readonly found: () => void
  /** Milliseconds, never back; default: those of the process. */
  readonly elapsed?: () => number
}

/** First of the ports that no service is assigned to (RFC 6335 §6). */
const FIRST_DYNAMIC_PORT = 49_152

export class DhtNode {
  readonly dht: HyperDHT
  private readonly library: Library
  private readonly serves: boolean
  private readonly nodes: readonly NodeAddress[]
  /** Where to begin as well, oldest first. */
  private readonly learnt: NodeAddress[] = []
  private readonly others: HyperDHT[] = []
  private readonly timer: NodeJS.Timeout
  private wasAlone = false
  private readonly callers: Callers | undefined

  /** @throws Error when the library can't open a socket */
  constructor({ library, nodes, serve, host, found, elapsed }: DhtNodeOptions) {
    this.library = library
    this.nodes = [...nodes]
    this.serves = serve !== undefined
    // Who calls keeps the way open, and the answers to that keep it open at the other end.
    const local = { connectionKeepAlive: false as const, ...(host === undefined ? {} : { host }) }
    if (serve === undefined) {
      // Another port each time: it is seen by whoever this device talks to.
      const port = randomInt(FIRST_DYNAMIC_PORT, 65_536)
      this.dht = new library({ bootstrap: this.nodes, port, ...local })
    } else {
      this.dht = library.bootstrapper(serve.port, serve.host, { bootstrap: this.nodes, ...local })
      for (let index = 1; index < SERVED_NODES; index++) {
        const at = { bootstrap: [serve], ...local }
        this.others.push(library.bootstrapper(serve.port + index, serve.host, at))
      }
      this.callers = new Callers(serve.host, elapsed)
      listenForCalls(this.dht, this.callers)
    }
    this.timer = setInterval(() => {
      this.lookAround(found)
    }, HEALTH_INTERVAL_MS).unref()
  }

  /** When no node is known, the network was away, or let nothing out. */
  private lookAround(found: () => void): void {
    const isAlone = this.dht.nodes.length === 0
    if (isAlone) this.begin()
    else if (this.wasAlone) found()
    this.wasAlone = isAlone
  }

  /** Some other node answers, or this one is itself where others begin. */
  get isHealthy(): boolean {
    return this.serves || this.dht.nodes.length > 0
  }

  /** It serves, and nobody has called unasked since it started or moved: it may be that no calls come in. */
  get isUncalled(): boolean {
    return this.callers?.isReached === false
  }

  /** A link with `host` is there, or is there no more. */
  linked(host: string, isOpen: boolean): void {
    this.callers?.linked(host, isOpen)
  }

  /** This machine may be in another network. */
  moved(): void {
    this.callers?.anew()
    this.begin()
  }

  /** The nodes see it at another port each: its router maps anew for each call. */
  get isRandomized(): boolean {
    return !this.serves && this.dht.randomized
  }

  /** Resolves when it knows who is there; also when nobody is. @throws Error when a port is taken */
  async settled(): Promise<void> {
    for (const one of [this.dht, ...this.others]) await one.fullyBootstrapped()
  }

  /** Begins at `node` as well. */
  learn(node: NodeAddress): void {
    this.learnt.push(node)
    if (this.learnt.length > MAX_NODES) this.learnt.shift()
    this.dht.ping(node).catch(ignore)
  }

  connect(key: string): SecretStream {
    const keyPair: KeyPair = this.library.keyPair()
    return this.dht.connect(Buffer.from(key, 'hex'), { keyPair, localConnection: false })
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    for (const one of [this.dht, ...this.others]) await destroyed(one)
  }

  /** Asks all nodes to begin at whether they are there: one that answers is known from then on. */
  begin(): void {
    for (const node of [...this.nodes, ...this.learnt]) this.dht.ping(node).catch(ignore)
  }
}

/** The nodes that the library's makers run for everybody, by their numbers: nobody is asked for their names. */
export function publicNodes(library: Library): NodeAddress[] {
  return library.BOOTSTRAP.flatMap((text) => {
    const [, host, port] = /^([\d.]+)@[^:]+:(\d+)$/.exec(text) ?? []
    return host === undefined ? [] : [{ host, port: Number(port) }]
  })
}

async function destroyed(dht: HyperDHT): Promise<void> {
  const gone = dht.destroy({ force: true }).catch(() => {
    // It never got its port, and stops half-way: what it still watches keeps the process alive.
    dht.io.networkInterfaces.destroy()
  })
  await within(STOP_WAIT_MS, gone)
}

/** Resolves when `work` is done or failed, and after `ms` anyway. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work.catch(ignore), patience])
  clearTimeout(timer)
}

function ignore(): void {
  // Weather: the next look at it tells.
}
