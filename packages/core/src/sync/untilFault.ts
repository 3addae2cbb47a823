import { PeerFault } from '../fault.ts'

/** Works through `items` up to the first at which the far device is at fault. @returns that fault */
export function untilFault<T>(items: readonly T[], work: (item: T) => void): PeerFault | undefined {
  try {
    items.forEach(work)
  } catch (fault) {
    if (!(fault instanceof PeerFault)) throw fault
    return fault
  }
  return undefined
}
