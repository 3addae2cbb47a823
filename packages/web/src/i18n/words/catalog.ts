/**
 * What the device says, in the words of the page: faults by their code, records of the audit log by their event. English says which there
 * are; the others have each of them (types see to it), and a gate compares them with what the device has (tests/gates/faults.test.ts).
 */
import type { WORDS_EN } from './en/index.ts'

/** ICU, as everywhere: what happened, and what to do. Their arguments are the details of the fault. */
export type FaultWords = readonly [message: string, remedy: string]

type Told = typeof WORDS_EN

export interface WordCatalog {
  readonly faults: Readonly<Record<keyof Told['faults'], FaultWords>>
  /** Of what another device did; those that are not here are `other`. */
  readonly peers: Readonly<Record<keyof Told['peers'], FaultWords>>
  readonly events: Readonly<Record<keyof Told['events'], string>>
  readonly fields: Readonly<Record<keyof Told['fields'], string>>
  readonly reasons: Readonly<Record<keyof Told['reasons'], string>>
  readonly kinds: Readonly<Record<keyof Told['kinds'], string>>
}
