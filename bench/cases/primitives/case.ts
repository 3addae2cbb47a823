import { withOne } from '../../harness/child.ts'
import { TRIODE, type Case, type Contender } from '../../harness/case.ts'

const NAMES = [
  ...['seal 300 B', 'open 300 B', 'seal 1 MB', 'seal a chunk'],
  ...['sha256 300 B', 'sha384 300 B', 'sha256 1 MB', 'hmac-sha256 300 B'],
  ...['ed25519', 'ecdsa-p384', 'ml-dsa-87'].flatMap((name) => [`${name} sign`, `${name} verify`]),
  ...['x25519', 'p384'].flatMap((name) => [`${name} generate`, `${name} agree`]),
  ...['ml-kem-768', 'ml-kem-1024'].flatMap((name) =>
    ['generate', 'encapsulate', 'decapsulate'].map((call) => `${name} ${call}`),
  ),
]

/** What a step's length alone does to one and the same cipher. */
function inSteps(stepBytes: number, name: string): Contender {
  return {
    name,
    setup: `node:crypto in a loop, in steps of ${String(stepBytes)} bytes, in a process of its own.`,
    measure: () =>
      withOne('./steps.child.ts', import.meta.url, (child) =>
        child.call<Record<string, number>>('time', stepBytes),
      ),
  }
}

export const primitives: Case = {
  name: 'primitives',
  question: 'What does each call of the cryptographic module cost?',
  rounds: 3,
  metrics: NAMES.map((name) => ({ name, unit: 'µs', better: 'lower', targets: [] })),
  contenders: [
    {
      name: TRIODE,
      setup: 'packages/crypto over node:crypto, called as core calls it, in a process of its own.',
      measure: () =>
        withOne('./primitives.child.ts', import.meta.url, (child) =>
          child.call<Record<string, number>>('time'),
        ),
    },
    inSteps(66_560, 'steps of 65 KiB'),
    inSteps(65_536, 'steps of 64 KiB'),
    inSteps(262_144, 'one step'),
  ],
  notes: [
    'No rival and no target: the table explains the other cases. Seal and open are AES-256-GCM. A chunk has 262,144 bytes.',
    'A step of 4,096 bytes or a multiple makes Node copy its result between places that lie just beside each other in their pages of memory, which takes some processors many times as long; how often, chance has a part in: where else the process has allocated.',
  ],
}
