import { join } from 'node:path'
import { withOne } from '../../harness/child.ts'
import { TRIODE, type Case } from '../../harness/case.ts'
import { keepFile } from './files.ts'
import { holdTunnels } from './tunnels.ts'

/** Figures of one round, and their units. */
const FIGURES = [
  ['take, CPU a box', 'µs'],
  ['take', 'boxes/s'],
  ['hand over, CPU a box', 'µs'],
  ['hand over', 'boxes/s'],
  ['connect, CPU a device', 'ms'],
  ['resident before', 'MiB'],
  ['resident, holding', 'MiB'],
  ['resident, all connected', 'MiB'],
  ['database', 'MB'],
  ['counted against the capacity', 'MB'],
  ['file: take, CPU', 'ms/MB'],
  ['file: hand over, CPU', 'ms/MB'],
  ['file: resident at most', 'MiB'],
  ['tunnels at once', 'tunnels'],
  ['a tunnel, resident', 'MiB'],
  ['a tunnel, CPU to take it', 'ms'],
  ['a tunnel, CPU an idle hour', 'ms'],
] as const

/** Below what a keeper takes unless told otherwise. */
const FILE_BYTES = { full: 200_000_000, quick: 8_000_000 }

const FULL = { devices: 1_000, boxesEach: 100 }
const QUICK = { devices: 50, boxesEach: 20 }

/** Two pings of each in the time in which they do nothing. */
const CROWD = { full: { tunnels: 1_000, idleMs: 120_000 }, quick: { tunnels: 100, idleMs: 2_000 } }

export const keeper: Case = {
  name: 'keeper',
  question:
    'What does a keeper need that holds 100,000 boxes of 1,000 devices, each for ten others; for a file; and for 1,000 tunnels?',
  rounds: 1,
  metrics: FIGURES.map(([name, unit]) => ({
    name,
    unit,
    better: unit === 'boxes/s' ? 'higher' : 'lower',
    targets: [],
  })),
  contenders: [
    {
      name: TRIODE,
      setup:
        'the sync of a keeper on a vault, on the disk of the temporary folder, in a process of its own; hybrid suite; frames handed in and taken without a network. The file: three daemons over tcp on loopback. The tunnels: packages/tunnel over tcp on loopback, all from one process, each of a key of its own, with one stream open on which 600 bytes went either way.',
      measure: async ({ number, quick, scratch }) => ({
        ...(await withOne('./keeper.child.ts', import.meta.url, (child) =>
          child.call<Record<string, number>>('measure', {
            folder: join(scratch, String(number)),
            ...(quick ? QUICK : FULL),
          }),
        )),
        ...(await keepFile(
          join(scratch, `${String(number)}-file`),
          quick ? FILE_BYTES.quick : FILE_BYTES.full,
        )),
        ...(await holdTunnels(quick ? CROWD.quick : CROWD.full)),
      }),
    },
  ],
  notes: [
    'A box is a block of one short message: 512 bytes. Tunnels are measured apart, in a process that does nothing else: `resident` is what it grows by, without what 50 of them took before.',
    'Each device fetches the drop of one other: what it costs to hand over is the same for each.',
    'No rival and no target: the table stands behind the sizing in `docs/guides/keeper.md`.',
  ],
}
