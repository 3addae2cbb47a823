import { join } from 'node:path'
import { withOne } from '../../harness/child.ts'
import { TRIODE, type Case } from '../../harness/case.ts'

/** Figures of one round, and their units. */
const FIGURES = [
  ['series.set, one transaction', 'µs each'],
  ['map.set, one transaction', 'µs each'],
  ['series.get', 'µs'],
  ['map.get', 'µs'],
  ['range over all', 'µs each'],
  ['last 50', 'ms'],
  ['count', 'ms'],
  ['one set a transaction', 'ms'],
  ['erase all', 'ms'],
  ['backup', 's'],
  ['check', 's'],
  ['restore', 's'],
  ['database', 'MB'],
  ['backup file', 'MB'],
  ['unlock, Argon2id', 'ms'],
  ['unlock, PBKDF2', 'ms'],
] as const

const RECORDS = 100_000
const QUICK_RECORDS = 2_000

export const vault: Case = {
  name: 'vault',
  question:
    'What do the calls of the sealed store cost, with 100,000 records of 400 bytes in a series and as many in a map?',
  rounds: 3,
  metrics: FIGURES.map(([name, unit]) => ({ name, unit, better: 'lower', targets: [] })),
  contenders: [
    {
      name: TRIODE,
      setup:
        'packages/vault on the disk of the temporary folder, in a process of its own; each round a new vault.',
      measure: ({ number, quick, scratch }) =>
        withOne('./vault.child.ts', import.meta.url, (child) =>
          child.call<Record<string, number>>('measure', {
            folder: join(scratch, String(number)),
            records: quick ? QUICK_RECORDS : RECORDS,
          }),
        ),
    },
  ],
  notes: [
    'No rival and no target: the table stands behind ADR 3. Backup, check and restore are of both sets of records.',
  ],
}
