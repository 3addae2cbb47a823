import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'
import { MEMORY } from '../../harness/scratch.ts'
import { withCopy } from '../file-copy/copy.ts'
import { LARGE, smaller } from '../file-copy/load.ts'
import { missingScp, SCP_SETUP } from '../file-copy/scp.ts'
import { missingSyncthing, SYNCTHING_SETUP } from '../file-copy/syncthing.ts'
import { missingLine, onLine } from './line.ts'

const BITS_PER_SECOND = 1_000_000_000
const LOAD = { ...LARGE, bytesEach: LARGE.bytesEach / 4 }

async function measure(name: string, { quick }: Round): Promise<Figures> {
  const load = quick ? smaller(LOAD) : LOAD
  const elapsedMs = await withCopy(MEMORY, load, (copy) =>
    onLine(BITS_PER_SECOND, './copies.child.ts', import.meta.url, (child) => child.call<number>(name, copy)),
  )
  return { rate: load.bytesEach / 1e3 / elapsedMs }
}

function contender(name: string, setup: string, missing?: () => Promise<string | undefined>): Contender {
  return {
    name,
    setup,
    missing: async () => missingLine() ?? (await missing?.()),
    measure: (round) => measure(name, round),
  }
}

export const fileGigabit: Case = {
  name: 'file-gigabit',
  question:
    'How fast does a file of 1 GiB go from one device’s folder to another’s over a line of a gigabit?',
  rounds: 3,
  metrics: [
    {
      name: 'rate',
      unit: 'MB/s',
      better: 'higher',
      targets: [{ atLeast: 0.85, of: { contender: 'tls' } }],
    },
  ],
  contenders: [
    contender(TRIODE, 'as in file-copy.'),
    contender('tls', 'as in file-copy.'),
    contender('libp2p', 'as in file-copy.'),
    contender('syncthing', SYNCTHING_SETUP, missingSyncthing),
    contender('scp', SCP_SETUP, missingScp),
  ],
  notes: [
    'A network namespace whose loopback gives 1 Gbit/s, both ways together, with packets of 1,500 bytes; files in memory. Heads and acknowledgements go off that.',
    'The target is our own: sealing the file takes its time before the first byte goes.',
  ],
}
