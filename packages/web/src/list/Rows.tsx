import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useLocale } from 'react-aria-components'
import type { Circle, Conversation } from '@triode/api'
import { useRoute } from '../device/queries.ts'
import { ListItem } from './ListItem.tsx'
import { useTyping } from './useTyping.ts'

export interface RowsProps {
  readonly order: readonly Conversation[]
  readonly chosen: string | undefined
  /** Whose names are shown beside conversations; none where the list is of one circle. */
  readonly circles: readonly Circle[]
}

/** Pixels of a row before it is measured. */
const ROW_PX = 60
/** Fewer are drawn all at once. */
const VIRTUAL_FROM = 100

/** The rows: one tab stop, arrow keys within. Of a long list only what is in sight is drawn. */
export function Rows({ order, chosen, circles }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const { tabStop, setTabStop } = useTabStop(order, chosen)
  const typing = useTyping()
  const online = useOnline()
  const names = useMemo(() => new Map(circles.map(({ circle, name }) => [circle, name])), [circles])
  const isLong = order.length > VIRTUAL_FROM
  const rows = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => order[index]?.conversation ?? index,
    overscan: isLong ? 8 : order.length,
    // What has the focus stays, wherever one scrolls to.
    rangeExtractor: (range) => [...new Set([tabStop, ...defaultRangeExtractor(range)])].sort((a, b) => a - b),
  })
  const focus = (index: number) => {
    setTabStop(index)
    rows.scrollToIndex(index)
    requestAnimationFrame(() => itemOf(scroller.current, order[index])?.focus())
  }
  const { direction } = useLocale()
  const move = (event: KeyboardEvent<HTMLElement>) => {
    if (isSideways(event.key)) {
      moveWithin(event, direction)
      return
    }
    const next = nextIndex(event.key, tabStop, order.length)
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    focus(next)
  }
  return (
    <div className="list-rows" ref={scroller}>
      <ul
        style={{ blockSize: rows.getTotalSize() }}
        onKeyDown={move}
        onFocus={({ target }) => {
          const index = target.closest<HTMLElement>('[data-index]')?.dataset['index']
          if (index !== undefined) setTabStop(Number(index))
        }}
      >
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const conversation = order[index]
          if (conversation === undefined) return null
          return (
            <li
              key={key}
              data-index={index}
              ref={rows.measureElement}
              className="list-row"
              style={{ insetBlockStart: start }}
              aria-setsize={order.length}
              aria-posinset={index + 1}
            >
              <ListItem
                conversation={conversation}
                circleName={names.size > 1 ? names.get(conversation.circle) : undefined}
                isChosen={conversation.conversation === chosen}
                isTabStop={index === tabStop}
                isOnline={conversation.member !== undefined && online.has(conversation.member)}
                typing={typing.get(conversation.conversation)}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** The row that Tab leads to: where one is in the list, else the conversation that is open. */
function useTabStop(order: readonly Conversation[], chosen: string | undefined) {
  const [moved, setMoved] = useState({ chosen, to: chosen })
  const indexOf = (id: string | undefined) => order.findIndex(({ conversation }) => conversation === id)
  // Another one was opened since: that is where one is.
  const wanted = moved.chosen === chosen ? [moved.to, chosen] : [chosen]
  const tabStop = wanted.map(indexOf).find((index) => index !== -1) ?? 0
  return { tabStop, setTabStop: (index: number) => setMoved({ chosen, to: order[index]?.conversation }) }
}

/** Members with a live tunnel. */
function useOnline(): ReadonlySet<string> {
  const { data } = useRoute('peers', {})
  return useMemo(() => new Set(data?.peers.map(({ member }) => member)), [data])
}

function isSideways(key: string): boolean {
  return key === 'ArrowLeft' || key === 'ArrowRight'
}

/** Between a row and its menu: onwards is where the language goes. */
function moveWithin(event: KeyboardEvent<HTMLElement>, direction: 'ltr' | 'rtl'): void {
  const row = (event.target as HTMLElement).closest('.list-row')
  const isOnward = event.key === (direction === 'ltr' ? 'ArrowRight' : 'ArrowLeft')
  row?.querySelector<HTMLElement>(isOnward ? '.list-more' : '.list-item')?.focus()
  event.preventDefault()
}

function nextIndex(key: string, from: number, length: number): number | undefined {
  if (key === 'ArrowDown') return Math.min(from + 1, length - 1)
  if (key === 'ArrowUp') return Math.max(from - 1, 0)
  if (key === 'Home') return 0
  return key === 'End' ? length - 1 : undefined
}

function itemOf(list: HTMLElement | null, conversation: Conversation | undefined): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-conversation="${conversation?.conversation ?? ''}"]`) ?? null
}
