import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TRIODE, type Case, type Figures, type Round } from '../../harness/case.ts'
import { CIRCLE, startDaemon, until, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { monotonicMs, percentile } from '../../harness/statistics.ts'
import { drawRank, repeatable, textOf, wordAt } from '../../harness/texts.ts'

const MESSAGES = 100_000
const MESSAGE_BYTES = 300
const PAGE = 50
const SEARCHES = 300
/** Enough words that nothing else has them all. */
const PHRASE_CHARS = 120
/** Calls under way at once while filling; what is measured comes after. */
const SENDERS = 16

/** Sends the messages to a circle of one, as a person of many words would over years. */
async function fill(home: string, messages: number): Promise<void> {
  await withDaemons([home], async (daemons) => {
    for (const { client } of daemons) {
      await client.createCircle({ name: CIRCLE })
      const indices = Array.from({ length: messages }, (_, index) => index).values()
      const sendRest = async () => {
        for (const index of indices) await client.send({ where: CIRCLE, text: textOf(index, MESSAGE_BYTES) })
      }
      await Promise.all(Array.from({ length: SENDERS }, sendRest))
    }
  })
}

async function measureStart({ quick, scratch, number }: Round): Promise<Figures> {
  const home = join(scratch, 'home')
  const messages = quick ? MESSAGES / 10 : MESSAGES
  if (!existsSync(home)) await fill(home, messages)
  const started = monotonicMs()
  const daemon = await startDaemon(home)
  try {
    const page = await daemon.client.messages({ where: CIRCLE, limit: PAGE })
    const firstPage = monotonicMs() - started
    if (page.messages.length !== PAGE || !page.more) throw new Error('the page is not what was stored')
    await until('everything to be searchable', () => findsAll(daemon, messages))
    const searchable = monotonicMs() - started
    const walked = await walkBack(daemon, messages)
    return { 'first page': firstPage, searchable, ...(await measureSearch(daemon, number)), ...walked }
  } finally {
    await daemon.end()
  }
}

/** Whether the index holds the first, the middle and the last message: it is filled after the start. */
async function findsAll({ client }: Daemon, messages: number): Promise<boolean> {
  for (const index of [0, messages / 2, messages - 1]) {
    const text = textOf(index, MESSAGE_BYTES)
    const found = await client.search({
      text: text.slice(0, text.lastIndexOf(' ', PHRASE_CHARS)),
      limit: PAGE,
    })
    if (!found.messages.some((message) => message.text === text)) return false
  }
  return true
}

/** Every page from the newest message to the oldest: each message once, in order. */
async function walkBack({ client }: Daemon, messages: number): Promise<Figures> {
  const latenciesMs: number[] = []
  const seen = new Set<string>()
  let before: string | undefined
  let lastAt = Infinity
  for (let more = true; more;) {
    const started = monotonicMs()
    const page = await client.messages({
      where: CIRCLE,
      limit: PAGE,
      ...(before !== undefined && { before }),
    })
    latenciesMs.push(monotonicMs() - started)
    for (const { id, at } of page.messages.toReversed()) {
      if (seen.has(id) || at > lastAt) throw new Error('a message came twice or out of order')
      seen.add(id)
      lastAt = at
    }
    more = page.more
    before = page.messages[0]?.id
  }
  if (seen.size !== messages) throw new Error(`${seen.size} of ${messages} messages were paged`)
  return { 'page p50': percentile(latenciesMs, 0.5), 'page p95': percentile(latenciesMs, 0.95) }
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
    'With 100,000 messages stored: how long from start to the first page, and how long do a search and each page back take?',
  rounds: 5,
  metrics: [
    { name: 'first page', unit: 'ms', better: 'lower', targets: [{ atMost: 3_000 }] },
    { name: 'searchable', unit: 'ms', better: 'lower', targets: [] },
    { name: 'search p50', unit: 'ms', better: 'lower', targets: [] },
    { name: 'search p95', unit: 'ms', better: 'lower', targets: [{ atMost: 50 }] },
    { name: 'page p50', unit: 'ms', better: 'lower', targets: [] },
    { name: 'page p95', unit: 'ms', better: 'lower', targets: [] },
  ],
  contenders: [
    {
      name: TRIODE,
      setup:
        'a daemon, from starting its process, unlocking included, to a page of 50 messages over the API; then 300 searches of one and two words; then every page back to the first message.',
      measure: measureStart,
    },
  ],
  notes: [
    'No rival: the bounds are absolute. The file cache is warm. The searches begin when everything is searchable.',
  ],
}
