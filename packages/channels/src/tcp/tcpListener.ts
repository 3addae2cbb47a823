/** Listens on one endpoint. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { BACKLOG } from '../tuning.ts'
import type { Endpoint } from './endpoint.ts'

export interface TcpListener {
  /** Where it listens, with the port it really has. */
  readonly endpoint: Endpoint
  /** Resolves when it accepts no more; what was accepted stays. */
  close(): Promise<void>
}

/** @throws the system's error, such as EADDRINUSE */
export function listen(endpoint: Endpoint, onSocket: (socket: Socket) => void): Promise<TcpListener> {
  const server = createServer({ allowHalfOpen: true }, onSocket)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...endpoint, ipv6Only: true, backlog: BACKLOG }, () => {
      server.off('error', reject)
      // Such as EMFILE while accepting: the caller sees a refused connection, this process goes on.
      server.on('error', ignore)
      resolve({
        endpoint: { host: endpoint.host, port: (server.address() as AddressInfo).port },
        close: () => close(server),
      })
    })
  })
}

/** `Server.close` calls back only when accepted sockets are gone too; those are not the listener's. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close()
    setImmediate(resolve)
  })
}

function ignore(): void {
  // See above.
}
