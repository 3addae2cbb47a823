/** Two daemons: from the call that sends a file to its copy being whole where the far person wants it, sealed on both on the way. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CIRCLE, formCircle, until, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import type { Copy } from './copy.ts'

export interface Copied {
  readonly elapsedMs: number
  /** Of that, until the far side heard of the file: then it is sealed, and not a byte of it has gone. */
  readonly sealedMs: number
  /** Processor time of each daemon while the file went over, of all cores together. */
  readonly senderMs: number
  readonly receiverMs: number
  /** Most memory that was resident at once while the file went over, in MiB, of each daemon. */
  readonly senderMiB: number
  readonly receiverMiB: number
}

export async function copyByTriode(
  { source, target, work, name }: Copy,
  options: readonly string[] = [],
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
      const [senderBefore, receiverBefore] = [processorMs(alice), processorMs(bob)]
      const times = await copied(alice, bob, source, join(target, name))
      return {
        ...times,
        senderMs: processorMs(alice) - senderBefore,
        receiverMs: processorMs(bob) - receiverBefore,
        senderMiB: peakMiB(alice),
        receiverMiB: peakMiB(bob),
      }
    },
    options,
  )
}

/** Bob asks for it as soon as he hears of it. */
async function copied(
  alice: Daemon,
  bob: Daemon,
  source: string,
  path: string,
): Promise<Pick<Copied, 'elapsedMs' | 'sealedMs'>> {
  const events = await bob.client.events()
  const started = monotonicMs()
  let sealedMs = 0
  const sending = alice.client.sendFiles({ where: CIRCLE, paths: [source] })
  for await (const event of events) {
    if (event.type === 'message') {
      const [file] = event.message.files
      sealedMs = monotonicMs() - started
      if (file !== undefined) await bob.client.getFile({ id: file.id, to: path })
    }
    if (event.type === 'file' && event.file.savedTo === path) break
  }
  const elapsedMs = monotonicMs() - started
  await sending
  return { elapsedMs, sealedMs }
}

/** In user and in kernel mode, as proc(5) gives it: in hundredths of a second. */
export function processorMs({ pid }: Daemon): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
  // The second field is a name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

export function peakMiB({ pid }: Daemon): number {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]
  return Number(peak) / 1_024
}

/** The kernel counts the peak anew from now on (proc(5), clear_refs). */
export function forgetPeak({ pid }: Daemon): void {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, '5')
}
