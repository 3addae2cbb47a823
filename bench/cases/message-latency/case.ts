import { withTwo } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'
import { MESSAGES, WARM_UP_MESSAGES } from './load.ts'
import { measureDaemons } from './triode.ts'
import { percentile } from '../../harness/statistics.ts'

/** `send(count)` answers with the milliseconds of each message, one after the other. */
async function measureRaw({ quick, scratch }: Round): Promise<Figures> {
  return await withTwo('./tls.child.ts', import.meta.url, async (server, client) => {
    await client.call('dial', { port: await server.call('listen', scratch), folder: scratch })
    await client.call('send', WARM_UP_MESSAGES)
    const latenciesMs = await client.call<number[]>('send', quick ? MESSAGES / 5 : MESSAGES)
    return { p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99) }
  })
}

const tls: Contender = {
  name: 'tls+fsync',
  setup:
    'the sender writes 300 bytes to a file and syncs it, sends them on a mutual TLS 1.3 connection; the receiver writes them to a file, syncs it, and echoes them.',
  measure: measureRaw,
}

const triode: Contender = {
  name: TRIODE,
  setup:
    'two daemons in a hybrid circle over the tcp channel; from the API call that sends 300 bytes to the event on the far API.',
  measure: measureDaemons,
}

export const messageLatency: Case = {
  name: 'message-latency',
  question:
    'How long from the call that sends a message to the message shown on the far device, durable on both?',
  rounds: 5,
  metrics: [
    { name: 'p50', unit: 'ms', better: 'lower', targets: [{ atMost: 4, of: { contender: tls.name } }] },
    {
      name: 'p99',
      unit: 'ms',
      better: 'lower',
      targets: [{ atMost: 5, of: { contender: TRIODE, metric: 'p50' } }],
    },
  ],
  contenders: [triode, tls],
  notes: [
    'Each message is sent when the one before has arrived. Both stores are on the same disk.',
    'Triode is measured through both local APIs (HTTP and the event stream) by a third process; the rival has none.',
    'Of 1.6 ms without a disk (both homes in memory, two idle cores) the third process takes 0.5 (fetch, event stream), the sender 0.4 (HTTP, sealing, signing, six records), the receiver 0.4 (verifying, opening, six records), and the ways between them 0.3. On a disk each side waits for one commit of six pages besides, the rival for one of 300 bytes: where syncing is quick the processor decides, where it is slow the disk does, and the ratio falls.',
  ],
}
