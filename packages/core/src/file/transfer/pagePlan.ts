/** Which pages of a blob's tree are here, and which has to be asked for next: those above come first (spec §15.2). */
import type { ChunkShape } from '../chunkShape.ts'
import { PAGE_HASHES } from '../spec.ts'

/** Of a tree: `level` 0 has the hashes of chunks. */
export interface PageRef {
  readonly level: number
  readonly index: number
}

/** What has to be done before chunks below a page can be asked for: nothing, look into the store, ask, or wait for somebody else. */
export type PageNeed =
  'ready' | 'wait' | ({ readonly kind: 'look' } & PageRef) | ({ readonly kind: 'ask' } & PageRef)

export class PagePlan {
  private readonly shape: ChunkShape
  /** What is known of a page: here, not here, being looked for, or asked of a source. */
  private readonly states = new Map<string, 'here' | 'absent' | 'looking' | { readonly source: string }>()

  constructor(shape: ChunkShape) {
    this.shape = shape
  }

  /** Whether chunks of page `index` of level 0 may be asked of `source`: its answers come in order, so a page asked before is enough. */
  need(source: string, index: number, level = 0): PageNeed {
    const state = this.states.get(keyOf(level, index))
    if (state === 'here') return 'ready'
    if (state === 'looking') return 'wait'
    if (state === undefined) return { kind: 'look', level, index }
    if (state !== 'absent') return state.source === source ? 'ready' : 'wait'
    if (level === this.shape.levels.length - 1) return { kind: 'ask', level, index }
    const above = this.need(source, Math.floor(index / PAGE_HASHES), level + 1)
    return above === 'ready' ? { kind: 'ask', level, index } : above
  }

  /** Whether the page with the hash of a chunk is here. */
  isHere(chunk: number): boolean {
    return this.states.get(keyOf(0, Math.floor(chunk / PAGE_HASHES))) === 'here'
  }

  looking({ level, index }: PageRef): void {
    this.states.set(keyOf(level, index), 'looking')
  }

  /** What the store says; or what came of a page that was asked for. */
  found({ level, index }: PageRef, here: boolean): void {
    this.states.set(keyOf(level, index), here ? 'here' : 'absent')
  }

  asked({ level, index }: PageRef, source: string): void {
    this.states.set(keyOf(level, index), { source })
  }

  /** What was asked of `source` will not come. */
  forget(source: string): void {
    for (const [key, state] of this.states)
      if (typeof state === 'object' && state.source === source) this.states.set(key, 'absent')
  }
}

function keyOf(level: number, index: number): string {
  return `${String(level)}/${String(index)}`
}
