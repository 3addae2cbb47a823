/** Two daemons and their APIs: from the call that sends to the event that a face would show. */
import { join } from 'node:path'
import type { Figures, Round } from '../../harness/case.ts'
import { CIRCLE, formCircle, until, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { monotonicMs, percentile } from '../../harness/statistics.ts'
import { textOf } from '../../harness/texts.ts'
import { MESSAGES, MESSAGE_BYTES, WARM_UP_MESSAGES } from './load.ts'

export async function measureDaemons({ quick, scratch, number }: Round): Promise<Figures> {
  const homes = ['alice', 'bob'].map((name) => join(scratch, `${number}-${name}`))
  return await withDaemons(homes, async ([alice, bob]) => {
    if (alice === undefined || bob === undefined) throw new Error('two daemons were asked for')
    await formCircle(alice, [bob])
    await until('a tunnel', async () => (await alice.client.status()).tunnels === 1)
    const send = await sender(alice, bob)
    for (let i = 0; i < WARM_UP_MESSAGES; i++) await send()
    const latenciesMs: number[] = []
    for (let i = 0; i < (quick ? MESSAGES / 5 : MESSAGES); i++) latenciesMs.push(await send())
    return { p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99) }
  })
}

/** Sends the next message, and gives the milliseconds until Bob's event stream had it and Alice's call had returned. */
async function sender(alice: Daemon, bob: Daemon): Promise<() => Promise<number>> {
  const events = await bob.client.events()
  let sent = 0
  return async () => {
    const text = textOf(sent++, MESSAGE_BYTES)
    const started = monotonicMs()
    const shown = shows(events, text)
    const accepted = alice.client.send({ where: CIRCLE, text })
    const shownAt = await shown
    await accepted
    return shownAt - started
  }
}

async function shows(events: Awaited<ReturnType<Daemon['client']['events']>>, text: string): Promise<number> {
  for (;;) {
    const next = await events.next()
    if (next.done === true) throw new Error('the event stream ended')
    const event = next.value
    if (event.type === 'message' && event.message.text === text) return monotonicMs()
  }
}
