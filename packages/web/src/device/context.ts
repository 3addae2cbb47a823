/** The link to the device, for every component below. */
import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { ApiEvent, Client } from '@triode/api'
import type { Link, LinkState } from './link.ts'

export const LinkContext = createContext<Link | undefined>(undefined)

/** @throws Error outside of a LinkContext: a mistake of ours */
export function useLink(): Link {
  const link = use(LinkContext)
  if (link === undefined) throw new Error('no link to the device here')
  return link
}

export function useClient(): Client {
  return useLink().client
}

export function useLinkState(): LinkState {
  const link = useLink()
  return useSyncExternalStore(link.onState, link.state)
}

/** Calls `heard` with every event while the component stands; it need not be stable. */
export function useDeviceEvents(heard: (event: ApiEvent) => void): void {
  const link = useLink()
  const onEvent = useEffectEvent(heard)
  useEffect(() => link.onEvent((event) => onEvent(event)), [link])
}
