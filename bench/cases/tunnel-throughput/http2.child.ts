/** Bare node:http2 on raw TLS: what is left to a tunnel, which is made of it. */
import { once } from 'node:events'
import type { ClientHttp2Session, ServerHttp2Stream } from 'node:http2'
import { answerCalls } from '../../harness/child.ts'
import { dialHttp2, listenHttp2, openStream } from '../../harness/rawHttp2.ts'
import { rawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { CHUNK, Counter, encodeLength } from './load.ts'

const tls = await rawTls('hybrid', ['h2'])
let session: ClientHttp2Session

function receive(stream: ServerHttp2Stream): void {
  const counter = new Counter()
  stream.on('data', (data: Buffer) => {
    if (counter.add(data.length, () => data)) stream.end(new Uint8Array(1))
  })
}

async function send(bytes: number): Promise<number> {
  const stream = openStream(session)
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
  listen: () => listenHttp2(tls, receive),
  dial: async (port: number) => {
    session = await dialHttp2(tls, port)
  },
  send,
})
