/** The records of all circles. */
import type { BlobId, CircleId, Store } from '@triode/core'
import { FileRecords, type FileRecord } from './fileRecords.ts'

export class FileRecordBook {
  private readonly store: Store
  private readonly circles = new Map<CircleId, FileRecords>()

  constructor(store: Store) {
    this.store = store
  }

  of(circle: CircleId): FileRecords {
    const known = this.circles.get(circle) ?? new FileRecords(this.store, circle)
    this.circles.set(circle, known)
    return known
  }

  get(circle: CircleId, id: BlobId): FileRecord | undefined {
    return this.of(circle).get(id)
  }

  /** Changes what is there; of what is not there, nothing. @returns what is there then */
  change(circle: CircleId, id: BlobId, changes: Partial<FileRecord>): FileRecord | undefined {
    const records = this.of(circle)
    const before = records.get(id)
    if (before === undefined) return undefined
    const record = { ...before, ...changes }
    records.set(id, record)
    return record
  }

  /** Runs `work`, a transaction of whatever kind; what is in memory is not believed when it fails. */
  within<T>(work: () => T): T {
    try {
      return work()
    } catch (fault) {
      for (const records of this.circles.values()) records.forget()
      throw fault
    }
  }

  erase(circle: CircleId): void {
    this.of(circle).erase()
    this.circles.delete(circle)
  }
}
