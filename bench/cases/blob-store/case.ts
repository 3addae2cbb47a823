import { withOne } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender, type Metric } from '../../harness/case.ts'

const MB_S = { unit: 'MB/s', better: 'higher' } as const

const METRICS: readonly Metric[] = [
  { name: 'seal a file', ...MB_S, targets: [{ atLeast: 800 }] },
  { name: 'add chunks', ...MB_S, targets: [{ atLeast: 1_000 }] },
  { name: 'copy to a file', ...MB_S, targets: [] },
  { name: 'check', ...MB_S, targets: [] },
  { name: 'seal 10,000 files of 10 KB', unit: 's', better: 'lower', targets: [] },
  { name: 'open again', unit: 'ms', better: 'lower', targets: [{ atMost: 50 }] },
  {
    name: 'memory above idle while 4 GB are sealed',
    unit: 'MiB',
    better: 'lower',
    targets: [{ atMost: 64 }],
  },
]

function contender(name: string, setup: string, how: string): Contender {
  return {
    name,
    setup,
    measure: ({ quick }) =>
      withOne('./blobStore.child.ts', import.meta.url, (child) =>
        child.call<Record<string, number>>('measure', { how, quick }),
      ),
  }
}

export const blobStore: Case = {
  name: 'blob-store',
  question:
    'How fast are the chunks of files sealed, taken in, opened and checked, and what do threads do for it?',
  rounds: 3,
  metrics: METRICS,
  contenders: [
    contender(
      TRIODE,
      'packages/vault with two threads of packages/device, in a process of its own; files on tmpfs where there is one.',
      'threads',
    ),
    contender('triode, one thread', 'The same with one thread beside the device itself.', 'one-thread'),
    contender('triode, no threads', "The same in the device's own thread.", 'in-process'),
    contender(
      'node:crypto',
      'Reads, seals with AES-256-GCM, hashes with SHA-256 and writes 256 KiB at a time, in one loop; opens the same way. No store.',
      'raw',
    ),
  ],
  notes: [
    'Files of 1 GiB, chunks taken in from memory in runs of 4 MiB; the folder of 10,000 files is one blob. No rival keeps sealed chunks: the loop over node:crypto is what one core can do.',
    'Memory is the resident set at its highest while a file of 4 GiB is sealed, less that before.',
  ],
}
