/** Raw node:tls: what the machine's TLS alone can do. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { CIPHER, GROUP, makeIdentity } from '../../harness/certificate.ts'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { CHUNK, Counter, encodeLength } from './load.ts'

const OPTIONS = {
  ...makeIdentity('hybrid'),
  ecdhCurve: GROUP.hybrid,
  ciphers: CIPHER,
  minVersion: 'TLSv1.3',
  rejectUnauthorized: false,
} as const
let port = 0

function receive(socket: TLSSocket): void {
  const counter = new Counter()
  socket.on('data', (data: Buffer) => {
    if (counter.add(data.length, () => data)) socket.end(new Uint8Array(1))
  })
}

async function send(bytes: number): Promise<number> {
  const socket = connect({ ...OPTIONS, port, host: '127.0.0.1' })
  await once(socket, 'secureConnect')
  const started = monotonicMs()
  socket.write(encodeLength(bytes))
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    if (!socket.write(CHUNK.subarray(0, bytes - sent))) await once(socket, 'drain')
  }
  await once(socket, 'data')
  const elapsedMs = monotonicMs() - started
  socket.destroy()
  return elapsedMs
}

answerCalls({
  listen: async () => {
    const server = createServer({ ...OPTIONS, requestCert: true }, receive)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return (server.address() as AddressInfo).port
  },
  dial: (at: number) => {
    port = at
  },
  send,
})
