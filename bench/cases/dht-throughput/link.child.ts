/** A link of Triode's DHT channel without a tunnel on it: what the channel adds to the library. */
import type { Duplex } from 'node:stream'
import { answerCalls } from '../../harness/child.ts'
import { cpuMs, receiveRuns, sendRun } from './side.ts'
import { dialInDht, listenInDht } from './triode.ts'

let stream: Duplex

answerCalls({
  listen: (nodes: readonly string[]) =>
    listenInDht(nodes, (link) => {
      link.stream.on('error', () => link.stream.destroy())
      receiveRuns(link.stream)
    }),
  dial: async ({ nodes }: { nodes: readonly string[] }) => {
    stream = (await dialInDht(nodes)).stream
  },
  send: (bytes: number) => sendRun(stream, bytes),
  cpuMs,
})
