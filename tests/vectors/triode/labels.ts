import { LABEL, utf8 } from '@triode/core'
import { LABEL as VAULT_LABEL } from '../../../packages/vault/src/spec.ts'
import type { Area } from './area.ts'

export const labels: Area = {
  name: 'labels',
  format: 'Labels of key derivations, hashes and signatures',
  spec: ['3.4'],
  about: 'A label opens the input that it separates, in ASCII, without a length or a separator.',
  make: () => ({
    cases: Object.entries({ ...LABEL, ...prefixed('vault', VAULT_LABEL) }).map(([name, label]) => ({
      name,
      input: { label },
      expected: { bytes: utf8(label).toHex() },
    })),
  }),
}

function prefixed(prefix: string, table: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(table).map(([name, label]) => [`${prefix}/${name}`, label]))
}
