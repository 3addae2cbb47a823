/** Harmless names for all that is in one folder, which no disk takes for one and the same (spec §15.5). */
import { cutToFit, safeName, splitExtension } from './safeName.ts'

/** Bytes that are kept free for a number: ` (1000000)`. */
const NUMBER_ROOM = ' (1000000)'

export class SafeNames {
  private readonly taken = new Set<string>()
  /** The next number to try, by what the numbered name begins with: so that many alike don't try all numbers each. */
  private readonly next = new Map<string, number>()

  /** @returns the harmless name, with a number if another one was taken that differs by nothing but case or form of Unicode */
  take(name: string): string {
    const safe = safeName(name)
    return this.claim(safe) ? safe : this.numbered(safe)
  }

  private numbered(safe: string): string {
    const [stem, extension] = splitExtension(safe)
    const start = cutToFit(stem, NUMBER_ROOM + extension)
    const key = sameness(start + extension)
    for (let number = this.next.get(key) ?? 2; ; number++) {
      const name = `${start} (${number})${extension}`
      if (!this.claim(name)) continue
      this.next.set(key, number + 1)
      return name
    }
  }

  private claim(name: string): boolean {
    const key = sameness(name)
    if (this.taken.has(key)) return false
    this.taken.add(key)
    return true
  }
}

/** The same for names that some disk may take for the same: case, forms of Unicode and what can't be seen do not count. */
export function sameness(name: string): string {
  const visible = name.normalize('NFKC').replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
  // There and back: of some letters several have one capital, of some capitals one has several letters.
  return visible.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}
