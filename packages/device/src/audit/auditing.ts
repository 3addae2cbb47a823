/** The audit log as faces ask for it. */
import {
  AUDIT_EVENTS,
  auditKeyId,
  CallerFault,
  exportAuditLog,
  notedText,
  notedWords,
  parseNoted,
  verifyAuditLog,
  type AuditHead,
  type AuditRecord,
  type NotedHead,
  type Clock,
  type Primitives,
} from '@triode/core'
import { checkFile, writeLines } from './auditFile.ts'
import { resolveCircle } from '../resolve.ts'
import type * as service from '../service.ts'
import type { Unlocked } from '../unlocked.ts'

/** As of messages. */
const MAX_PAGE = 500

export interface AuditingContext {
  readonly primitives: Primitives
  readonly clock: Clock
}

export class Auditing {
  private readonly unlocked: Unlocked
  private readonly context: AuditingContext

  constructor(unlocked: Unlocked, context: AuditingContext) {
    this.unlocked = unlocked
    this.context = context
  }

  page({ circle: reference, limit, before }: service.AuditInput): service.AuditPage {
    if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) throw badLimit()
    const { log } = this.unlocked.audit
    const circle = this.circleOf(reference)
    const fits = ({ entry }: AuditRecord): boolean =>
      circle === undefined || ('circle' in entry && entry.circle === circle)
    const found = log.page(limit + 1, before, fits)
    const records = found.slice(0, limit).map(view)
    return { records, more: found.length > limit, ...this.head(log.mustState().head) }
  }

  /** A slice at a time, so that calls are answered meanwhile. */
  verify(head?: string): Promise<service.AuditVerdict> {
    const noted = head === undefined ? undefined : parseNoted(head)
    return this.steady(() => this.followed(noted))
  }

  private async followed(noted: NotedHead | undefined): Promise<service.AuditVerdict> {
    const steps = verifyAuditLog(this.unlocked.audit.log, noted)
    for (;;) {
      const step = steps.next()
      if (step.done === true) {
        const { from, redacted } = step.value
        return { from, redacted, ...this.head(step.value.head) }
      }
      await this.endOfTurn()
    }
  }

  /** The export is entered before it is made, so it stands in itself. */
  async export({ file, circle: reference }: service.ExportAuditInput): Promise<service.AuditExport> {
    const { audit } = this.unlocked
    const circle = this.circleOf(reference)
    const only = circle === undefined ? {} : { circle }
    const key = audit.key()
    const now = this.context.clock.now()
    // Begun when the file is there to be written to.
    function* lines(): Generator<string> {
      audit.record({ event: 'audit-exported', ...only })
      yield* exportAuditLog(audit.log, { key, now, ...only })
    }
    await this.steady(() => writeLines(file, lines()))
    return { file, ...this.head(audit.log.mustState().head) }
  }

  /** What is pruned while the log is read looks missing: then it is read again. */
  private async steady<T>(work: () => Promise<T>): Promise<T> {
    const { log } = this.unlocked.audit
    const before = log.state()?.base.seq
    try {
      return await work()
    } catch (fault) {
      if (log.state()?.base.seq === before) throw fault
      return work()
    }
  }

  private circleOf(reference: string | undefined): string | undefined {
    return reference === undefined ? undefined : resolveCircle(this.unlocked.circles, reference).id
  }

  private head(head: AuditHead): service.AuditHeadView {
    return headView(head, auditKeyId(this.context.primitives, this.unlocked.audit.key().publicKey))
  }

  private endOfTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.context.clock.after(0, resolve)
    })
  }
}

/** Of an export, which needs no vault. */
export async function verifyExport(
  primitives: Primitives,
  file: string,
  head?: string,
): Promise<service.AuditVerdict> {
  const verified = await checkFile(file, primitives, head === undefined ? undefined : parseNoted(head))
  const { from, redacted, key } = verified
  return { from, redacted, ...headView(verified.head, auditKeyId(primitives, key)) }
}

function headView(head: AuditHead, key: string): service.AuditHeadView {
  return { head: notedText(head), words: notedWords(head), key }
}

function view({ seq, at, entry }: AuditRecord): service.AuditEntryView {
  const { event, ...fields } = entry
  const { means, outcome } = AUDIT_EVENTS[event]
  return { seq, at, event, means, outcome, fields }
}

function badLimit(): CallerFault {
  return new CallerFault('limit-out-of-range', {
    message: 'A page has 1 to 500 records.',
    remedy: 'Ask for fewer at a time.',
  })
}
