/** Entries that arrived before their parents: few, in memory, the oldest forgotten first. */
import type { DeviceId, EntryHash } from '../id.ts'
import type { Entry } from './entry.ts'

/** Entries held: more come again with the next exchange. */
const MAX_PENDING = 512
/** Bytes held: what one exchange brings at most (spec §10). */
const MAX_PENDING_BYTES = 2_097_152

interface Held {
  /** Whose signature was checked; undefined: nobody knows. */
  readonly author: DeviceId | undefined
  readonly bytes: Uint8Array
  readonly missing: ReadonlySet<EntryHash>
}

export class PendingEntries {
  private readonly held = new Map<EntryHash, Held>()
  private readonly children = new Map<EntryHash, Set<EntryHash>>()
  private size = 0

  has(hash: EntryHash): boolean {
    return this.held.has(hash)
  }

  /** Same hash: keeps the first. @param vouched its author's signature was checked */
  put({ hash, author }: Entry, bytes: Uint8Array, missing: readonly EntryHash[], vouched: boolean): void {
    if (this.held.has(hash)) return
    this.held.set(hash, { author: vouched ? author : undefined, bytes, missing: new Set(missing) })
    this.size += bytes.length
    for (const parent of missing) {
      const children = this.children.get(parent)
      if (children === undefined) this.children.set(parent, new Set([hash]))
      else children.add(hash)
    }
    for (const oldest of this.held.keys()) {
      if (this.held.size <= MAX_PENDING && this.size <= MAX_PENDING_BYTES) break
      this.drop(oldest)
    }
  }

  /** Takes out what waited for `parent`, perhaps still for others too. */
  takeChildrenOf(parent: EntryHash): Uint8Array[] {
    return [...(this.children.get(parent) ?? [])].flatMap((child) => this.drop(child) ?? [])
  }

  /** Parents that are waited for and not held themselves. */
  wanted(): EntryHash[] {
    return [...this.children.keys()].filter((hash) => !this.held.has(hash))
  }

  /** Whether an entry that another device signed waits for this one. */
  othersWant({ hash, author }: Entry): boolean {
    const children = [...(this.children.get(hash) ?? [])]
    return children.some((child) => {
      const by = this.held.get(child)?.author
      return by !== undefined && by !== author
    })
  }

  /** Whether an entry that another device signed waits for whatever it is. */
  othersWait(author: DeviceId): boolean {
    return [...this.held.values()].some((held) => held.author !== undefined && held.author !== author)
  }

  private drop(hash: EntryHash): Uint8Array | undefined {
    const held = this.held.get(hash)
    if (held === undefined) return undefined
    this.held.delete(hash)
    this.size -= held.bytes.length
    for (const parent of held.missing) {
      const children = this.children.get(parent)
      children?.delete(hash)
      if (children?.size === 0) this.children.delete(parent)
    }
    return held.bytes
  }
}
