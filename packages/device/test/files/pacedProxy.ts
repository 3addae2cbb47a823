/** A link of some bytes a second with a deep buffer, as a home router has: what waits in it waits for seconds, and nothing is dropped. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface PacedProxy {
  readonly port: number
  stop(): void
}

/** @param to the port it leads to @param bytesPerSecond each way */
export async function pacedProxy(to: number, bytesPerSecond: number): Promise<PacedProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ port: to, host: '127.0.0.1' })
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => undefined)
      from.on('close', () => into.destroy())
      carry(from, into, bytesPerSecond)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Takes everything at once, and hands it on in packets at the rate. */
function carry(from: Socket, into: Socket, bytesPerSecond: number): void {
  const waiting: Buffer[] = []
  let freeAt = 0
  let timer: NodeJS.Timeout | undefined
  const step = (): void => {
    timer = undefined
    for (let [packet] = waiting; packet !== undefined; [packet] = waiting) {
      const now = performance.now()
      if (freeAt > now + 1) {
        timer = setTimeout(step, freeAt - now)
        return
      }
      waiting.shift()
      freeAt = Math.max(freeAt, now - 2) + (packet.length * 1_000) / bytesPerSecond
      if (!into.destroyed) into.write(packet)
    }
  }
  from.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += PACKET_BYTES)
      waiting.push(bytes.subarray(at, at + PACKET_BYTES))
    if (timer === undefined) step()
  })
}

const PACKET_BYTES = 1_448
