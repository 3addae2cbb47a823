import { withTwo } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'

const GB = 1_000_000_000
/** Enough for the compiler and the windows to settle; the same for everyone. */
const WARM_UP_BYTES = 200_000_000

/** Each script answers `listen` with where it is, `dial` with nothing, and `send(bytes)` with the milliseconds it took; a setting is a call that comes first. */
async function throughput(script: string, { quick }: Round, setting?: string): Promise<Figures> {
  return await withTwo(script, import.meta.url, async (server, client) => {
    if (setting !== undefined) await server.call(setting)
    const address = await server.call('listen')
    await client.call('dial', address)
    await client.call('send', WARM_UP_BYTES)
    const bytes = quick ? GB / 5 : GB
    const elapsedMs = await client.call<number>('send', bytes)
    return { throughput: bytes / 1e6 / (elapsedMs / 1e3) }
  })
}

function contender(name: string, script: string, setup: string, setting?: string): Contender {
  return { name, setup, measure: (round) => throughput(script, round, setting) }
}

export const tunnelThroughput: Case = {
  name: 'tunnel-throughput',
  question: 'How fast does one stream of 1 GB go from one process to another on loopback?',
  rounds: 5,
  metrics: [
    {
      name: 'throughput',
      unit: 'MB/s',
      better: 'higher',
      targets: [
        { atLeast: 0.85, of: { contender: 'tls' } },
        { atLeast: 3, of: { contender: 'libp2p' } },
      ],
    },
  ],
  contenders: [
    contender(
      TRIODE,
      './triode.child.ts',
      'packages/tunnel over TCP: one stream of HTTP/2 on mutual TLS 1.3, hybrid suite, as the device sets it up, read as files are.',
    ),
    contender(
      'triode-buffered',
      './triode.child.ts',
      'the same, read by way of the stream\u2019s own buffer, as messages are.',
      'buffer',
    ),
    contender(
      'tls',
      './tls.child.ts',
      'node:tls, mutual TLS 1.3, X25519MLKEM768, AES-256-GCM, Ed25519 certificates.',
    ),
    contender('http2', './http2.child.ts', 'node:http2 on the same TLS, without anything of a tunnel.'),
    contender('libp2p', './libp2p.child.ts', 'js-libp2p, TCP, Noise, Yamux; its defaults.'),
  ],
  notes: [
    'The dialer sends; the clock stops at the dialer when the receiver has counted the last byte and said so in one byte.',
    'All write pieces of 256 KiB. Each first sends 200 MB between the same two processes, not counted.',
    'What keeps it from more is the price of HTTP/2: framing and flow control on one core at each end. Node sends DATA frames of 16 KiB at most, whatever the settings allow; with their headers they never line up with TLS records of 16 KiB, so that the receiver is handed two pieces a record instead of one. A stream of Node\u2019s looks after each whether it wants more (`triode-buffered`, `http2`); files are read past that (`triode`).',
  ],
}
