/** Backups that wait for somebody to take their bytes. Each holds a key: a lock evicts those too. */
import type { Backup, TakeBytes } from '@triode/vault'
import type { BackupBegun } from '../service.ts'
import { locked } from './stateFaults.ts'

/** Writes a backup, with what guards that and is told of it around. @param start returns what writes it */
type Write = (start: () => () => Promise<unknown>) => Promise<void>

export class BegunBackups {
  private readonly waiting = new Set<Backup>()

  /** Takes over `backup`. */
  add(backup: Backup, around: Write): BackupBegun {
    this.waiting.add(backup)
    return {
      writeTo: (take: TakeBytes) =>
        around(() => {
          // Locked since it was begun; the vault that is unlocked now is none that it was begun of.
          if (!this.waiting.delete(backup)) throw locked()
          return () => backup.writeTo(take)
        }),
      [Symbol.dispose]: () => {
        this.waiting.delete(backup)
        backup[Symbol.dispose]()
      },
    }
  }

  /** What is being written ends by itself, since the vault is locked. */
  dropAll(): void {
    for (const backup of this.waiting) backup[Symbol.dispose]()
    this.waiting.clear()
  }
}
