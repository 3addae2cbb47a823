import { useEffect } from 'react'
import { useQueryClient } from '@tanstack/react-query'

/** Connections come and go by events; a round trip, and what a keeper says, is asked for anew without one. */
const LOOK_MS = 5_000
/** Asking counts as use of the device, which locks when nobody uses it: it is asked only while somebody is there. */
const THERE_MS = 60_000
const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'focus'] as const

/** Has what is known of a circle by a route asked for anew while it is looked at. */
export function useLooking(route: 'network' | 'circle', circle: string): void {
  const queries = useQueryClient()
  useEffect(() => {
    let seenAt = performance.now()
    const see = () => {
      seenAt = performance.now()
    }
    for (const sign of SIGNS) addEventListener(sign, see)
    const timer = setInterval(() => {
      const isThere = document.visibilityState === 'visible' && performance.now() - seenAt < THERE_MS
      if (isThere) void queries.invalidateQueries({ queryKey: [route, { circle }] })
    }, LOOK_MS)
    return () => {
      clearInterval(timer)
      for (const sign of SIGNS) removeEventListener(sign, see)
    }
  }, [queries, route, circle])
}
