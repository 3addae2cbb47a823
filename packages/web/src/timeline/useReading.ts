/** Marks as read what was seen: in a window that has the focus, down to the last message in view. */
import { useEffect, useEffectEvent, useRef, type RefObject } from 'react'
import { useAct } from '../device/queries.ts'
import { countsAsUnread, type Row } from './rows.ts'
import type { TimelineState } from './store.ts'

export interface ReadingInput {
  readonly id: string
  readonly rows: readonly Row[]
  readonly state: TimelineState
  readonly virtualizer: { readonly range: { readonly endIndex: number } | null }
  readonly scroller: RefObject<HTMLDivElement | null>
}

/** Long enough to have been looked at, and to gather what one scrolls through. */
const SEEN_MS = 400

export function useReading({ id, rows, state, virtualizer, scroller }: ReadingInput): void {
  const { mutate: markRead } = useAct('read')
  const mark = useEffectEvent((marked: { upTo?: string }) => {
    const end = virtualizer.range?.endIndex
    if (end === undefined || !document.hasFocus() || document.visibilityState !== 'visible') return
    const seen = rows.slice(0, end + 1).findLast(({ message }) => countsAsUnread(message))?.message.id
    if (seen === undefined || seen === marked.upTo) return
    const was = rows.findIndex(({ message }) => message.id === marked.upTo)
    if (rows.findIndex(({ message }) => message.id === seen) < was) return
    marked.upTo = seen
    // At the very end without a message: what came late to an old place counts as seen too.
    const isEnd = end >= rows.length - 1 && !state.hasNewer
    markRead(isEnd ? { where: id } : { where: id, upTo: seen })
  })
  const again = useRef<() => void>(undefined)
  useEffect(() => {
    const marked: { upTo?: string } = {}
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        mark(marked)
      }, SEEN_MS)
    }
    const element = scroller.current
    element?.addEventListener('scroll', soon, { passive: true })
    addEventListener('focus', soon)
    document.addEventListener('visibilitychange', soon)
    again.current = soon
    soon()
    return () => {
      clearTimeout(timer)
      element?.removeEventListener('scroll', soon)
      removeEventListener('focus', soon)
      document.removeEventListener('visibilitychange', soon)
      again.current = undefined
    }
  }, [id, scroller])
  useEffect(() => again.current?.(), [rows])
}
