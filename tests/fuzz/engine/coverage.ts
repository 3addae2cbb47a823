/**
 * Which parts of the sources ran, as V8 counts them: block coverage of the Chrome DevTools Protocol, taken inside this
 * process (about a millisecond a time, so once for many inputs).
 */
import { Session, type Profiler } from 'node:inspector'

/** Only what decodes is of interest: not this engine, not Node's own scripts. */
const WATCHED = /\/packages\/[^/]+\/src\/|\/node_modules\/(cborg|zod|multicast-dns|dns-packet)\//

/** What tells the engine which inputs lead further. */
export interface Guide {
  /** Whether anything was reached since the last look that had not been reached before; remembers it. */
  takeNews(): boolean
  /** The same, without remembering it. */
  hasNews(): boolean
  /** Forgets everything, as at the start. */
  reset(): void
  /** How much was reached: a measure, no more. */
  readonly size: number
}

export class Coverage implements Guide {
  private readonly session = new Session()
  /** By script: a mark for each character of it that has run. */
  private readonly ran = new Map<string, Uint8Array>()

  constructor() {
    this.session.connect()
    this.session.post('Profiler.enable')
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  takeNews(): boolean {
    return this.look(true)
  }

  hasNews(): boolean {
    return this.look(false)
  }

  /** Forgets what ran until now, so that it does not count for the next input. */
  drop(): void {
    this.take()
  }

  reset(): void {
    this.drop()
    this.ran.clear()
  }

  /** Characters of the sources that have run. */
  get size(): number {
    let size = 0
    for (const marks of this.ran.values()) for (const mark of marks) size += mark
    return size
  }

  stop(): void {
    this.session.post('Profiler.stopPreciseCoverage')
    this.session.disconnect()
  }

  private take(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = []
    // The inspector answers within the call.
    this.session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error
      taken = result
    })
    return taken
  }

  private look(remember: boolean): boolean {
    let news = false
    for (const { url, functions } of this.take()) {
      if (!WATCHED.test(url)) continue
      for (const { ranges } of functions) if (this.compare(url, ranges, remember)) news = true
    }
    return news
  }

  /** Ranges nest: an inner one, which comes later, overrules. */
  private compare(url: string, ranges: readonly Profiler.CoverageRange[], remember: boolean): boolean {
    const [whole] = ranges
    if (whole === undefined) return false
    const { startOffset, endOffset } = whole
    const now = new Uint8Array(endOffset - startOffset)
    for (const range of ranges) {
      now.fill(range.count > 0 ? 1 : 0, range.startOffset - startOffset, range.endOffset - startOffset)
    }
    const marks = this.marksOf(url, endOffset)
    let news = false
    for (let at = 0; at < now.length; at++) {
      if (now[at] === 0 || marks[startOffset + at] === 1) continue
      if (!remember) return true
      marks[startOffset + at] = 1
      news = true
    }
    return news
  }

  private marksOf(url: string, length: number): Uint8Array {
    const held = this.ran.get(url)
    if (held !== undefined && held.length >= length) return held
    const grown = new Uint8Array(length * 2)
    if (held !== undefined) grown.set(held)
    this.ran.set(url, grown)
    return grown
  }
}
