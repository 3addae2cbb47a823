import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { withOne, withTwo } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'
import { MESSAGES } from './load.ts'
import type { Keys } from './pair.ts'

async function measureHypercore({ quick, scratch }: Round, sealed: boolean): Promise<Figures> {
  const messages = quick ? MESSAGES / 10 : MESSAGES
  const replica = join(scratch, 'replica')
  rmSync(replica, { recursive: true, force: true })
  return await withTwo('./hypercore.child.ts', import.meta.url, async (server, client) => {
    const where = await server.call<object>('listen', { folder: join(scratch, 'author'), messages, sealed })
    const elapsedMs = await client.call<number>('fetch', { folder: replica, messages, sealed, ...where })
    return { rate: messages / (elapsedMs / 1e3) }
  })
}

/** The same two devices in every round: the author keeps its vault, the reader starts with an empty one. */
class TriodePair {
  #keys: Promise<[Keys, Keys]> | undefined

  async measure({ quick, scratch }: Round): Promise<Figures> {
    const messages = quick ? MESSAGES / 10 : MESSAGES
    const folder = join(scratch, 'reader')
    rmSync(folder, { recursive: true, force: true })
    this.#keys ??= withOne(TRIODE_CHILD, import.meta.url, async (child) => [
      await child.call('keys'),
      await child.call('keys'),
    ])
    const [author, reader] = await this.#keys
    return await withTwo(TRIODE_CHILD, import.meta.url, async (server, client) => {
      const own = { folder: join(scratch, 'author'), messages, own: author, other: reader }
      const port = await server.call('listen', own)
      const elapsedMs = await client.call<number>('fetch', {
        folder,
        messages,
        own: reader,
        other: author,
        port,
      })
      return { rate: messages / (elapsedMs / 1e3) }
    })
  }
}

const TRIODE_CHILD = './triode.child.ts'
const pair = new TriodePair()

const triode: Contender = {
  name: TRIODE,
  setup:
    'vault, feeds, timeline, search index and sync of the device over its tunnel, hybrid suite, membership fixed; a thousand messages an epoch.',
  measure: (round) => pair.measure(round),
}

const sealedHypercore: Contender = {
  name: 'hypercore',
  setup:
    'hypercore 11 with an encryption key, replicated over TCP through its Noise stream; appended in batches of 1,000.',
  measure: (round) => measureHypercore(round, true),
}

const plainHypercore: Contender = {
  name: 'hypercore-plain',
  setup: 'the same without the encryption key: blocks are stored in the clear.',
  measure: (round) => measureHypercore(round, false),
}

export const catchUp: Case = {
  name: 'catch-up',
  question: 'How fast does a device that was away fetch 100,000 sealed messages of 300 bytes?',
  rounds: 5,
  metrics: [
    {
      name: 'rate',
      unit: 'messages/s',
      better: 'higher',
      targets: [{ atLeast: 1, of: { contender: sealedHypercore.name } }],
    },
  ],
  contenders: [triode, sealedHypercore, plainHypercore],
  notes: [
    'From dialling to everything stored, into an empty store on the same disk.',
    'Hypercore 11.37.1: the newest whose own dependencies can be installed. It does not sync its store to the disk.',
  ],
}
