import { useEffect, useState } from 'react'
import {
  Check,
  CheckCheck,
  CircleDashed,
  ClockAlert,
  Eye,
  PackageOpen,
  Timer,
  type LucideIcon,
} from 'lucide-react'
import type { Message } from '@triode/api'
import type { MessageKey } from '../i18n/catalog.ts'
import { useTexts, type Texts } from '../i18n/context.ts'
import { isoTime } from '../i18n/moment.ts'
import { isMine } from './actions.ts'
import { useReach, type Reach } from './reach.ts'

export interface MessageFootProps {
  readonly message: Message
  /** Of one's newest: the state in words, else as a sign. */
  readonly isInFull: boolean
}

/** When, whether edited, when it disappears, how far it got. */
export function MessageFoot({ message, isInFull }: MessageFootProps) {
  const { t, formatTime, formatMoment } = useTexts()
  return (
    <p className="bubble-foot" id={`foot-${message.id}`}>
      <time dateTime={isoTime(message.at)} title={formatMoment(message.at)}>
        {formatTime(message.at)}
      </time>
      {message.atSuspect === true && (
        <span className="suspect" title={formatMoment(message.receivedAt)}>
          <ClockAlert size={14} aria-hidden />
          {t('message.suspect', { when: formatMoment(message.receivedAt) })}
        </span>
      )}
      {message.editedAt !== undefined && !message.deleted && <span>{t('message.edited')}</span>}
      {message.expiresAt !== undefined && <Countdown expiresAt={message.expiresAt} />}
      {isMine(message) && <DeliveryMark message={message} isInFull={isInFull} />}
    </p>
  )
}

const MARKS: Readonly<Record<Reach, LucideIcon>> = {
  kept: Check,
  queued: CircleDashed,
  held: PackageOpen,
  delivered: Check,
  read: Eye,
  received: Check,
}

/** How far it got, at a glance: a sign, and the words with it where it is the newest or not there yet. */
export function DeliveryMark({ message, isInFull }: MessageFootProps) {
  const texts = useTexts()
  const reach = useReach(message)
  const Icon = reach === 'delivered' && message.read.count > 0 ? CheckCheck : MARKS[reach]
  const isThere = reach !== 'queued' && reach !== 'held'
  return (
    <span className="delivery" data-state={reach}>
      <Icon size={15} aria-hidden />
      <span className={isInFull || !isThere ? undefined : 'visually-hidden'}>
        {deliveryWords(message, reach, texts)}
      </span>
    </span>
  )
}

/** "Delivered to 2 of 3": what is furthest along of what can be said. */
function deliveryWords({ delivered, read }: Message, reach: Reach, { t }: Pick<Texts, 't'>): string {
  if (read.count > 0 && delivered.of > 1) return t('delivery.read', { ...read })
  if (reach === 'held' && delivered.count > 0) return t('delivery.delivered', { ...delivered })
  if (reach === 'delivered' && delivered.of > 1) return t('delivery.delivered', { ...delivered })
  return t(`state.${reach}` satisfies MessageKey)
}

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** How long it still stands; each second in its last minute, else each minute. */
function Countdown({ expiresAt }: { readonly expiresAt: number }) {
  const { t, formatDuration } = useTexts()
  const [now, setNow] = useState(() => Date.now())
  const leftMs = Math.max(0, expiresAt - now)
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), leftMs > MINUTE_MS ? MINUTE_MS / 2 : SECOND_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [leftMs])
  const shownMs = leftMs > MINUTE_MS ? Math.ceil(leftMs / MINUTE_MS) * MINUTE_MS : leftMs
  const duration = formatDuration(shownMs)
  return (
    <span className="countdown">
      <Timer size={14} aria-hidden />
      <span aria-hidden>{duration}</span>
      <span className="visually-hidden">{t('message.expires', { duration })}</span>
    </span>
  )
}
