/** What one keeper was told of the files that go with a drop, and what it refused of that (spec §16.6). */
import { equalBytes } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import type { BlobId } from '../id.ts'
import {
  AT_KEEPER,
  BLOB_STANDING,
  keptBlobId,
  type AtKeeperStanding,
  type BlobStanding,
  type BlobToKeep,
} from '../keeping/keptBlobs.ts'
import { MAX_BLOBS_PER_DROP } from '../keeping/spec.ts'
import { MAX_BLOB_TURNS, REVIEW_MS } from '../keeping/tuning.ts'

export class ToldBlobs {
  private blobs: readonly BlobToKeep[] | undefined
  private names: ReadonlySet<BlobId> = new Set()
  private readonly refused = new Set<BlobId>()
  private held: ReadonlySet<BlobId> = new Set()
  /** What it said of each last, and how often that changed. */
  private readonly said = new Map<BlobId, { readonly standing: BlobStanding; readonly turns: number }>()
  private toldAt = -Infinity

  /** Whether they are other ones than were told last, or some of them were refused, and that a while ago. @param now by the monotonic clock */
  isNews(blobs: readonly BlobToKeep[], now: number): boolean {
    const { blobs: told } = this
    const isSame =
      blobs.length === told?.length &&
      blobs.every(({ root }, at) => equalBytes(root, told[at]?.root ?? root.subarray(1)))
    return !isSame || (this.refused.size > 0 && now - this.toldAt >= REVIEW_MS / 2)
  }

  /** How many of these it said it has whole. */
  get whole(): number {
    return this.held.size
  }

  tell(suite: Suite, blobs: readonly BlobToKeep[], now: number): void {
    this.toldAt = now
    this.blobs = blobs
    this.names = new Set(blobs.map((one) => keptBlobId(suite, one)))
    this.refused.clear()
    this.said.clear()
    this.held = this.held.intersection(this.names)
  }

  /**
   * @returns how those stand that it was told of: what a keeper says of others is nothing to remember; and one of which it says this and
   * that all the time it does not have
   */
  answered(
    standings: readonly (readonly [BlobId, BlobStanding])[],
  ): readonly (readonly [BlobId, BlobStanding])[] {
    const known = standings
      .filter(([id]) => this.names.has(id))
      .map(([id, standing]) => [id, this.heard(id, standing)] as const)
    for (const [id, standing] of known) {
      if (standing === BLOB_STANDING.refused) this.refused.add(id)
      else this.refused.delete(id)
    }
    const whole = known.filter(([, standing]) => standing === BLOB_STANDING.whole).map(([id]) => id)
    const answered = new Set(known.map(([id]) => id))
    this.held = new Set([...this.held.difference(answered), ...whole])
    return known
  }

  private heard(id: BlobId, said: BlobStanding): BlobStanding {
    const before = this.said.get(id)
    const turns = before?.turns ?? 0
    const standing = turns >= MAX_BLOB_TURNS ? BLOB_STANDING.partial : said
    if (before === undefined) this.said.set(id, { standing, turns })
    else if (before.standing !== standing) this.said.set(id, { standing, turns: turns + 1 })
    return standing
  }
}

/** What of `owed` a keeper takes that takes files up to `fileBytes`, and why it does not take the others. */
export function fitting(
  suite: Suite,
  owed: readonly BlobToKeep[],
  fileBytes: number,
): {
  readonly taken: readonly BlobToKeep[]
  readonly refused: readonly (readonly [BlobId, AtKeeperStanding])[]
} {
  const fits = owed.filter(({ length }) => length <= fileBytes)
  const taken = fits.slice(0, MAX_BLOBS_PER_DROP)
  const isTooLarge = fileBytes === 0 ? AT_KEEPER.noFiles : AT_KEEPER.tooLarge
  const refused = [
    ...owed.filter(({ length }) => length > fileBytes).map((one) => [one, isTooLarge] as const),
    ...fits.slice(MAX_BLOBS_PER_DROP).map((one) => [one, AT_KEEPER.noRoom] as const),
  ]
  return { taken, refused: refused.map(([one, why]) => [keptBlobId(suite, one), why] as const) }
}

export function atKeeper(standing: BlobStanding): AtKeeperStanding {
  if (standing === BLOB_STANDING.refused) return AT_KEEPER.noRoom
  return standing === BLOB_STANDING.whole ? AT_KEEPER.whole : AT_KEEPER.partial
}
