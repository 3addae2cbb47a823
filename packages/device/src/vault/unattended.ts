/** Calls that nobody made: a face that is left open asks for what events put out of date. They must not keep a device from locking by itself. */
import { AsyncLocalStorage } from 'node:async_hooks'

const nobody = new AsyncLocalStorage<true>()

/** What `work` calls, and what is read later of streams that it opened, counts as no use of the device (spec §13.3). */
export function unattended<T>(work: () => T): T {
  return nobody.run(true, work)
}

export function isUnattended(): boolean {
  return nobody.getStore() === true
}
