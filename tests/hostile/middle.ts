/** Eve, who stands between a joiner and an inviter: everything goes through her socket, and she does with it as she likes. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { acceptTunnel, dialTunnel, type Tunnel, type TunnelIdentity } from '@triode/tunnel'

export interface Place {
  readonly host: string
  readonly port: number
}

/** What Eve makes of one message. `index` counts the messages of one call, requests and answers alike. */
export type Change = (message: Uint8Array, index: number) => Uint8Array

/** An answer that the inviter gave to Eve, on which path. */
export interface Got {
  readonly path: string
  readonly answer: Uint8Array
}

/** A port of Eve's, where `onCall` gets each connection. */
export class Eve {
  readonly port: number
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  private constructor(server: Server, sockets: Set<Socket>) {
    this.server = server
    this.sockets = sockets
    this.port = (server.address() as { port: number }).port
  }

  static listen(onCall: (socket: Socket) => void): Promise<Eve> {
    const sockets = new Set<Socket>()
    return new Promise((resolve) => {
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
        onCall(socket)
      }).listen(0, '127.0.0.1', () => {
        resolve(new Eve(server, sockets))
      })
    })
  }

  get address(): string {
    return `127.0.0.1:${String(this.port)}`
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }
}

/** Answers a call with her own keys. @returns the tunnel, whose knock says whom the caller meant; undefined: it hung up */
export function pose(socket: Socket, identity: TunnelIdentity): Promise<Tunnel | undefined> {
  return acceptTunnel(socket, { resolve: () => identity, authorize: () => true }).catch(() => undefined)
}

/** Calls the inviter with her own keys. */
export async function callOn(
  to: Place,
  identity: TunnelIdentity,
  knock: string,
): Promise<Tunnel | undefined> {
  return dialTunnel(dial(to), identity, { knock, authorize: () => true }).catch(() => undefined)
}

export function dial({ host, port }: Place): Socket {
  return connect({ host, port }).on('error', () => undefined)
}

/** Hands each request on to another tunnel and its answer back, as `change` makes them. @param got collects what she is answered */
export function relay(from: Tunnel, to: Tunnel, change: Change, got: Got[]): void {
  let index = 0
  const next = (message: Uint8Array): Uint8Array => change(message, index++)
  from.onStream((path, stream) => {
    void (async () => {
      const request = next(await all(stream))
      const onward = to.open(path)
      onward.on('error', () => undefined).end(request)
      const answer = await all(onward)
      got.push({ path, answer })
      stream.on('error', () => undefined).end(next(answer))
    })().catch(() => stream.destroy())
  })
  void to.closed.then(() => {
    from.destroy()
  })
  void from.closed.then(() => {
    to.destroy()
  })
}

/** Answers each request by herself. */
export function answerAll(tunnel: Tunnel, answer: (path: string, request: Uint8Array) => Uint8Array): void {
  tunnel.onStream((path, stream) => {
    all(stream).then(
      (request) => stream.on('error', () => undefined).end(answer(path, request)),
      () => stream.destroy(),
    )
  })
}

/** One question on a tunnel; empty when it is not answered. */
export async function ask(tunnel: Tunnel, path: string, request: Uint8Array): Promise<Uint8Array> {
  const stream = tunnel.open(path)
  stream.on('error', () => undefined).end(request)
  return all(stream).catch(() => new Uint8Array(0))
}

/** Passes bytes through, as they are, each way through `filter`. */
export function pass(
  socket: Socket,
  to: Place,
  filter: (chunk: Buffer, towardsInviter: boolean) => Promise<Buffer | undefined>,
): void {
  const onward = dial(to)
  pump(socket, onward, (chunk) => filter(chunk, true))
  pump(onward, socket, (chunk) => filter(chunk, false))
}

function pump(from: Socket, to: Socket, filter: (chunk: Buffer) => Promise<Buffer | undefined>): void {
  let turn = Promise.resolve()
  from.on('data', (chunk: Buffer) => {
    turn = turn.then(async () => {
      const out = await filter(chunk)
      if (out === undefined) from.destroy()
      else if (!to.destroyed) to.write(out)
    })
  })
  from.on('close', () => {
    void turn.then(() => to.destroy())
  })
}

async function all(stream: Duplex): Promise<Uint8Array> {
  const parts: Buffer[] = []
  for await (const chunk of stream) parts.push(chunk as Buffer)
  return new Uint8Array(Buffer.concat(parts))
}
