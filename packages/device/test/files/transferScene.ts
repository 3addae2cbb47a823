/** Devices as far as transfers go: real tunnels over TCP on loopback, and blobs in memory. */
import { once } from 'node:events'
import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  base32,
  createSuite,
  type BlobId,
  type CircleId,
  type Clock,
  type ConversationId,
  type DeviceId,
  type Fault,
} from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createMemoryBlob, type MemoryBlob } from '@triode/testkit'
import { acceptTunnel, createCertificate, dialTunnel, type Tunnel, type TunnelIdentity } from '@triode/tunnel'
import { chunksRefused } from '../../src/files/faults.ts'
import type { FaultOfPeer, TransferHost, WantedBlob } from '../../src/files/transfer/transferHost.ts'
import { Transfers } from '../../src/files/transfer/transfers.ts'
import type { PeerTunnel } from '../../src/network/peerTunnel.ts'
import { pacedProxy, type PacedProxy } from './pacedProxy.ts'

const primitives = nodePrimitives()
const suite = createSuite('hybrid', primitives)
const idOf = (bytes: number, value: number): string => base32(new Uint8Array(bytes).fill(value))

export const CIRCLE = idOf(32, 1) as CircleId
export const ROOM = idOf(16, 2) as ConversationId
export const MIB = 1_048_576

let identity: TunnelIdentity | undefined

async function anIdentity(): Promise<TunnelIdentity> {
  if (identity !== undefined) return identity
  const key = suite.signing.generate(systemRandom)
  const pkcs8 = key.exportPkcs8()
  const certificate = await createCertificate(suite.name, pkcs8, key.publicKey)
  return (identity ??= { suite: suite.name, pkcs8, certificate })
}

/** A device: who it is, what lies there, and what it was told. */
export class Node {
  readonly device: DeviceId
  readonly transfers: Transfers
  readonly blobs = new Map<BlobId, MemoryBlob>()
  readonly faults: { readonly fault: Fault; readonly about: FaultOfPeer }[] = []
  readonly damaged: number[] = []
  readonly completed: DeviceId[] = []
  readonly attached: DeviceId[] = []
  /** How often it was told that something of a transfer changed. */
  changes = 0
  /** Who may ask it for what. */
  mayAsk: TransferHost['mayAsk'] = () => true
  /** What others call a blob that is here. */
  readonly names = new Map<BlobId, BlobId>()
  freeBytes = Number.MAX_SAFE_INTEGER
  /** Of the one channel that there is. */
  traits = { costPerMiB: 0, typicalBytesPerSecond: 50_000_000, rank: 1 }
  /** Why it can store nothing. */
  disk: Fault | undefined

  constructor(number: number, clock: Clock) {
    this.device = idOf(32, 100 + number) as DeviceId
    this.transfers = new Transfers({
      clock,
      primitives,
      traits: () => this.traits,
      host: {
        mayAsk: (...asked) => this.mayAsk(...asked),
        askIn: (circle, device, blob, first) =>
          this.mayAsk(circle, device, first, blob) ? first : undefined,
        calledAt: (_circle, _device, blob) => this.names.get(blob) ?? blob,
        stored: (_circle, blob) => Promise.resolve(this.blobs.get(blob)),
        completeAt: (_circle, device) => {
          if (this.disk !== undefined) throw this.disk
          this.completed.push(device)
        },
        damaged: (_circle, blob, chunk) => {
          this.damaged.push(chunk)
          this.blobs.get(blob)?.lose(chunk, 1)
          this.transfers.changed(CIRCLE, blob)
          return Promise.resolve()
        },
        changed: () => this.changes++,
        attached: (_circle, device) => this.attached.push(device),
        fault: (fault, about) => this.faults.push({ fault, about }),
        freeBytes: () => Promise.resolve(this.freeBytes),
        refused: (cause) => chunksRefused('/mnt/disk/files', cause),
      },
    })
  }

  keep(blob: MemoryBlob): MemoryBlob {
    this.blobs.set(blob.id, blob)
    return blob
  }

  /** Fetches it; what is here of it grows in `blob`. */
  want(blob: MemoryBlob, more: Partial<WantedBlob> = {}): MemoryBlob {
    this.keep(blob)
    this.transfers.want({
      circle: CIRCLE,
      conversation: ROOM,
      stored: blob,
      hashBytes: blob.hashBytes,
      priority: 'normal',
      evenCostly: false,
      ...more,
    })
    return blob
  }

  codes(): string[] {
    return this.faults.map(({ fault }) => fault.code)
  }
}

export class Scene {
  private readonly nodes: Node[] = []
  private readonly servers: Server[] = []
  private readonly proxies: PacedProxy[] = []
  private readonly tunnels = new Set<Tunnel>()

