/** A log in a store of its own, with a clock and random bytes that repeat. */
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore, createSeededRandom, type MemoryStore, type SeededRandom } from '@triode/testkit'
import {
  AUDIT_STORE,
  AuditExportCheck,
  AuditLog,
  exportAuditLog,
  Fault,
  openAuditKey,
  parseNoted,
  verifyAuditLog,
  type AuditVerified,
} from '@triode/core'

export const primitives = nodePrimitives()
export const DAY_MS = 86_400_000

export interface Scene {
  readonly store: MemoryStore
  readonly log: AuditLog
  readonly random: SeededRandom
}

export function scene(maxRecords?: number, store = createMemoryStore()): Scene {
  const random = createSeededRandom('audit')
  const bound = maxRecords === undefined ? {} : { maxRecords }
  const log = new AuditLog({ store, sha256: primitives, random, ...bound })
  if (log.condition() === 'absent') log.begin(0, false)
  return { store, log, random }
}

/** `count` records, one a second. */
export function fill({ log }: Scene, count: number): void {
  for (let i = 1; i <= count; i++)
    log.append({ event: 'passphrase-refused', count: i, firstAt: 0, lastAt: i }, i * 1_000)
}

export function verify(log: AuditLog, noted?: string): AuditVerified {
  const steps = verifyAuditLog(log, noted === undefined ? undefined : parseNoted(noted))
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The fault's code and message, or 'no fault'. */
export function faultOf(work: () => unknown): string {
  try {
    work()
    return 'no fault'
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.message}`
    throw error
  }
}

/** Which record is named as the first bad one, and why. */
export function damageOf(work: () => unknown): string {
  const match = /^audit-damaged: .* at record (\d+): .*\((.*)\)\.$/.exec(faultOf(work))
  return match === null ? faultOf(work) : `${String(match[1])} ${String(match[2])}`
}

export function exported({ log, store, random }: Scene, circle?: string): string[] {
  const key = openAuditKey({ store, primitives, random, incarnation: new Uint8Array(16) })
  return [...exportAuditLog(log, { key, now: 5_000, ...(circle !== undefined && { circle }) })]
}

export function verifyLines(lines: readonly string[], noted?: string) {
  const check = new AuditExportCheck(primitives, noted === undefined ? undefined : parseNoted(noted))
  for (const line of lines) check.line(line)
  return check.end()
}

export const rows = ({ store }: Scene) => store.series(AUDIT_STORE.records)
export const state = ({ store }: Scene) => store.map(AUDIT_STORE.state)
