/**
 * Whether somebody is at the page. What it asks for by itself, since messages come in, must not keep the device from locking; and who
 * reads what the page has already, so that it asks for nothing, must not be locked out (spec §13.3).
 */

/** What is asked for within this time of a touch follows from it. */
export const FOLLOWS_MS = 5_000
/** The device is told at most so often that somebody is there. */
export const TELL_EVERY_MS = 10_000

/** What people do, and no program of the page does. */
const INPUTS = [
  'pointerdown',
  'pointermove',
  'click',
  'keydown',
  'input',
  'wheel',
  'touchmove',
  'drop',
] as const

export class Attention {
  private readonly now: () => number
  private noticedAt = -Infinity
  private toldAt = -Infinity

  /** @param now in milliseconds, never set back */
  constructor(now: () => number = () => performance.now()) {
    this.now = now
  }

  /** Somebody pointed, typed or scrolled. @returns whether the device is to be told */
  noticed(): boolean {
    this.noticedAt = this.now()
    if (this.noticedAt - this.toldAt < TELL_EVERY_MS) return false
    this.toldAt = this.noticedAt
    return true
  }

  isThere(): boolean {
    return this.now() - this.noticedAt < FOLLOWS_MS
  }
}

/** Calls back at each sign of a person, until `signal` is aborted. Events that a script made don't count. */
export function watchInput(target: EventTarget, signal: AbortSignal, noticed: () => void): void {
  for (const type of INPUTS)
    target.addEventListener(
      type,
      (event) => {
        if (event.isTrusted) noticed()
      },
      { capture: true, passive: true, signal },
    )
}
