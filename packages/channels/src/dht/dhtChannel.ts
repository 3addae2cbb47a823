/** Links through NATs over a distributed hash table, in which devices find each other by opaque names (spec §8.3). */
import { CallerFault, Unavailable } from '@triode/core'
import type { NodeAddress, SecretStream } from 'hyperdht'
import type { Channel, ChannelStatus, Link, Rendezvous } from '../channel.ts'
import { Sightings, type Watcher } from '../lan/sightings.ts'
import { isInNetwork } from '../machine.ts'
import { formatAddress, formatEndpoint } from '../tcp/endpoint.ts'
import type { LinkLimits } from '../tcp/tcpLinks.ts'
import { Announcement } from './announcement.ts'
import { DhtLinks } from './dhtLinks.ts'
import { DhtNode, publicNodes, within, type Library } from './dhtNode.ts'
import { Lookups } from './lookups.ts'
import { nodeOfAddress, parseNode } from './nodeAddress.ts'
import { ADDRESS, NAME as LABEL, NODE_SCHEME, SERVED_NODES } from './spec.ts'
import { DIAL_MS, MAX_ANNOUNCED, MAX_NODES, MAX_SOUGHT, START_WAIT_MS, STOP_WAIT_MS } from './tuning.ts'

export interface DhtSettings {
  /** Where to begin, `IPV4:PORT` each. */
  readonly nodes: readonly string[]
  /** Begin at the nodes that the library's makers run for everybody, too. */
  readonly publicNodes: boolean
  /** This device's public `IPV4:PORT`: others may begin there. Four UDP ports from PORT on are used. */
  readonly serve?: string
}

export interface DhtChannelOptions extends Partial<DhtSettings> {
  /** Local IPv4 address to send from; default: all. */
  readonly host?: string
  readonly limits?: LinkLimits
  /** Loads the library; default: `import('hyperdht')`. */
  readonly load?: () => Promise<Library>
  /** Milliseconds, never back; default: those of the process. */
  readonly elapsed?: () => number
}

const NAME = 'dht'

export class DhtChannel implements Channel, Rendezvous {
  readonly name = NAME
  readonly traits = { costPerMiB: 1, typicalBytesPerSecond: 2_000_000, rank: 3, dialMs: DIAL_MS }
  private readonly options: DhtChannelOptions
  private readonly links: DhtLinks
  private readonly sightings = new Sightings()
  private readonly lookups: Lookups
  private settings: DhtSettings
  /** Learnt of circles and invitations, oldest first. */
  private readonly learnt = new Map<string, NodeAddress>()
  private names: ReadonlySet<string> = new Set()
  private announcements = new Map<string, Announcement>()
  /** Names of before, whose keys are still answered at. */
  private readonly retiring = new Set<Announcement>()
  private onLink: ((link: Link) => void) | undefined
  private library: Library | undefined
  private node: DhtNode | undefined
  private failure: ChannelStatus | undefined

  /** @throws CallerFault 'dht-node-malformed' */
  constructor(options: DhtChannelOptions = {}) {
    this.options = options
    this.links = new DhtLinks(options.limits, (host, isOpen) => {
      this.node?.linked(host, isOpen)
    })
    this.lookups = new Lookups((name, key) => {
      this.sightings.saw(name, `${NAME}:${key}`)
    })
    this.settings = { nodes: [], publicNodes: false }
    this.configure({
      nodes: options.nodes ?? [],
      publicNodes: options.publicNodes ?? false,
      ...(options.serve !== undefined && { serve: options.serve }),
    })
  }

  /** Counts from the next start on. @throws CallerFault 'dht-node-malformed' | 'too-many-nodes' */
  configure(settings: DhtSettings): void {
    settings.nodes.forEach(parseNode)
    if (settings.serve !== undefined) parseNode(settings.serve)
    if (settings.nodes.length > MAX_NODES) throw tooManyNodes()
    this.settings = settings
  }

  /** As configured. */
  get chosen(): DhtSettings {
    return this.settings
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    if (this.onLink !== undefined) throw new CallerFault('channel-started')
    this.onLink = onLink
    this.failure = undefined
    try {
      // Loaded when it is wanted, and not before: it brings native parts.
      this.library ??= await (this.options.load ?? loadLibrary)()
    } catch (cause) {
      this.failure = missing(cause)
      return
    }
    await this.enter()
  }

  async stop(): Promise<void> {
    this.onLink = undefined
    this.lookups.stop()
    this.sightings.forget()
    const { node } = this
    const ending = [...this.announcements.values(), ...this.retiring]
    this.node = undefined
    this.announcements = new Map()
    this.retiring.clear()
    await this.links.end()
    await within(STOP_WAIT_MS, Promise.all(ending.map((one) => one.close())))
    await node?.close()
  }

