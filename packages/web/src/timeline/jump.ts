/** A message that another part of the page (a search, a notification) wants to be shown, until its timeline takes it. */
import { useSyncExternalStore } from 'react'
import { go, PATHS } from '../app/route.ts'

interface Wanted {
  readonly conversation: string
  readonly message: string
}

let wanted: Wanted | undefined
const watchers = new Set<() => void>()

/** Opens the conversation at the message. */
export function showMessage(conversation: string, message: string): void {
  wanted = { conversation, message }
  for (const watcher of watchers) watcher()
  go(PATHS.conversation(conversation))
}

/** The message wanted in that conversation, if any; whoever shows it calls `taken`. */
export function useWantedMessage(conversation: string): string | undefined {
  const current = useSyncExternalStore(subscribe, () => wanted)
  return current?.conversation === conversation ? current.message : undefined
}

export function wantedMessage(conversation: string): string | undefined {
  return wanted?.conversation === conversation ? wanted.message : undefined
}

export function taken(): void {
  wanted = undefined
  for (const watcher of watchers) watcher()
}

function subscribe(changed: () => void): () => void {
  watchers.add(changed)
  return () => void watchers.delete(changed)
}
