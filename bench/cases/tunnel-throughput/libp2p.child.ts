/** js-libp2p on TCP, Noise and Yamux. Larger Yamux windows than its default were no faster. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Stream } from 'libp2p'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { CHUNK, Counter, encodeLength } from './load.ts'

const PROTOCOL = '/bench/1'

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
})
let address = ''

function receive(stream: Stream): void {
  const counter = new Counter()
  stream.addEventListener('message', ({ data }) => {
    if (counter.add(data.byteLength, () => data.subarray())) stream.send(new Uint8Array(1))
  })
}

async function send(bytes: number): Promise<number> {
  const stream = await node.dialProtocol(multiaddr(address), PROTOCOL)
  const acknowledged = new Promise((resolve) => {
    stream.addEventListener('message', resolve, { once: true })
  })
  const started = monotonicMs()
  stream.send(encodeLength(bytes))
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    if (!stream.send(CHUNK.subarray(0, bytes - sent))) await stream.onDrain()
  }
  await acknowledged
  const elapsedMs = monotonicMs() - started
  await stream.close()
  return elapsedMs
}

answerCalls({
  listen: async () => {
    await node.handle(PROTOCOL, receive)
    return node.getMultiaddrs()[0]?.toString()
  },
  dial: async (at: string) => {
    address = at
    await node.dial(multiaddr(address))
  },
  send,
})