  status(): ChannelStatus {
    if (this.onLink === undefined) return { state: 'off' }
    if (this.failure !== undefined) return this.failure
    if (this.node === undefined) return NOWHERE_TO_BEGIN
    if (!this.isOnLoopback() && !isInNetwork('IPv4')) return isInNetwork() ? NO_IPV4 : NO_NETWORK
    if (!this.node.isHealthy) return NO_ANSWER
    const { serve } = this.settings
    if (serve !== undefined && this.node.isUncalled) return uncalled(serve)
    return this.node.isRandomized ? RANDOMIZED : { state: 'on' }
  }

  /** One a name, until that is announced no more. */
  addresses(): string[] {
    return [...this.announcements.values()].map(({ key }) => `${NAME}:${key}`)
  }

  /** Where others can begin: this device itself, if it serves. For cards and invitations. */
  nodes(): string[] {
    const { serve } = this.settings
    if (serve === undefined || this.node === undefined) return []
    return [formatAddress(NODE_SCHEME, parseNode(serve))]
  }

  /** Begins at the nodes among `addresses` as well, from now on. */
  begin(addresses: readonly string[]): void {
    const named = new Set(addresses)
    for (const address of named) {
      const node = nodeOfAddress(address)
      if (node === undefined || this.learnt.has(address) || this.isOwn(node)) continue
      // Those of now don't take turns: who names many would have this device call at all of them, again and again.
      const over = this.learnt.keys().find((known) => !named.has(known))
      if (this.learnt.size >= MAX_NODES && over === undefined) break
      if (this.learnt.size >= MAX_NODES && over !== undefined) this.learnt.delete(over)
      this.learnt.set(address, node)
      this.node?.learn(node)
    }
    if (this.node === undefined && this.library !== undefined) void this.enter()
  }

  async dial(address: string, signal?: AbortSignal): Promise<Link> {
    const key = ADDRESS.exec(address.slice(0, 80))?.[1]
    if (key === undefined || address.length > 80) throw malformed()
    const { node } = this
    if (node === undefined) throw new Unavailable('channel-off', { message: 'The dht channel is off.' })
    return this.links.dial(address, () => node.connect(key), signal)
  }

  announce(names: readonly string[]): void {
    check(names, MAX_ANNOUNCED)
    this.names = new Set(names)
    void this.appear()
  }

  seek(names: readonly string[]): void {
    check(names, MAX_SOUGHT)
    this.lookups.seek(names)
  }

  watch(watcher: Watcher): () => void {
    return this.sightings.watch(watcher)
  }

  look(): void {
    this.sightings.forget()
    this.lookups.again()
  }

  moved(): void {
    this.node?.moved()
    for (const one of this.announcements.values()) one.again()
    this.look()
  }

  // ---- inside

  /** Enters the DHT, if there is a way in. */
  private async enter(): Promise<void> {
    const { library, onLink, settings } = this
    if (library === undefined || onLink === undefined || this.node !== undefined) return
    const { host, elapsed } = this.options
    const serve = settings.serve === undefined ? undefined : parseNode(settings.serve)
    const nodes = this.beginnings(library)
    if (nodes.length === 0 && serve === undefined) return
    try {
      const node = new DhtNode({
        library,
        nodes,
        // Names were asked for in vain meanwhile, and less and less often.
        found: () => {
          this.look()
        },
        ...(serve !== undefined && { serve }),
        ...(host !== undefined && { host }),
        ...(elapsed !== undefined && { elapsed }),
      })
      this.node = node
      node.settled().catch((cause: unknown) => {
        if (this.node === node) this.failure = failed(cause, settings.serve)
      })
      await within(START_WAIT_MS, node.settled())
      if (this.node !== node) return
      this.lookups.start(node.dht)
      await within(START_WAIT_MS, this.appear())
    } catch (cause) {
      this.failure = failed(cause, settings.serve)
    }
  }

  /** Announces the names there are now, and those no more that are gone. */
  private async appear(): Promise<void> {
    const { node, library, announcements, names } = this
    if (node === undefined || library === undefined) return
    for (const [name, one] of announcements) {
      if (names.has(name)) continue
      announcements.delete(name)
      this.retiring.add(one)
      void one.retire(() => this.retiring.delete(one))
    }
    for (const name of names) {
      if (announcements.has(name)) continue
      const onStream = (stream: SecretStream) => {
        this.accept(stream)
      }
      const keyPair = library.keyPair()
      announcements.set(name, new Announcement({ dht: node.dht, keyPair, name, onStream }))
    }
    await Promise.all([...announcements.values()].map(({ ready }) => ready))
  }

