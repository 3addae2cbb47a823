import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TRIODE, type Case, type Figures, type Round } from '../../harness/case.ts'
import { formCircle, until, withDaemons } from '../../harness/daemon.ts'

const TUNNELS = 10
/** Enough for what joining left behind to be collected, were the collector to run at all in an idle process. */
const SETTLE_MS = 15_000

/** Resident memory of the first of eleven daemons in one circle, each with a tunnel to every other. */
async function measureResident({ scratch, number }: Round): Promise<Figures> {
  const homes = Array.from({ length: TUNNELS + 1 }, (_, i) => join(scratch, `${number}-${i}`))
  return await withDaemons(homes, async ([first, ...others]) => {
    if (first === undefined) throw new Error('daemons were asked for')
    const fresh = residentMiB(first.pid)
    await formCircle(first, others)
    await until('ten tunnels', async () => (await first.client.status()).tunnels === TUNNELS)
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    return { resident: residentMiB(first.pid), fresh }
  })
}

/** VmRSS of proc_pid_status(5). */
function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) / 1024
}

export const idleMemory: Case = {
  name: 'idle-memory',
  question: 'How much memory does a daemon with 10 tunnels hold when nothing happens?',
  rounds: 3,
  metrics: [
    { name: 'resident', unit: 'MiB', better: 'lower', targets: [{ atMost: 150 }] },
    { name: 'fresh', unit: 'MiB', better: 'lower', targets: [] },
  ],
  contenders: [
    {
      name: TRIODE,
      setup:
        'eleven daemons in one hybrid circle over the tcp channel; the one that invited the others is measured.',
      missing: () => Promise.resolve(process.platform === 'linux' ? undefined : 'VmRSS is read from /proc'),
      measure: measureResident,
    },
  ],
  notes: [
    '`fresh` is the same daemon with a new vault and before any circle. Code shared with other processes counts in full.',
  ],
}
