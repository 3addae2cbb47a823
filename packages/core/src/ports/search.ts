/** Full-text search over opened messages: in memory, filled at unlock, emptied at lock. */
export interface SearchIndex {
  /** Same `id`: replaces. */
  put(id: string, scope: string, text: string): void
  remove(id: string): void
  /** Best first. `scope` narrows to one conversation. Any `query` text is allowed: it is words, not a syntax. */
  find(query: string, options?: { scope?: string; limit?: number }): string[]
}
