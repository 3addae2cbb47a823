/** js-libp2p on TCP, Noise and Yamux, its defaults: files read, sent and written, and nothing else. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Stream } from 'libp2p'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { packed, Unpacker } from './packed.ts'

const PROTOCOL = '/bench/files/1'
let target = ''

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
})

function receive(stream: Stream): void {
  const unpacker = new Unpacker(target)
  stream.addEventListener('message', ({ data }) => {
    const wait = unpacker.add(Buffer.from(data.subarray()))
    if (wait === 'done') void unpacker.closed().then(() => stream.send(new Uint8Array(1)))
  })
}

answerCalls({
  listen: async (folder: string) => {
    target = folder
    await node.handle(PROTOCOL, receive)
    return node.getMultiaddrs()[0]?.toString()
  },
  send: async ({ port: address, source }: { port: string; source: string }) => {
    const started = monotonicMs()
    const stream = await node.dialProtocol(multiaddr(address), PROTOCOL)
    const written = new Promise((resolve) => {
      stream.addEventListener('message', resolve, { once: true })
    })
    for await (const piece of packed(source)) if (!stream.send(piece)) await stream.onDrain()
    await written
    const elapsedMs = monotonicMs() - started
    await stream.close()
    return elapsedMs
  },
})
