import { useTexts } from '../i18n/context.ts'
import { useNow } from './useNow.ts'

const SECOND_MS = 1_000

/** How long something is still good. It changes every second, which no screen reader should have to hear. */
export function Countdown({ until }: { readonly until: number }) {
  const { t, formatDuration } = useTexts()
  const left = until - useNow(SECOND_MS)
  return (
    <span className="time-left" aria-live="off">
      {left > 0 ? t('invite.left', { time: formatDuration(left) }) : t('invite.over')}
    </span>
  )
}
