/** What the reader chose about notifications; kept in this browser only, and everything that shows content is off at first. */
import { useSyncExternalStore } from 'react'

export const NOTIFY_CHOICES = ['desktop', 'content', 'count', 'names'] as const
export type NotifyChoice = (typeof NOTIFY_CHOICES)[number]

/** Desktop notifications and content have to be asked for; the number in the title tells nobody anything. */
const AT_FIRST: Readonly<Record<NotifyChoice, boolean>> = {
  desktop: false,
  content: false,
  count: true,
  names: false,
}

const watchers = new Set<() => void>()

export function isChosen(choice: NotifyChoice): boolean {
  const kept = localStorage.getItem(keyOf(choice))
  return kept === null ? AT_FIRST[choice] : kept === 'on'
}

export function choose(choice: NotifyChoice, on: boolean): void {
  localStorage.setItem(keyOf(choice), on ? 'on' : 'off')
  for (const watcher of watchers) watcher()
}

export function useChoice(choice: NotifyChoice): boolean {
  return useSyncExternalStore(onChange, () => isChosen(choice))
}

function onChange(changed: () => void): () => void {
  watchers.add(changed)
  return () => void watchers.delete(changed)
}

function keyOf(choice: NotifyChoice): string {
  return `triode-notify-${choice}`
}
