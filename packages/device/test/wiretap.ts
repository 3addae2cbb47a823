/** Listens in on devices of this process: on the wire, where all is encrypted, and at the far ends, where it is not. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TcpChannel } from '@triode/channels'
import { decodeValue } from '@triode/core'
import { SessionTunnel } from '../../tunnel/src/sessionTunnel.ts'
import { primitives } from '../src/vault/deviceState.ts'

/** What one stream carried from here to the device whose key (hexadecimal) is `peer`. */
export interface Said {
  readonly peer: string
  readonly knock: string
  readonly path: string
  readonly parts: Uint8Array[]
}

export interface Sealed {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  /** The conversation comes first. */
  readonly aad: Uint8Array
  readonly plaintext: Uint8Array
}

export interface Call {
  /** Of both directions, as on the wire. */
  readonly toServer: Buffer[]
  readonly toClient: Buffer[]
}

const ENTRY_AAD_BYTES = 40

/** From now on, until `end`. */
export class Wiretap {
  readonly said: Said[] = []
  /** What was sealed into feeds. */
  readonly sealed: Sealed[] = []
  /** Calls to each listening port. */
  readonly calls = new Map<number, Call[]>()
  private readonly proxies = new Map<string, string>()
  private readonly servers: Server[] = []
  private readonly sockets = new Set<Socket>()
  private readonly restore: (() => void)[] = []

  constructor() {
    this.tapTunnels()
    this.tapEntries()
    const channel = TcpChannel.prototype
    const addresses = method(channel, 'addresses') as TcpChannel['addresses']
    const { proxies } = this
    channel.addresses = function () {
      return addresses.call(this).map((address) => proxies.get(address) ?? address)
    }
    this.restore.push(() => {
      channel.addresses = addresses
    })
  }

  /** A free port, to which everybody is led through a recorder. @returns it */
  async port(): Promise<number> {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    probe.close()
    await once(probe, 'close')
    const calls: Call[] = []
    this.calls.set(port, calls)
    const server = createServer((caller) => {
      this.relay(caller, port, calls)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.servers.push(server)
    const shown = (server.address() as AddressInfo).port
    this.proxies.set(`tcp:127.0.0.1:${String(port)}`, `tcp:127.0.0.1:${String(shown)}`)
    return port
  }

  /** As others see them: the same for all circles of a device. */
  get shownAddresses(): string[] {
    return [...this.proxies.values()]
  }

  /** As others see who listens at `port`. */
  shownFor(port: number): string {
    return this.proxies.get(`tcp:127.0.0.1:${String(port)}`) ?? ''
  }

  end(): void {
    for (const undo of this.restore) undo()
    for (const server of this.servers) server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private relay(caller: Socket, port: number, calls: Call[]): void {
    const called = connect({ host: '127.0.0.1', port })
    const call: Call = { toServer: [], toClient: [] }
    calls.push(call)
    for (const [from, to, record] of [
      [caller, called, call.toServer],
      [called, caller, call.toClient],
    ] as const) {
      this.sockets.add(from)
      from.on('data', (chunk: Buffer) => {
        record.push(chunk)
        to.write(chunk)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        to.destroy()
      })
    }
  }

  private tapTunnels(): void {
    const { prototype } = SessionTunnel
    const open = method(prototype, 'open') as SessionTunnel['open']
    const onStream = method(prototype, 'onStream') as SessionTunnel['onStream']
    const tap = (tunnel: SessionTunnel, path: string, stream: Duplex): Duplex =>
      this.tap(tunnel, path, stream)
    prototype.open = function (path) {
      return tap(this, path, open.call(this, path))
    }
    prototype.onStream = function (handler) {
      onStream.call(this, (path, stream) => {
        handler(path, tap(this, path, stream))
      })
    }
    this.restore.push(() => {
      Object.assign(prototype, { open, onStream })
    })
  }

  private tap(tunnel: SessionTunnel, path: string, stream: Duplex): Duplex {
    const parts: Uint8Array[] = []
    this.said.push({ peer: tunnel.peerKey.toHex(), knock: tunnel.knock, path, parts })
    for (const method of ['write', 'end'] as const) {
      const say = stream[method].bind(stream) as (...args: unknown[]) => unknown
      Object.assign(stream, {
        [method]: (...args: unknown[]) => {
          if (args[0] instanceof Uint8Array) parts.push(Uint8Array.from(args[0]))
          return say(...args)
        },
      })
    }
    return stream
  }

  private tapEntries(): void {
    const aeadSeal = method(primitives, 'aeadSeal') as typeof primitives.aeadSeal
    primitives.aeadSeal = (key, nonce, aad, plaintext, out) => {
      // Entries are bound to conversation (16), feed (16), place and epoch; vaults seal as well.
      if (aad.length === ENTRY_AAD_BYTES) {
        const [ofKey, ofNonce] = [Uint8Array.from(key), Uint8Array.from(nonce)]
        const ofEntry = { aad: Uint8Array.from(aad), plaintext: Uint8Array.from(plaintext) }
        this.sealed.push({ key: ofKey, nonce: ofNonce, ...ofEntry })
      }
      return aeadSeal.call(primitives, key, nonce, aad, plaintext, out)
    }
    this.restore.push(() => {
      primitives.aeadSeal = aeadSeal
    })
  }
}

/** Only to be called with its owner. */
function method(of: object, name: string): unknown {
  return Reflect.get<object, string>(of, name)
}

/** What was said on a stream: frames, each behind its length, or one value. */
export function* messagesIn({ path, parts }: Said): Iterable<Uint8Array> {
  const all = Buffer.concat(parts)
  if (path !== '/sync') {
    yield new Uint8Array(all)
    return
  }
  for (let at = 0; at + 4 <= all.length;) {
    const end = at + 4 + all.readUInt32BE(at)
    const frame = new Uint8Array(all.subarray(at + 4, end))
    decodeValue(frame, 1 << 26)
    yield frame
    at = end
  }
}

/** The contents of TLS records (RFC 8446 §5.1), without their headers. */
export function* recordsIn(chunks: readonly Buffer[]): Iterable<Uint8Array> {
  const all = Buffer.concat(chunks)
  for (let at = 0; at + 5 <= all.length;) {
    const end = at + 5 + all.readUInt16BE(at + 3)
    yield new Uint8Array(all.subarray(at + 5, end))
    at = end
  }
}
