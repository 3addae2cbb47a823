/** Which rows are drawn, and where the view stands: at the end while it was there, else where one reads. */
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { defaultRangeExtractor, useVirtualizer, type Range, type Virtualizer } from '@tanstack/react-virtual'
import type { Row } from './rows.ts'
import type { Target, TimelineState, TimelineStore } from './store.ts'

export interface RowsInput {
  readonly rows: readonly Row[]
  readonly store: TimelineStore
  readonly state: TimelineState
  readonly scroller: RefObject<HTMLDivElement | null>
  /** Is drawn wherever the view is, so that it keeps the focus. */
  readonly active: number
}

/** Rows drawn beyond what is seen, on each side. */
const OVERSCAN = 6
/** So close to an end of what is held more is asked for: before one sees that it is missing. */
const LOAD_WITHIN = 15
/** As near to the end as counts as there. */
const END_PX = 60

export function useRows({ rows, store, state, scroller, active }: RowsInput) {
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => rows[index]?.message.id ?? index, [rows]),
    estimateSize: useCallback((index: number) => estimate(rows[index]), [rows]),
    rangeExtractor: useCallback((range: Range) => withActive(range, active), [active]),
    overscan: OVERSCAN,
    anchorTo: 'end',
    scrollEndThreshold: END_PX,
    paddingStart: 8,
    paddingEnd: 12,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  })
  useEffect(() => keepPlace(virtualizer), [virtualizer])
  useTarget(rows, store, state, virtualizer, scroller)
  useEnds(rows, store, state, virtualizer.range)
  useResize(scroller, store, virtualizer)
  return {
    virtualizer,
    items: virtualizer.getVirtualItems(),
    measure: virtualizer.measureElement,
    frame: virtualizer.containerRef,
  }
}

/** Asked of the element itself: what the virtualizer knows is one event older. */
export function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight <= END_PX
}

/** A row above the view that turns out taller or smaller moves nothing of what is in view, whichever way one scrolls. */
function keepPlace(virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>): void {
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (
    { key, start, end },
    _delta,
    { scrollOffset, itemSizeCache },
  ) => (itemSizeCache.has(key) ? end : start) < (scrollOffset ?? 0)
}

/** Near enough that little moves when the real height is known: lines of text, pictures, what stands above. */
function estimate(row: Row | undefined): number {
  if (row === undefined) return 56
  const { message, day, startsGroup, isFirstNew } = row
  const lines = message.text.split('\n').reduce((sum, line) => sum + Math.ceil((line.length + 1) / 70), 0)
  const pictures = message.files.filter(({ preview }) => preview !== undefined).length
  const files = pictures * 240 + (message.files.length - pictures) * 72
  const above = (day === undefined ? 0 : 40) + (isFirstNew ? 32 : 0) + (startsGroup ? 26 : 0)
  return (
    above +
    42 +
    lines * 22 +
    files +
    (message.reactions.length > 0 ? 34 : 0) +
    (message.replyTo === undefined ? 0 : 48)
  )
}

function withActive(range: Range, active: number): number[] {
  const drawn = defaultRangeExtractor(range)
  if (active < 0 || active >= range.count || drawn.includes(active)) return drawn
  return [...drawn, active].sort((one, other) => one - other)
}

/** Goes where the store says. */
function useTarget(
  rows: readonly Row[],
  store: TimelineStore,
  { target, firstNew, hasNewer }: TimelineState,
  virtualizer: { scrollToIndex: Scroll; scrollToEnd: () => void },
  scroller: RowsInput['scroller'],
): void {
  const done = useRef<Target>(undefined)
  useLayoutEffect(() => {
    if (target === undefined || target === done.current || rows.length === 0) return
    done.current = target
    if (target.kind === 'end') virtualizer.scrollToEnd()
    else if (target.kind === 'start') virtualizer.scrollToIndex(0, { align: 'start' })
    else {
      const index = rows.findIndex(({ message }) => message.id === target.id)
      if (index !== -1)
        virtualizer.scrollToIndex(index, { align: target.id === firstNew ? 'start' : 'center' })
    }
    store.setFollows(target.kind === 'end' && !hasNewer)
    // Where the end is in view all the same nothing scrolls, and so nothing tells of it.
    if (target.kind !== 'end')
      whenDrawn(() => {
        if (scroller.current !== null && isAtEnd(scroller.current)) store.setFollows(true)
      })
  }, [target, rows, firstNew, hasNewer, store, virtualizer, scroller])
}

/** The frame after the next one: by then the rows are measured. */
function whenDrawn(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act))
}

type Scroll = (index: number, options: { align: 'start' | 'center' }) => void

function useEnds(
  rows: readonly Row[],
  store: TimelineStore,
  { hasOlder, hasNewer, isLoading, target }: TimelineState,
  range: { readonly startIndex: number; readonly endIndex: number } | null,
): void {
  const start = range?.startIndex
  const end = range?.endIndex
  const reached = useRef<Target>(undefined)
  useEffect(() => {
    if (start === undefined || end === undefined || isLoading !== undefined) return
    // The first drawing after a jump is of where one was before.
    if (reached.current !== target) {
      reached.current = target
      return
    }
    if (hasOlder && start < LOAD_WITHIN) void store.loadOlder()
    else if (hasNewer && end > rows.length - LOAD_WITHIN) void store.loadNewer()
  }, [rows, store, hasOlder, hasNewer, isLoading, target, start, end])
}

/** Where the end was seen, it is seen as well when the view gets smaller: a longer draft, a keyboard on a phone. */
function useResize(
  scroller: RefObject<HTMLDivElement | null>,
  store: TimelineStore,
  virtualizer: { scrollToEnd: () => void },
): void {
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() => {
      if (store.follows() && !store.snapshot().hasNewer) virtualizer.scrollToEnd()
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [scroller, store, virtualizer])
}