  private accept(stream: SecretStream): void {
    const { onLink } = this
    const link = onLink === undefined ? undefined : this.links.adopt(stream)
    if (link === undefined) stream.destroy()
    else onLink?.(link)
  }

  private beginnings(library: Library): NodeAddress[] {
    const chosen = this.settings.nodes.map(parseNode)
    const known = [...this.learnt.values()].filter((node) => !this.isOwn(node))
    return [...chosen, ...known, ...(this.settings.publicNodes ? publicNodes(library) : [])]
  }

  /** Among processes of one machine, no network is needed. */
  private isOnLoopback(): boolean {
    const { host = '', serve = '', nodes } = { ...this.options, ...this.settings }
    const known = [...this.learnt.values()].map((node) => node.host)
    return [host, serve, ...nodes, ...known].some((text) => text.startsWith('127.'))
  }

  private isOwn(node: NodeAddress): boolean {
    return this.settings.serve === formatEndpoint(node)
  }
}

async function loadLibrary(): Promise<Library> {
  return (await import('hyperdht')).default
}

function check(names: readonly string[], most: number): void {
  if (names.length > most) throw new CallerFault('too-many-names')
  if (!names.every((name) => LABEL.test(name))) throw new CallerFault('name-malformed')
}

const NOWHERE_TO_BEGIN: ChannelStatus = {
  state: 'unavailable',
  code: 'nowhere-to-begin',
  reason: 'No node of a DHT is known to begin at.',
  remedy:
    'Let a device of the circle with a public address serve as one, name one with `triode channel on dht --node`, or choose the public ones.',
}

const NO_ANSWER: ChannelStatus = {
  state: 'unavailable',
  code: 'no-answer',
  reason: 'No node of the DHT answers.',
  remedy:
    'It is tried again. If that lasts, this network may block UDP: use another network or another channel.',
}

/** Both `hyperdht` and the messages of its nodes know addresses of IPv4 alone (ADR 20). */
const NO_IPV4: ChannelStatus = {
  state: 'unavailable',
  code: 'no-ipv4',
  reason: 'This network speaks IPv6 alone, and the DHT IPv4.',
  remedy:
    'Others are reached by tcp where they listen on IPv6, and through a device of the circle that has both.',
}

const NO_NETWORK: ChannelStatus = {
  state: 'unavailable',
  code: 'no-network',
  reason: 'This machine is in no network now.',
  remedy: 'Connect it to one; that is noticed within seconds.',
}

const RANDOMIZED: ChannelStatus = {
  state: 'on',
  code: 'router-randomizes',
  reason:
    'The router here takes another port for each call: two behind such routers don’t get through to each other.',
  remedy:
    'They are reached through a device of the circle, and directly where one of the two can be called (`--listen`).',
}

/** What is known of it: a firewall that is closed looks the same from inside as one that nobody came to yet. */
function uncalled(serve: string): ChannelStatus {
  const { port } = parseNode(serve)
  const [from, to] = [String(port), String(port + SERVED_NODES - 1)]
  return {
    state: 'on',
    code: 'not-called-yet',
    values: { where: serve, from, to },
    reason: `Whether others can begin at ${serve} is not known yet: nobody has called there unasked.`,
    remedy: `If that lasts though others begin there, let UDP ports ${from} to ${to} in at the firewall and the router of this machine. The first call is noticed by itself.`,
  }
}

function missing(cause: unknown): ChannelStatus {
  return {
    state: 'unavailable',
    code: 'not-loadable',
    values: { error: codeOf(cause) },
    reason: `What this channel is made of can't be loaded on this machine (${codeOf(cause)}).`,
    remedy: 'It works on Linux, macOS and Windows on x64 and arm64 processors. Use another channel here.',
  }
}

function failed(cause: unknown, serve: string | undefined): ChannelStatus {
  return {
    state: 'unavailable',
    code: 'port-taken',
    values: { what: 'UDP', error: codeOf(cause) },
    reason: `A UDP port for the DHT${serve === undefined ? '' : ` at ${serve}`} can't be had (${codeOf(cause)}).`,
    remedy: 'End the program that holds it, or choose another port.',
  }
}

function tooManyNodes(): CallerFault {
  return new CallerFault('too-many-nodes', {
    details: { most: MAX_NODES },
    message: 'These are more nodes than are of use.',
    remedy: `Name ${String(MAX_NODES)} at most; one that answers is enough.`,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

function malformed(): CallerFault {
  return new CallerFault('address-malformed', {
    details: { of: 'dht' },
    message: 'This is not an address in a DHT.',
    remedy: 'Write it as dht: and 64 digits of hexadecimal.',
  })
}
