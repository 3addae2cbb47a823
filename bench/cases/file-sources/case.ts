import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TRIODE, type Case, type Figures, type Round } from '../../harness/case.ts'
import { CIRCLE, formCircle, until, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { compare, makeLoad, type Load } from '../file-copy/load.ts'

const LOAD: Load = { name: 'shared.bin', files: 1, bytesEach: 100_000_000 }
/** What each source gives on its link: far below what this machine can do, so that links and not the processor are measured. */
const LIMIT_BYTES_PER_SECOND = 10_000_000

async function measure({ quick, scratch, number }: Round): Promise<Figures> {
  const load = quick ? { ...LOAD, bytesEach: LOAD.bytesEach / 10 } : LOAD
  const folder = join(scratch, String(number))
  mkdirSync(folder, { recursive: true })
  const sources = ['one.bin', 'three.bin'].map((name) => makeLoad(folder, { ...load, name }))
  const homes = ['alice', 'bob', 'carol', 'dave'].map((name) => join(folder, name))
  try {
    return await withDaemons(homes, async ([alice, bob, carol, dave]) => {
      if (alice === undefined || bob === undefined || carol === undefined || dave === undefined)
        throw new Error('four daemons were asked for')
      await formCircle(alice, [bob, carol, dave])
      await until('all tunnels', async () => (await bob.client.status()).tunnels === 3)
      await bob.client.setFileSettings({ autoFetchBytes: 0 })
      const [one = '', three = ''] = sources
      const circle = await fileSent(alice, bob, CIRCLE, three)
      for (const other of [carol, dave]) {
        await until('the message', async () => (await other.client.files({})).files.length > 0)
        await other.client.getFile({ id: circle })
        await until(
          'another source',
          async () => (await other.client.file({ id: circle })).state === 'complete',
        )
      }
      const direct = await fileSent(alice, bob, 'member0', one)
      for (const source of [alice, carol, dave])
        await source.client.setFileSettings({ rateLimits: { tcp: LIMIT_BYTES_PER_SECOND } })
      const target = join(folder, 'copy.bin')
      const oneMs = await fetched(bob, direct, target, one)
      const threeMs = await fetched(bob, circle, target, three)
      return {
        'one source': load.bytesEach / 1e3 / oneMs,
        'three sources': load.bytesEach / 1e3 / threeMs,
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Sends it, and waits until Bob has heard of it. */
async function fileSent(from: Daemon, bob: Daemon, where: string, path: string): Promise<string> {
  const { files } = await from.client.sendFiles({ where, paths: [path] })
  const id = files[0]?.id
  if (id === undefined) throw new Error('no file was sent')
  await until('the message', async () => (await bob.client.files({})).files.some((file) => file.id === id))
  return id
}

/** Milliseconds until it is whole and saved. */
async function fetched(bob: Daemon, id: string, target: string, original: string): Promise<number> {
  const events = await bob.client.events()
  const started = monotonicMs()
  await bob.client.getFile({ id, to: target, overwrite: true })
  for await (const event of events)
    if (event.type === 'file' && event.file.id === id && event.file.savedTo === target) break
  const elapsedMs = monotonicMs() - started
  compare(original, target)
  return elapsedMs
}

export const fileSources: Case = {
  name: 'file-sources',
  question:
    'How much faster does a file of 100 MB come from three devices than from one, when each link gives 10 MB/s?',
  rounds: 3,
  metrics: [
    {
      name: 'three sources',
      unit: 'MB/s',
      better: 'higher',
      targets: [{ atLeast: 1.3, of: { contender: TRIODE, metric: 'one source' } }],
    },
    { name: 'one source', unit: 'MB/s', better: 'higher', targets: [] },
  ],
  contenders: [
    {
      name: TRIODE,
      setup:
        'four daemons in a hybrid circle over the tcp channel, each of three limited to 10 MB/s by its own setting; the fourth fetches.',
      measure,
    },
  ],
  notes: ['Another file of the same size comes from one and from three.'],
}
