import { useSyncExternalStore } from 'react'
import { ArrowDown } from 'lucide-react'
import { useTexts } from '../i18n/context.ts'
import type { TimelineState, TimelineStore } from './store.ts'

export interface ToNewestProps {
  readonly store: TimelineStore
  readonly state: TimelineState
}

/** The way back to the end, with how many came there meanwhile. */
export function ToNewest({ store, state }: ToNewestProps) {
  const { t, formatNumber } = useTexts()
  const follows = useSyncExternalStore(store.subscribe, store.follows)
  if ((follows && !state.hasNewer) || state.messages.length === 0) return null
  const { below } = state
  return (
    <button type="button" className="to-newest" onClick={() => void store.jumpToNewest()}>
      <ArrowDown size={20} aria-hidden />
      {below > 0 && (
        <span className="badge" aria-hidden>
          {formatNumber(below)}
        </span>
      )}
      <span className="visually-hidden">
        {below > 0 ? t('timeline.newest.count', { count: below }) : t('timeline.newest')}
      </span>
    </button>
  )
}
