/** A search index by plain scanning: right rather than fast; texts are taken apart only when someone searches. */
import type { SearchIndex } from '@triode/core'

export interface MemorySearch extends SearchIndex {
  readonly size: number
}

/** What a search gives when it doesn't say how much. */
const DEFAULT_LIMIT = 50

export function createMemorySearch(): MemorySearch {
  const documents = new Map<string, { scope: string; text: string }>()
  return {
    put(id, scope, text) {
      documents.delete(id) // so that it moves to the end: newest last
      documents.set(id, { scope, text })
    },
    remove(id) {
      documents.delete(id)
    },
    find(query, { scope, limit = DEFAULT_LIMIT } = {}) {
      const wanted = words(query)
      if (wanted.length === 0) return []
      const hits: { id: string; score: number }[] = []
      for (const [id, document] of documents) {
        if (scope !== undefined && document.scope !== scope) continue
        const score = rate(wanted, words(document.text))
        if (score > 0) hits.push({ id, score })
      }
      // Stable sort over newest first: of equal hits the newest is first.
      return hits
        .reverse()
        .sort((a, b) => b.score - a.score)
        .slice(0, limit)
        .map(({ id }) => id)
    },
    get size() {
      return documents.size
    },
  }
}

/** Letters and digits, without case and accents. */
function words(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** 0 unless each wanted word begins a found one; whole words count double, and short texts more. */
function rate(wanted: readonly string[], found: readonly string[]): number {
  let score = 0
  for (const word of wanted) {
    if (found.includes(word)) score += 2
    else if (found.some((other) => other.startsWith(word))) score += 1
    else return 0
  }
  return score / Math.sqrt(found.length)
}
