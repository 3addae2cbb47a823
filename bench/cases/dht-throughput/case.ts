import { withOne, withTwo, type Child } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'

const BYTES = 200_000_000
/** Enough for the compiler, and for the library's window to open. */
const WARM_UP_BYTES = 40_000_000
/** As many as a device that serves runs. */
const NODES = 4

async function throughput(script: string, { quick }: Round): Promise<Figures> {
  return await withOne('../../harness/dhtNet.child.ts', import.meta.url, async (net) => {
    const nodes = await net.call<string[]>('start', NODES)
    return await withTwo(script, import.meta.url, async (server, client) => {
      const address = await server.call<string>('listen', nodes)
      await client.call('dial', { nodes, address })
      await client.call('send', WARM_UP_BYTES)
      const before = await cpuOf(server, client)
      const bytes = quick ? BYTES / 5 : BYTES
      const elapsedMs = await client.call<number>('send', bytes)
      const [received = 0, sent = 0] = (await cpuOf(server, client)).map((ms, at) => ms - (before[at] ?? 0))
      return {
        throughput: bytes / 1e6 / (elapsedMs / 1e3),
        'sender, CPU': sent / (bytes / 1e6),
        'receiver, CPU': received / (bytes / 1e6),
      }
    })
  })
}

function cpuOf(...children: readonly Child[]): Promise<number[]> {
  return Promise.all(children.map((child) => child.call<number>('cpuMs')))
}

function contender(name: string, script: string, setup: string): Contender {
  return { name, setup, measure: (round) => throughput(script, round) }
}

const CPU = { unit: 'ms a MB', better: 'lower' } as const

export const dhtThroughput: Case = {
  name: 'dht-throughput',
  question: 'How fast does one stream of 200 MB go from one process to another over the DHT, on loopback?',
  rounds: 3,
  metrics: [
    {
      name: 'throughput',
      unit: 'MB/s',
      better: 'higher',
      targets: [{ atLeast: 0.8, of: { contender: 'hyperdht' } }],
    },
    { name: 'sender, CPU', ...CPU, targets: [{ atMost: 1.5, of: { contender: 'hyperdht' } }] },
    { name: 'receiver, CPU', ...CPU, targets: [{ atMost: 1.5, of: { contender: 'hyperdht' } }] },
  ],
  contenders: [
    contender(
      TRIODE,
      './triode.child.ts',
      'a tunnel (HTTP/2 on mutual TLS 1.3, hybrid suite) over a link of the DHT channel.',
    ),
    contender('link', './link.child.ts', 'a link of the DHT channel, without a tunnel on it.'),
    contender('hyperdht', './hyperdht.child.ts', 'a stream of hyperdht as its API gives it: Noise over UDX.'),
  ],
  notes: [
    'All in a DHT of four nodes of its own, in a third process. The dialer sends; the clock stops when the receiver has counted the last byte and said so in one byte.',
    'All write pieces of 256 KiB, and first send 40 MB that are not counted. CPU is that of the whole process, both threads of the library included.',
  ],
}
