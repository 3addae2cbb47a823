/**
 * Collects buffers that lived for a moment. V8 sees how small the objects are, not how large the memory is that hangs on them: left alone it lets
 * tens of MiB lie, and then looks through the whole heap for them, on more threads than there is work for. A look at what is young costs
 * little.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'minor' }) => void

export class YoungGarbage {
  private readonly limitBytes: number
  private bytes = 0
  private collect: Collect | undefined

  /** @param limitBytes of short-lived buffers, after which they are collected */
  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  /** So much more of them was made, and is not used any more. */
  made(bytes: number): void {
    this.bytes += bytes
    if (this.bytes < this.limitBytes) return
    this.bytes = 0
    this.collect ??= exposed()
    this.collect({ type: 'minor' })
  }
}

/**
 * How much more the heap may hold, in percent of what was left after it was looked through as a whole, until that is done again. In a
 * device that was quiet before, V8 allows less than the buffers of a moment, and collects all of it again and again.
 */
const GROWTH_PERCENT = 150

/** V8 gives its collector to contexts that are made while the flag is set. */
function exposed(): Collect {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
  setFlagsFromString('--expose-gc')
  return runInNewContext('globalThis.gc ?? (() => {})') as Collect
}
