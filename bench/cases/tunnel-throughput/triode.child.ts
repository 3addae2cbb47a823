/** Triode's tunnel: HTTP/2 over mutual TLS 1.3, with the settings that the device uses. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { takeStraight, type Tunnel } from '@triode/tunnel'
import { answerCalls } from '../../harness/child.ts'
import { makeIdentity } from '../../harness/identity.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { dialTcpTunnel, listenForTunnels } from '../../harness/tunnel.ts'
import { CHUNK, Counter, encodeLength } from './load.ts'

const identity = await makeIdentity('hybrid')
let tunnel: Tunnel
/** As files are read; otherwise as messages are. */
let isStraight = true

function receive(stream: Duplex): void {
  const counter = new Counter()
  const take = (data: Buffer): void => {
    if (counter.add(data.length, () => data)) stream.end(new Uint8Array(1))
  }
  if (isStraight) takeStraight(stream, take)
  else stream.on('data', take)
}

async function send(bytes: number): Promise<number> {
  const stream = tunnel.open('/bench')
  const started = monotonicMs()
  stream.write(encodeLength(bytes))
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    if (!stream.write(CHUNK.subarray(0, bytes - sent))) await once(stream, 'drain')
  }
  await once(stream, 'data')
  const elapsedMs = monotonicMs() - started
  stream.destroy()
  return elapsedMs
}

answerCalls({
  buffer: () => {
    isStraight = false
  },
  listen: () =>
    listenForTunnels(identity, (accepted) => {
      accepted.onStream((_path, stream) => receive(stream))
    }),
  dial: async (port: number) => {
    tunnel = await dialTcpTunnel(identity, port)
  },
  send,
})
