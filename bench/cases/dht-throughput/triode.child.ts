/** A tunnel, as devices have it, over a link of the DHT channel: TLS 1.3 and HTTP/2 inside the library's own encryption. */
import type { Duplex } from 'node:stream'
import { acceptTunnel, dialTunnel } from '@triode/tunnel'
import { answerCalls } from '../../harness/child.ts'
import { makeIdentity } from '../../harness/identity.ts'
import { cpuMs, receiveRuns, sendRun } from './side.ts'
import { dialInDht, listenInDht } from './triode.ts'

const identity = await makeIdentity('hybrid')
let stream: Duplex

answerCalls({
  listen: (nodes: readonly string[]) =>
    listenInDht(nodes, (link) => {
      void acceptTunnel(link.stream, { resolve: () => identity, authorize: () => true }).then((tunnel) => {
        tunnel.onStream((_path, accepted) => receiveRuns(accepted))
      })
    }),
  dial: async ({ nodes }: { nodes: readonly string[] }) => {
    const link = await dialInDht(nodes)
    const tunnel = await dialTunnel(link.stream, identity, { knock: 'bench', authorize: () => true })
    stream = tunnel.open('/bench')
  },
  send: (bytes: number) => sendRun(stream, bytes),
  cpuMs,
})
