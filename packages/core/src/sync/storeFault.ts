import { Fault, Unavailable } from '../fault.ts'

/** What the store threw, as faces are told of it. */
export function storeFault(cause: unknown): Fault {
  return cause instanceof Fault ? cause : new Unavailable('store-failed', { cause })
}
