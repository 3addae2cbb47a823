/**
 * Backups that wait to be downloaded (spec §13.12). A link, which is how a browser saves what it need not hold in memory, sends no
 * header: so each has a code for its address, which is good for one use within a minute and opens nothing else.
 */
import { createHash, randomBytes } from 'node:crypto'
import { base32, CallerFault } from '@triode/core'
import type { BackupBegun } from '@triode/device'
import { BACKUP_OFFER_MS, TOKEN_BYTES } from './spec.ts'
import { MAX_BACKUP_OFFERS } from './tuning.ts'

interface Offer {
  readonly backup: BackupBegun
  /** Of the session that asked for it. */
  readonly ended: AbortSignal | undefined
  readonly drop: () => void
  /** It is no longer on offer. */
  readonly rest: () => void
}

export class BackupOffers {
  private readonly now: () => number
  private readonly byCode = new Map<string, Offer>()

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.now = now
  }

  /**
   * Takes over `backup`: the oldest goes when there are too many.
   * @param ended of the session that asked for it, with which it goes
   */
  add(
    backup: BackupBegun,
    ended: AbortSignal | undefined,
  ): { readonly code: string; readonly expires: number } {
    const code = base32(randomBytes(TOKEN_BYTES))
    const key = hash(code)
    const drop = () => {
      if (this.byCode.delete(key)) rest()
      backup[Symbol.dispose]()
    }
    const timer = setTimeout(drop, BACKUP_OFFER_MS).unref()
    const rest = () => {
      clearTimeout(timer)
      ended?.removeEventListener('abort', drop)
    }
    ended?.addEventListener('abort', drop)
    this.byCode.set(key, { backup, ended, drop, rest })
    const [oldest] = this.byCode.values()
    if (oldest && this.byCode.size > MAX_BACKUP_OFFERS) oldest.drop()
    return { code, expires: this.now() + BACKUP_OFFER_MS }
  }

  has(code: string): boolean {
    return this.byCode.has(hash(code))
  }

  /** Uses up the code: the backup is the caller’s to dispose of. @throws CallerFault 'backup-gone' */
  take(code: string): Pick<Offer, 'backup' | 'ended'> {
    const key = hash(code)
    const offer = this.byCode.get(key)
    if (offer === undefined) throw gone()
    this.byCode.delete(key)
    offer.rest()
    return offer
  }

  dropAll(): void {
    for (const { drop } of [...this.byCode.values()]) drop()
  }
}

/** Only hashes are kept: a look-up takes the same time whatever was guessed. */
function hash(code: string): string {
  return createHash('sha256').update(code).digest('base64')
}

function gone(): CallerFault {
  return new CallerFault('backup-gone', {
    message: 'This backup was downloaded already, or nobody fetched it for a minute',
    remedy: 'Make another',
  })
}
