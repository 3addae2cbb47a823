/** Two daemons: from the call that sends a file to its copy being whole where the far person wants it, sealed on both on the way. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CIRCLE, formCircle, until, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import type { Copy } from './copy.ts'

export interface Copied {
  readonly elapsedMs: number
  /** Most memory that was resident at once while the file went over, in MiB, of each daemon. */
  readonly senderMiB: number
  readonly receiverMiB: number
}

export async function copyByTriode(
  { source, target, work, name }: Copy,
  env: NodeJS.ProcessEnv = {},
): Promise<Copied> {
  const homes = ['alice', 'bob'].map((one) => join(work, one))
  return withDaemons(
    homes,
    async ([alice, bob]) => {
      if (alice === undefined || bob === undefined) throw new Error('two daemons were asked for')
      await formCircle(alice, [bob])
      await until('a tunnel', async () => (await alice.client.status()).tunnels === 1)
      // What unlocking took, 64 MiB for Argon2id, does not count.
      for (const one of [alice, bob]) forgetPeak(one)
      const elapsedMs = await copied(alice, bob, source, join(target, name))
      return { elapsedMs, senderMiB: peakMiB(alice), receiverMiB: peakMiB(bob) }
    },
    env,
  )
}

/** Bob asks for it as soon as he hears of it. */
async function copied(alice: Daemon, bob: Daemon, source: string, path: string): Promise<number> {
  const events = await bob.client.events()
  const started = monotonicMs()
  const sending = alice.client.sendFiles({ where: CIRCLE, paths: [source] })
  for await (const event of events) {
    if (event.type === 'message') {
      const [file] = event.message.files
      if (file !== undefined) await bob.client.getFile({ id: file.id, to: path })
    }
    if (event.type === 'file' && event.file.savedTo === path) break
  }
  const elapsedMs = monotonicMs() - started
  await sending
  return elapsedMs
}

function peakMiB({ pid }: Daemon): number {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]
  return Number(peak) / 1_024
}

/** The kernel counts the peak anew from now on (proc(5), clear_refs). */
function forgetPeak({ pid }: Daemon): void {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, '5')
}
