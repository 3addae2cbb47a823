/** Files that were chosen in conversations that one has left since: they wait there, in the memory of this window. A lock leaves how many there were. */
import type { Chosen } from './chosen.ts'

export interface LeftTray {
  readonly files: readonly Chosen[]
  /** That were there when the device was locked, or the session ended. */
  readonly lost: number
}

const EMPTY: LeftTray = { files: [], lost: 0 }

const left = new Map<string, LeftTray>()

/** One leaves the conversation. */
export function leaveTray(where: string, files: readonly Chosen[]): void {
  if (files.length > 0) left.set(where, { files, lost: 0 })
}

/** What waits there; it goes on waiting until it is taken. */
export function trayOf(where: string): LeftTray {
  return left.get(where) ?? EMPTY
}

/** One is back: it is the composer's again. */
export function takeTray(where: string): void {
  left.delete(where)
}

/** Nothing of them stays but how many they were. */
export function loseTrays(): void {
  for (const [where, { files, lost }] of left) left.set(where, { files: [], lost: lost + files.length })
}
