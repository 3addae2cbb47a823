import type { Store } from '@triode/core'
import type { Frame } from './backupFormat.ts'
import { KIND, type Kind } from './spec.ts'
import { RECORDS_PER_RESTORE } from './tuning.ts'
import { backupDamaged } from './faults.ts'

type RecordFrame = Extract<Frame, { type: 'record' }>

/** Puts a backup's frames into a store, a few thousand a transaction, and checks that all came. */
export class RestoreWriter {
  private readonly store: Store
  private current: { readonly kind: Kind; readonly name: string } | undefined
  private pending: RecordFrame[] = []
  private names = 0
  private records = 0
  private ended = false

  constructor(store: Store) {
    this.store = store
  }

  /** @throws IntegrityFault 'backup-damaged'; Unavailable 'disk-full' */
  add(frame: Frame): void {
    if (this.ended) throw backupDamaged()
    switch (frame.type) {
      case 'name':
        this.write()
        this.current = frame
        this.names++
        break
      case 'record':
        this.pending.push({ ...frame, value: frame.value.slice() })
        this.records++
        if (this.pending.length >= RECORDS_PER_RESTORE) this.write()
        break
      case 'end':
        this.write()
        this.ended = true
        if (frame.names !== this.names || frame.records !== this.records) throw backupDamaged()
    }
  }

  finish(): void {
    if (!this.ended) throw backupDamaged()
  }

  private write(): void {
    const [pending, current] = [this.pending, this.current]
    this.pending = []
    if (pending.length === 0) return
    if (current === undefined) throw backupDamaged()
    this.store.transaction(() => {
      const map = this.store.map(current.name)
      const series = this.store.series(current.name)
      for (const { key, value } of pending) {
        if (typeof key === 'string' && current.kind === KIND.map) map.set(key, value)
        else if (typeof key !== 'string' && current.kind === KIND.series) series.set(key, value)
        else throw backupDamaged()
      }
    })
  }
}
