/** What members say of acts to which others must agree (spec §5.12), as the audit log enters it, in the order in which it came. */
import { expiryOf, isAct, type AuditEntry, type Entry, type EntryHash, type MemberId } from '@triode/core'
import type { AuditView } from './auditView.ts'
import { who, wordOf } from './auditWords.ts'

interface Said {
  /** undefined: says nothing of such an act, or says it without effect. */
  readonly entry: AuditEntry | undefined
  readonly by: MemberId | undefined
}

/** One for each entry of the log from place `from` on. */
export function* actsFrom(view: AuditView, from: number): Generator<Said> {
  const entries = view.log.entries(from)
  const approved = new Set(
    entries.flatMap(({ payload }) => (payload.type === 'approve' ? [payload.act] : [])),
  )
  for (const one of entries) {
    const by = view.state.devices.get(one.author)?.member
    yield { entry: said(view, one, by, approved), by }
  }
}

function said(
  { circle, log }: AuditView,
  { hash, at, payload }: Entry,
  by: MemberId | undefined,
  approved: ReadonlySet<EntryHash>,
): AuditEntry | undefined {
  const verdict = log.verdict(hash)
  const about = { circle, ...who(by, at) }
  if (payload.type === 'approve' || payload.type === 'withdraw') {
    const event = payload.type === 'approve' ? 'act-approved' : 'act-withdrawn'
    return verdict === true ? { event, act: payload.act, ...about } : undefined
  }
  // What came together with enough approvals waits no more.
  const waited = verdict === 'enoughAgree' || (verdict === true && approved.has(hash))
  if (!isAct(payload) || !waited) return undefined
  return {
    event: 'act-proposed',
    act: hash,
    kind: payload.type,
    expires: Math.max(0, Math.floor(expiryOf({ at }))),
    ...about,
    ...('member' in payload && { member: payload.member }),
    ...('role' in payload && { role: payload.role }),
    ...(payload.type === 'policy' && { setting: wordOf(payload.key), value: wordOf(payload.value) }),
  }
}
