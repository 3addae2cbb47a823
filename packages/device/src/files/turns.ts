/** So many at a time; others wait for their turn, in the order in which they came. */
export class Turns {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(atOnce: number) {
    this.free = atOnce
  }

  /** @throws what `signal` was aborted with, while waiting */
  async take(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted()
    if (this.free > 0) this.free--
    else await this.wait(signal)
    return { [Symbol.dispose]: () => this.give() }
  }

  private give(): void {
    const next = this.waiting.shift()
    if (next === undefined) this.free++
    else next()
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(mine), 1)
        reject(signal.reason as Error)
      }
      const mine = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      signal.addEventListener('abort', leave, { once: true })
      this.waiting.push(mine)
    })
  }
}
