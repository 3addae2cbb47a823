import { withOne } from '../../harness/child.ts'
import { TRIODE, type Case } from '../../harness/case.ts'

const NAMES = [
  ...['seal 300 B', 'open 300 B', 'seal 1 MB'],
  ...['sha256 300 B', 'sha384 300 B', 'sha256 1 MB', 'hmac-sha256 300 B'],
  ...['ed25519', 'ecdsa-p384', 'ml-dsa-87'].flatMap((name) => [`${name} sign`, `${name} verify`]),
  ...['x25519', 'p384'].flatMap((name) => [`${name} generate`, `${name} agree`]),
  ...['ml-kem-768', 'ml-kem-1024'].flatMap((name) =>
    ['generate', 'encapsulate', 'decapsulate'].map((call) => `${name} ${call}`),
  ),
]

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
  ],
  notes: ['No rival and no target: the table explains the other cases. Seal and open are AES-256-GCM.'],
}
