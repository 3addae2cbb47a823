import { join } from 'node:path'
import { TRIODE, type Case, type Figures, type Round } from '../../harness/case.ts'
import { CIRCLE, formCircle, until, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { MEMORY, Scratch } from '../../harness/scratch.ts'
import { monotonicMs, percentile } from '../../harness/statistics.ts'
import { textOf } from '../../harness/texts.ts'
import { makeLoad, type Load } from '../file-copy/load.ts'

const LOAD: Load = { name: 'bulk.bin', files: 1, bytesEach: 4_294_967_296 }
const MESSAGES = 400
/** Between two messages, as a person might at most. */
const PAUSE_MS = 10

async function measure({ quick }: Round): Promise<Figures> {
  const load = quick ? { ...LOAD, bytesEach: Math.ceil(LOAD.bytesEach / 4) } : LOAD
  // In memory, so that what is measured is the tunnel and not how the disk queues; source, and what is sealed at either end.
  using scratch = Scratch.in(MEMORY, 3 * load.bytesEach)
  const source = makeLoad(scratch.path, load)
  const homes = ['alice', 'bob'].map((name) => join(scratch.path, name))
  return await withDaemons(homes, async ([alice, bob]) => {
    if (alice === undefined || bob === undefined) throw new Error('two daemons were asked for')
    await formCircle(alice, [bob])
    await until('a tunnel', async () => (await alice.client.status()).tunnels === 1)
    await bob.client.setFileSettings({ autoFetchBytes: 0 })
    const { files } = await alice.client.sendFiles({ where: CIRCLE, paths: [source] })
    const id = files[0]?.id ?? ''
    await until('the message', async () => (await bob.client.files({})).files.length === 1)
    const send = await sender(alice, bob)
    const idle = await latencies(send, MESSAGES, () => Promise.resolve(true))
    await bob.client.getFile({ id })
    const busy = await latencies(
      send,
      MESSAGES,
      async () => (await bob.client.file({ id })).state === 'fetching',
    )
    return {
      'idle p99': percentile(idle, 0.99),
      'during p50': percentile(busy, 0.5),
      'during p99': percentile(busy, 0.99),
      'messages during': busy.length,
    }
  })
}

/** Of at most `count` messages, while `goesOn`. */
async function latencies(
  send: () => Promise<number>,
  count: number,
  goesOn: () => Promise<boolean>,
): Promise<number[]> {
  const out: number[] = []
  while (out.length < count && (await goesOn())) {
    out.push(await send())
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return out
}

/** Sends the next message, and gives the milliseconds until Bob's event stream had it. */
async function sender(alice: Daemon, bob: Daemon): Promise<() => Promise<number>> {
  const events = await bob.client.events()
  let sent = 0
  return async () => {
    const text = textOf(sent++, 300)
    const started = monotonicMs()
    const accepted = alice.client.send({ where: CIRCLE, text })
    for (;;) {
      const next = await events.next()
      if (next.done === true) throw new Error('the event stream ended')
      if (next.value.type === 'message' && next.value.message.text === text) break
    }
    const elapsedMs = monotonicMs() - started
    await accepted
    return elapsedMs
  }
}

export const fileMessages: Case = {
  name: 'file-messages',
  question: 'How long does a message take while a file of 4 GiB goes over the same tunnel?',
  rounds: 3,
  metrics: [
    { name: 'during p99', unit: 'ms', better: 'lower', targets: [{ atMost: 100 }] },
    { name: 'during p50', unit: 'ms', better: 'lower', targets: [] },
    { name: 'idle p99', unit: 'ms', better: 'lower', targets: [] },
    { name: 'messages during', unit: 'messages', better: 'higher', targets: [] },
  ],
  contenders: [
    {
      name: TRIODE,
      setup:
        'two daemons in a hybrid circle over the tcp channel, homes in memory; messages one after another, the file at full speed.',
      measure,
    },
  ],
  notes: [
    'What is asked is 3 times the idle p99 or 100 ms, whichever is more; the table holds it to the 100 ms.',
  ],
}
