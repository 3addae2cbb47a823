import { use, useLayoutEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { Message } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { useActions } from './actions.ts'
import { TabStopContext } from './tabStop.ts'
import './fold.css'

export interface FoldableProps {
  readonly message: Message
  /** One wants to see all of it. */
  readonly isUnfolded: boolean
  /** Names what the message says for those who are read it. */
  readonly id: string
  readonly children: ReactNode
}

/** Shorter ones are never taller than what the style folds at, and are not looked at. */
const MAY_BE_TALL_CHARS = 300
const MAY_BE_TALL_LINES = 8

/** What a message says: of one taller than the style allows its beginning, and a button for the rest. */
export function Foldable({ message, isUnfolded, id, children }: FoldableProps) {
  const { setFolded } = useActions()
  const mayBeTall = !message.deleted && isLong(message.text)
  const { text, isTall } = useTall(mayBeTall)
  return (
    <>
      <div
        id={id}
        ref={text}
        className={mayBeTall ? 'foldable' : undefined}
        data-folded={mayBeTall && !isUnfolded}
        data-tall={isTall}
        // Tab to a link, or the browser's own search, went to what is folded away.
        onScroll={() => setFolded(message.id, false)}
      >
        {children}
      </div>
      {mayBeTall && isTall && <FoldButton message={message} isUnfolded={isUnfolded} text={id} />}
    </>
  )
}

function isLong(text: string): boolean {
  return text.length > MAY_BE_TALL_CHARS || text.split('\n', MAY_BE_TALL_LINES + 1).length > MAY_BE_TALL_LINES
}

/** Whether the style would fold something away. */
function useTall(mayBeTall: boolean) {
  const text = useRef<HTMLDivElement>(null)
  const [isTall, setTall] = useState(false)
  useLayoutEffect(() => {
    const element = text.current
    if (!mayBeTall || element === null) return
    const look = () => setTall(isTallerThanFolded(element))
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [mayBeTall])
  return { text, isTall }
}

/** Asked of the style, which alone knows how tall that is. */
function isTallerThanFolded(element: HTMLElement): boolean {
  const { folded = 'false' } = element.dataset
  element.dataset['folded'] = 'true'
  const isTaller = element.scrollHeight > element.clientHeight + 1
  element.dataset['folded'] = folded
  return isTaller
}

interface FoldButtonProps extends Pick<FoldableProps, 'message' | 'isUnfolded'> {
  readonly text: string
}

function FoldButton({ message, isUnfolded, text }: FoldButtonProps) {
  const { t } = useTexts()
  const { setFolded } = useActions()
  const tabIndex = use(TabStopContext) ? 0 : -1
  const Icon = isUnfolded ? ChevronUp : ChevronDown
  const toggle = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    if (!isUnfolded) keepTop(currentTarget.closest('article'))
    setFolded(message.id, isUnfolded)
    if (isUnfolded) requestAnimationFrame(() => currentTarget.scrollIntoView({ block: 'nearest' }))
  }
  return (
    <button
      type="button"
      className="fold-button"
      tabIndex={tabIndex}
      aria-expanded={isUnfolded}
      aria-controls={text}
      onClick={toggle}
    >
      <Icon size={16} aria-hidden />
      {t(isUnfolded ? 'message.less' : 'message.more')}
    </button>
  )
}

/** At the end of a conversation the view follows the end; who unfolds goes on reading where they are. */
function keepTop(article: Element | null): void {
  const before = article?.getBoundingClientRect().top
  if (article === null || before === undefined) return
  const keep = () => article.closest('.timeline')?.scrollBy(0, article.getBoundingClientRect().top - before)
  requestAnimationFrame(() => requestAnimationFrame(keep))
}
