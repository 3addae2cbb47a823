import { IntegrityFault } from '@triode/core'
import type { Database } from './database.ts'
import type { Keyring } from './keyring.ts'
import { walk } from './walk.ts'

export interface IntegrityReport {
  readonly ok: boolean
  readonly names: number
  readonly records: number
  /** What is wrong, at most MAX_PROBLEMS lines; says nothing of what is stored. */
  readonly problems: string[]
}

/** More lines tell a person nothing more. */
const MAX_PROBLEMS = 100

/** Checks SQLite's structures, then opens every name and record. @throws Unavailable 'store-locked' */
export async function checkIntegrity(database: Database, ring: Keyring): Promise<IntegrityReport> {
  const problems: string[] = []
  const report = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  let [names, records] = [0, 0]
  try {
    using reader = database.snapshot()
    for (const problem of reader.structuralProblems()) report(problem)
    await walk(reader.handle, ring, {
      name: () => {
        names++
      },
      record: () => {
        records++
      },
      damaged: (what) => report(`${what} does not open`),
      pause: async () => {},
    })
  } catch (cause) {
    if (!(cause instanceof IntegrityFault)) throw cause
    report(cause.message)
  }
  return { ok: problems.length === 0, names, records, problems }
}
