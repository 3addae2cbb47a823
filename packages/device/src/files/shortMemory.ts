/** Answers that take long to find, and that others can have asked for again and again: each is found once in a while. */
import type { Clock } from '@triode/core'
import { ANSWER_KEPT_MS, MAX_ANSWERS_KEPT } from './tuning.ts'

export class ShortMemory {
  private readonly clock: Clock
  private readonly answers = new Map<string, { readonly value: boolean; readonly at: number }>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  ask(what: string, find: () => boolean): boolean {
    const now = this.clock.elapsed()
    const known = this.answers.get(what)
    if (known !== undefined && now - known.at < ANSWER_KEPT_MS) return known.value
    if (this.answers.size >= MAX_ANSWERS_KEPT) this.answers.clear()
    const value = find()
    this.answers.set(what, { value, at: now })
    return value
  }
}
