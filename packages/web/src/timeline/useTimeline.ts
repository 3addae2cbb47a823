/** The timeline of a conversation for as long as it is shown. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { LINK } from '../device/link.ts'
import { useClient, useDeviceEvents, useLinkState } from '../device/context.ts'
import { taken, useWantedMessage, wantedMessage } from './jump.ts'
import { TimelineStore, type TimelineState } from './store.ts'

/** Calls back once. @returns what prevents it */
export function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms)
  return () => {
    clearTimeout(timer)
  }
}

/** @param unread when it is opened: it begins with the first of them */
export function useTimeline(
  id: string,
  unread: number,
): { readonly store: TimelineStore; readonly state: TimelineState } {
  const client = useClient()
  const [store] = useState(
    () =>
      new TimelineStore(id, {
        page: (query) => client.messages({ where: id, ...query }),
        after,
        now: () => Date.now(),
      }),
  )
  const unreadAtFirst = useRef(unread)
  useEffect(() => {
    void store.open({ unread: unreadAtFirst.current, at: wantedMessage(id) })
    taken()
    return () => store.close()
  }, [store, id])
  useWanted(store, id)
  useMissed(store)
  useDeviceEvents((event) => store.heard(event))
  return { store, state: useSyncExternalStore(store.subscribe, store.snapshot) }
}

/** Each message says whether its device was verified: when that changes, so do they. @param verified anything that tells it apart */
export function useVerified(store: TimelineStore, verified: string): void {
  const known = useRef(verified)
  useEffect(() => {
    // Before the members are known there is nothing that could have changed.
    const isNews = known.current !== '' && known.current !== verified
    known.current = verified
    if (isNews) void store.refresh()
  }, [store, verified])
}

/** While it is open already. */
function useWanted(store: TimelineStore, id: string): void {
  const wanted = useWantedMessage(id)
  useEffect(() => {
    if (wanted === undefined) return
    void store.jumpTo(wanted)
    taken()
  }, [store, wanted])
}

/** What happened while nothing was heard. */
function useMissed(store: TimelineStore): void {
  const linkState = useLinkState()
  const wasLost = useRef(false)
  useEffect(() => {
    if (linkState === LINK.lost) wasLost.current = true
    if (linkState !== LINK.live || !wasLost.current) return
    wasLost.current = false
    void store.refresh()
  }, [store, linkState])
}
