/** TCP on loopback, as every contender that needs a link takes it. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** Hands every connection on a free port of loopback to `serve`. @returns the port */
export async function listenTcp(serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, serve)
  await once(server.listen(0, host), 'listening')
  return (server.address() as AddressInfo).port
}
