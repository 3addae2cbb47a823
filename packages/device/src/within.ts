import type { Clock } from '@triode/core'

/** @returns whether `work` ended within `ms` */
export async function within(clock: Clock, ms: number, work: () => Promise<void>): Promise<boolean> {
  const { promise: patience, resolve } = Promise.withResolvers<false>()
  const cancel = clock.after(ms, () => {
    resolve(false)
  })
  try {
    return await Promise.race([work().then(() => true), patience])
  } finally {
    cancel()
  }
}
