import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TRIODE, type Case, type Figures, type Round } from '../../harness/case.ts'
import { withOne } from '../../harness/child.ts'
import { CIRCLE, startDaemon, type Daemon } from '../../harness/daemon.ts'
import { monotonicMs, percentile } from '../../harness/statistics.ts'
import { drawRank, repeatable, wordAt } from '../../harness/texts.ts'

const MESSAGES = 100_000
const MESSAGE_BYTES = 300
const PAGE = 50
const SEARCHES = 300

async function measureStart({ quick, scratch, number }: Round): Promise<Figures> {
  const home = join(scratch, 'home')
  const messages = quick ? MESSAGES / 10 : MESSAGES
  if (!existsSync(home)) {
    await withOne('../../harness/device.child.ts', import.meta.url, (child) =>
      child.call('fill', { home, messages, bytes: MESSAGE_BYTES }),
    )
  }
  const started = monotonicMs()
  const daemon = await startDaemon(home)
  try {
    const page = await daemon.client.messages({ where: CIRCLE, limit: PAGE })
    const firstPage = monotonicMs() - started
    if (page.messages.length !== PAGE || !page.more) throw new Error('the page is not what was stored')
    return { 'first page': firstPage, ...(await measureSearch(daemon, number)) }
  } finally {
    await daemon.end()
  }
}

/** One word, and two words, in turn: frequent and rare ones as people would type them. */
async function measureSearch({ client }: Daemon, seed: number): Promise<Figures> {
  const draw = repeatable(seed)
  const latenciesMs: number[] = []
  for (let i = 0; i < SEARCHES; i++) {
    const words = Array.from({ length: 1 + (i % 2) }, () => wordAt(drawRank(draw)))
    const started = monotonicMs()
    await client.search({ text: words.join(' '), limit: PAGE })
    latenciesMs.push(monotonicMs() - started)
  }
  return { 'search p50': percentile(latenciesMs, 0.5), 'search p95': percentile(latenciesMs, 0.95) }
}

export const startUnlock: Case = {
  name: 'start-unlock',
  question:
    'With 100,000 messages stored: how long from start to the first page, and how long does a search take?',
  rounds: 5,
  metrics: [
    { name: 'first page', unit: 'ms', better: 'lower', targets: [{ atMost: 3_000 }] },
    { name: 'search p50', unit: 'ms', better: 'lower', targets: [] },
    { name: 'search p95', unit: 'ms', better: 'lower', targets: [{ atMost: 50 }] },
  ],
  contenders: [
    {
      name: TRIODE,
      setup:
        'a daemon, from starting its process, unlocking included, to a page of 50 messages over the API; then 300 searches of one and two words.',
      measure: measureStart,
    },
  ],
  notes: ['No rival: the bounds are absolute. The file cache is warm.'],
}
