/** How many records others may cause in a day, kept with the log so that a restart gives nobody more (spec §14.4). */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { AUDIT_STORE } from './auditLog.ts'
import { AUDIT_PEER_RECORDS_A_DAY, AUDIT_ROSTER_RECORDS_A_DAY } from './tuning.ts'

const DAY_MS = 86_400_000
const KEY = 'quota'

export const AUDIT_QUOTA = {
  peer: AUDIT_PEER_RECORDS_A_DAY,
  roster: AUDIT_ROSTER_RECORDS_A_DAY,
} as const
export type AuditQuotaKind = keyof typeof AUDIT_QUOTA

interface Used {
  /** Days since 1970. */
  readonly day: number
  readonly peer: number
  readonly roster: number
}

export class AuditQuota {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map(AUDIT_STORE.state)
  }

  /** Takes one of the day's, to be called in the transaction of the record. @returns whether there was one left */
  take(kind: AuditQuotaKind, now: number): boolean {
    const used = this.used(now)
    if (used[kind] >= AUDIT_QUOTA[kind]) return false
    const next = { ...used, [kind]: used[kind] + 1 }
    this.records.set(KEY, encodeValue([next.day, next.peer, next.roster]))
    return true
  }

  /** A clock that goes back gives nothing anew: days only count upwards, save that one far ahead is not waited for. */
  private used(now: number): Used {
    const day = Math.floor(Math.max(0, now) / DAY_MS)
    const bytes = this.records.get(KEY)
    const known =
      bytes &&
      decodeStored(bytes, (reader): Used => ({
        day: reader.int(),
        peer: reader.int(),
        roster: reader.int(),
      }))
    const isCurrent = known !== undefined && known.day >= day && known.day - day <= 1
    return isCurrent ? known : { day, peer: 0, roster: 0 }
  }
}