  /** @param haste how much faster than others its clock runs: what takes ten seconds is soon over then */
  node(haste = 1): Node {
    const node = new Node(this.nodes.length, hurried(haste))
    this.nodes.push(node)
    return node
  }

  /** `dialer` gets a tunnel to `acceptor`, over a link of some bytes a second if that is given. @returns its two ends */
  async connect(dialer: Node, acceptor: Node, bytesPerSecond?: number): Promise<[PeerTunnel, PeerTunnel]> {
    const accepted = Promise.withResolvers<Tunnel>()
    const port = await this.listen(async (socket) => {
      accepted.resolve(await acceptTunnel(socket, { resolve: () => identity, authorize: () => true }))
    })
    const link = connectTcp({
      port: await this.through(port, bytesPerSecond),
      host: '127.0.0.1',
      noDelay: true,
    })
    await once(link, 'connect')
    const tunnel = await dialTunnel(link, await anIdentity(), { knock: 'scene', authorize: () => true })
    await tunnel.accepted
    const far = await accepted.promise
    return [this.peer(dialer, acceptor, tunnel, true), this.peer(acceptor, dialer, far, false)]
  }

  /** A tunnel to `victim` on which nothing was opened yet: for who does as it pleases. */
  async rogue(victim: Node, device: DeviceId): Promise<Tunnel> {
    const mallory = { device, transfers: undefined }
    const accepted = Promise.withResolvers<Tunnel>()
    const port = await this.listen(async (socket) => {
      accepted.resolve(await acceptTunnel(socket, { resolve: () => identity, authorize: () => true }))
    })
    const link = connectTcp({ port, host: '127.0.0.1', noDelay: true })
    await once(link, 'connect')
    const tunnel = await dialTunnel(link, await anIdentity(), { knock: 'scene', authorize: () => true })
    await tunnel.accepted
    this.tunnels.add(tunnel)
    this.peer(victim, mallory, await accepted.promise, false)
    return tunnel
  }

  async end(): Promise<void> {
    await Promise.all(this.nodes.map(({ transfers }) => transfers.stop()))
    for (const tunnel of this.tunnels) tunnel.destroy()
    for (const proxy of this.proxies) proxy.stop()
    for (const server of this.servers) server.close()
  }

  private async listen(serve: (socket: Socket) => Promise<void>): Promise<number> {
    await anIdentity()
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined)
      serve(socket).catch(() => undefined)
    })
    this.servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  private async through(port: number, bytesPerSecond: number | undefined): Promise<number> {
    if (bytesPerSecond === undefined) return port
    const proxy = await pacedProxy(port, bytesPerSecond)
    this.proxies.push(proxy)
    return proxy.port
  }

  /** As the network does it: the tunnel is attached, its streams are handed on, and its end is told with who is to blame. */
  private peer(self: Node, { device }: Pick<Node, 'device'>, tunnel: Tunnel, dialed: boolean): PeerTunnel {
    const peer: PeerTunnel = {
      circle: CIRCLE,
      device,
      tunnel,
      channel: 'tcp',
      remote: 'here',
      since: Date.now(),
      sinceElapsed: performance.now(),
      dialed,
      roundTripMs: undefined,
    }
    this.tunnels.add(tunnel)
    self.transfers.attach(peer)
    if (!dialed)
      tunnel.onStream((path: string, stream: Duplex) => {
        if (path === '/echo') stream.pipe(stream)
        else if (!self.transfers.accept(peer, path, stream)) stream.destroy()
      })
    void tunnel.closed.then((fault) => {
      this.tunnels.delete(tunnel)
      self.transfers.detach(peer)
      if (fault !== undefined) self.faults.push({ fault, about: { circle: CIRCLE, device } })
    })
    return peer
  }
}

function hurried(haste: number): Clock {
  return {
    now: () => systemClock.now(),
    elapsed: () => systemClock.elapsed() * haste,
    after: (delayMs, work) => systemClock.after(delayMs / haste, work),
  }
}

export function blobIdAt(number: number): BlobId {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setUint32(0, number)
  return base32(bytes) as BlobId
}

/** A blob of `size` bytes of which all is here. */
export function blobOf(size: number, number = 1): MemoryBlob {
  return createMemoryBlob(blobIdAt(number), size)
}

export async function whole(blob: MemoryBlob, timeoutMs = 20_000): Promise<void> {
  await eventually('it is whole', () => blob.isWhole, timeoutMs)
}

export async function eventually(what: string, probe: () => boolean, timeoutMs = 10_000): Promise<void> {
  const until = performance.now() + timeoutMs
  while (!probe()) {
    if (performance.now() > until) throw new Error(`still waiting after ${String(timeoutMs)} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
