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
  contenders: [triode, tls],
  notes: [
    'From dialling on TCP to the first answer over the tunnel. Each figure is the median of 100 set-ups between two processes, after 20 uncounted ones.',
    'A tunnel is set up once the far side has accepted this device, which its SETTINGS tell: half a round trip more than the rival waits for, and then a stream is opened. Each side makes an HTTP/2 session, takes the key out of the certificate and the channel binding (0.2 ms); and the tunnel before this one is still being ended, which with HTTP/2 takes the listening process 0.2 ms longer.',
  ],
}
