/** The keyboard in the feed: which message is the active one, and what keys do with it. */
import {
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react'
import type { MessageActions } from './actions.ts'
import type { Row } from './rows.ts'
import type { TimelineStore } from './store.ts'

export interface FeedKeysInput {
  readonly rows: readonly Row[]
  readonly store: TimelineStore
  readonly actions: MessageActions
  readonly isSelecting: boolean
}

/** So many messages a Page key moves, about a screen. */
const PAGE_ROWS = 10

interface Focusing {
  readonly scrollToIndex: (index: number, options: { align: 'auto' }) => void
}

export function useFeedKeys({ rows, store, actions, isSelecting }: FeedKeysInput) {
  const [active, setActive] = useState<string>()
  /** Where the active one stood, for when it is gone. */
  const [lastIndex, setLastIndex] = useState(-1)
  const [wanted, setWanted] = useState<Wanted>()
  const found = active === undefined ? -1 : rows.findIndex(({ message }) => message.id === active)
  const activeIndex =
    found !== -1 ? found : active === undefined ? rows.length - 1 : Math.min(lastIndex, rows.length - 1)

  const moveTo = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (row === undefined) return
    setWanted({ id: row.message.id })
    setActive(row.message.id)
    setLastIndex(rows.indexOf(row))
  }
  const moveToEdge = async (edge: 'first' | 'last') => {
    await (edge === 'first' ? store.jumpToOldest() : store.jumpToNewest())
    const { messages } = store.snapshot()
    const message = edge === 'first' ? messages[0] : messages.at(-1)
    if (message === undefined) return
    setWanted({ id: message.id })
    setActive(message.id)
    setLastIndex(edge === 'first' ? 0 : messages.length - 1)
  }

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const message = rows[activeIndex]?.message
    const article = articleOf(event.target)
    if (article === null || message === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    const moves: Readonly<Record<string, () => void>> = {
      ArrowUp: () => moveTo(activeIndex - 1),
      ArrowDown: () => moveTo(activeIndex + 1),
      PageUp: () => moveTo(activeIndex - PAGE_ROWS),
      PageDown: () => moveTo(activeIndex + PAGE_ROWS),
      Home: () => void moveToEdge('first'),
      End: () => void moveToEdge('last'),
      Enter: () => (isSelecting ? actions.select(message.id) : actions.openMenu(message, article)),
      ContextMenu: () => actions.openMenu(message, article),
      ' ': () => isSelecting && actions.select(message.id),
      Delete: () => actions.remove([message]),
      r: () => actions.reply(message),
      e: () => actions.openEmoji(message, article),
    }
    // Inside a message, keys belong to what has the focus there; Escape leads back to the message.
    if (event.target !== article) {
      if (event.key === 'Escape') article.focus()
      return
    }
    const move = moves[event.shiftKey && event.key === 'F10' ? 'ContextMenu' : event.key]
    if (move === undefined) return
    event.preventDefault()
    move()
  }

  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const id = articleOf(event.target)?.dataset['message']
    if (id === undefined || id === active) return
    setActive(id)
    setLastIndex(rows.findIndex(({ message }) => message.id === id))
  }
  const onContextMenu = (event: MouseEvent<HTMLElement>) => {
    const article = articleOf(event.target)
    const row = rows.find(({ message }) => message.id === article?.dataset['message'])
    // Links and selected text have menus of the browser's own.
    const isOwn = event.target instanceof Element && event.target.closest('a, img, video, audio') !== null
    if (article === null || row === undefined || isOwn || getSelection()?.isCollapsed === false) return
    event.preventDefault()
    actions.openMenu(row.message, article)
  }
  return { activeIndex, wanted, onKeyDown, onFocus, onContextMenu }
}

/** A message that is to have the focus; a new object each time. */
export interface Wanted {
  readonly id: string
}

/** Gives it the focus once it is drawn. */
export function useWantedFocus(
  wanted: Wanted | undefined,
  activeIndex: number,
  scroller: RefObject<HTMLDivElement | null>,
  virtualizer: Focusing,
): void {
  const done = useRef<Wanted>(undefined)
  useLostFocus(scroller)
  useLayoutEffect(() => {
    if (wanted === undefined || wanted === done.current) return
    const article = scroller.current?.querySelector<HTMLElement>(`[data-message="${wanted.id}"]`)
    if (article === undefined || article === null) return
    done.current = wanted
    virtualizer.scrollToIndex(activeIndex, { align: 'auto' })
    article.focus({ preventScroll: true })
  })
}

/** A message that goes with the focus on it gives that to the active one, rather than to nothing. */
function useLostFocus(scroller: RefObject<HTMLDivElement | null>): void {
  const focused = useRef<Element>(null)
  useLayoutEffect(() => {
    const isLost = focused.current?.isConnected === false && document.activeElement === document.body
    if (isLost)
      scroller.current?.querySelector<HTMLElement>('article[tabindex="0"]')?.focus({ preventScroll: true })
    focused.current = articleOf(document.activeElement)
  })
}

function articleOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-message]') : null
}
