/** Raw node:tls: what the machine's TLS alone can do. */
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { answerCalls } from '../../harness/child.ts'
import { rawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { CHUNK, Counter, encodeLength } from './load.ts'

const tls = await rawTls('hybrid')
let port = 0

function receive(socket: TLSSocket): void {
  const counter = new Counter()
  socket.on('data', (data: Buffer) => {
    if (counter.add(data.length, () => data)) socket.end(new Uint8Array(1))
  })
}

async function send(bytes: number): Promise<number> {
  const socket = tls.dial(port)
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
  listen: () => tls.listen(receive),
  dial: (at: number) => {
    port = at
  },
  send,
})
