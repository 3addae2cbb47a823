/** Which circle the list shows: all of them while none is chosen. Kept for this window. */
import { useSyncExternalStore } from 'react'

const KEY = 'triode-circle'
const watchers = new Set<() => void>()

export function chooseCircle(circle: string | undefined): void {
  if (circle === undefined) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, circle)
  for (const watcher of watchers) watcher()
}

export function useChosenCircle(): string | undefined {
  return useSyncExternalStore(onChange, () => sessionStorage.getItem(KEY) ?? undefined)
}

function onChange(changed: () => void): () => void {
  watchers.add(changed)
  return () => void watchers.delete(changed)
}
