import type { SuiteName } from '@triode/core'
import { withTwo } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'
import { median } from '../../harness/statistics.ts'

const SUITES: readonly SuiteName[] = ['hybrid', 'cnsa', 'p384']
const DIALS = 100
const WARM_UP_DIALS = 20

/** Each script answers `listen(suite)` with where it is, and `dial` with the milliseconds of each of `count` set-ups. */
async function measureSetUp(script: string, { quick }: Round): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const suite of SUITES) {
    figures[suite] = await withTwo(script, import.meta.url, async (server, client) => {
      const where = await server.call('listen', suite)
      await client.call('dial', { suite, where, count: WARM_UP_DIALS })
      return median(await client.call<number[]>('dial', { suite, where, count: quick ? DIALS / 5 : DIALS }))
    })
  }
  return figures
}

const tls: Contender = {
  name: 'tls',
  setup:
    'node:tls, mutual TLS 1.3 with the same kind of certificate, group and cipher, no session resumption.',
  measure: (round) => measureSetUp('./tls.child.ts', round),
}

const http2: Contender = {
  name: 'http2',
  setup: 'node:http2 on the same, without anything of a tunnel: it shows what of the difference is HTTP/2.',
  measure: (round) => measureSetUp('./http2.child.ts', round),
}

const triode: Contender = {
  name: TRIODE,
  setup: 'packages/tunnel over TCP: HTTP/2 on mutual TLS 1.3, one new tunnel a time.',
  measure: (round) => measureSetUp('./triode.child.ts', round),
}

export const tunnelSetup: Case = {
  name: 'tunnel-setup',
  question: 'How long does it take to set up a tunnel, cold, in each suite?',
  rounds: 5,
  metrics: SUITES.map((suite) => ({
    name: suite,
    unit: 'ms',
    better: 'lower',
    targets: [{ atMost: 1.5, of: { contender: tls.name } }],
  })),
  contenders: [triode, tls, http2],
  notes: [
    'From dialling on TCP to the first answer over the tunnel. Each figure is the median of 100 set-ups between two processes, after 20 uncounted ones.',
    'The best that a tunnel of HTTP/2 can reach here is `http2`: a session, SETTINGS, a stream and their end on each side. Besides, a tunnel takes the far certificate and the group out of the handshake, and watches its peer. In processor time of both sides together, the least of many batches, HTTP/2 takes 1.35 times what TLS takes and the tunnel 1.5.',
    'A device reads a certificate that it sees for the first time, which takes 0.06 ms a side more than here.',
  ],
}
