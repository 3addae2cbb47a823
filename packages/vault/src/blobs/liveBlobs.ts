/**
 * Blobs that somebody has in hand: one object each, or two would not know of each other's marks. Those with open files are held on
 * to; the others for as long as somebody else holds them.
 */
export class LiveBlobs<B extends WeakKey> {
  private readonly strong = new Map<string, B>()
  private readonly weak = new Map<string, WeakRef<B>>()
  private readonly turns = new Map<string, Promise<unknown>>()
  private readonly ended = new FinalizationRegistry<string>((name) => {
    if (this.weak.get(name)?.deref() === undefined) this.weak.delete(name)
  })

  /** Those with open files. */
  all(): B[] {
    return [...this.strong.values()]
  }

  get(name: string): B | undefined {
    return this.strong.get(name) ?? this.weak.get(name)?.deref()
  }

  keep(name: string, blob: B): void {
    this.strong.set(name, blob)
  }

  /** Its files are closed. */
  release(name: string, blob: B): void {
    if (this.strong.get(name) !== blob) return
    this.strong.delete(name)
    this.weak.set(name, new WeakRef(blob))
    this.ended.register(blob, name)
  }

  forget(name: string): void {
    this.strong.delete(name)
    this.weak.delete(name)
  }

  /** One thing at a time with what has this name. */
  async serial<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(name) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => {})
    this.turns.set(name, settled)
    try {
      return await turn
    } finally {
      if (this.turns.get(name) === settled) this.turns.delete(name)
    }
  }
}
