import { useEffect, useState, type ReactNode } from 'react'
import { CircleAlert, PlugZap, RadioTower, TriangleAlert, Unplug, X } from 'lucide-react'
import type { Status } from '@triode/api'
import { useLinkState } from '../device/context.ts'
import { LINK } from '../device/link.ts'
import { useRoute } from '../device/queries.ts'
import { IconButton } from '../design/IconButton.tsx'
import { Spoken } from '../design/Spoken.tsx'
import { channelName } from '../settings/channelName.ts'
import { whyWords, type Why } from '../settings/whyWords.ts'
import { useTexts } from '../i18n/context.ts'
import { go, PATHS } from './route.ts'
import { useDeviceWords } from '../i18n/words/context.ts'

/** Right after unlocking nobody can be linked yet: that is no news until it lasts. */
const ALONE_AFTER_MS = 6_000

const ICONS = {
  warning: TriangleAlert,
  danger: CircleAlert,
  quiet: Unplug,
  lost: PlugZap,
  channel: RadioTower,
}

/** What keeps messages from going out or coming in right now, for as long as it does. */
export function Banners() {
  const { data: status } = useRoute('status', {})
  const isLost = useLinkState() === LINK.lost
  // What was true of a device that does not answer is known no more.
  return (
    <div className="banners">
      {isLost && <Lost />}
      {!isLost && status?.state === 'unlocked' && <DeviceTruths status={status} />}
    </div>
  )
}

function Lost() {
  const { t } = useTexts()
  return (
    <Banner icon="lost" role="alert" title={t('link.lost')}>
      {t('link.lost.detail')}
    </Banner>
  )
}

function DeviceTruths({ status }: { readonly status: Status }) {
  const { t } = useTexts()
  const [hidden, hide] = useState<readonly string[]>([])
  const failed = status.channels.filter(({ state, name }) => state === 'failed' && !hidden.includes(name))
  return (
    <>
      {status.vault?.readOnly === true && <Banner icon="danger" role="alert" title={t('truth.readonly')} />}
      {status.warnings?.map((warning) => (
        <WarningBanner key={warning.code} warning={warning} />
      ))}
      {failed.map(({ name, ...why }) => (
        <Banner
          key={name}
          icon="channel"
          role="status"
          title={t('truth.channel', { name: channelName(t, name) })}
          onHide={() => hide([...hidden, name])}
        >
          <WhyText why={why} /> <Why />
        </Banner>
      ))}
      <Alone status={status} />
    </>
  )
}

function WarningBanner({ warning }: { readonly warning: NonNullable<Status['warnings']>[number] }) {
  const { said, isSettled } = useDeviceWords()
  if (!isSettled) return null
  const { message, remedy = '', isOurs } = said(warning)
  return (
    <Banner icon="danger" role="alert" title={<Spoken text={message} isOurs={isOurs} />}>
      <Spoken text={remedy} isOurs={isOurs} />
    </Banner>
  )
}

/** Leads to what the doctor has to say. No link: it stands before the one that skips to the content, which comes first. */
function Why() {
  const { t } = useTexts()
  return (
    <button type="button" className="banner-way" onClick={() => go(PATHS.settings('diagnostics'))}>
      {t('truth.why')}
    </button>
  )
}

function WhyText({ why }: { readonly why: Why }) {
  const { t } = useTexts()
  const words = whyWords(t, why)
  if (words === undefined) return null
  const { reason, remedy, fromDevice } = words
  return <Spoken text={remedy === undefined ? reason : `${reason} ${remedy}`} isOurs={!fromDevice} />
}

/** Whom one writes to is not there: said once it lasts, and only where there is anybody. */
function Alone({ status }: { readonly status: Status }) {
  const { t } = useTexts()
  const { data } = useRoute('circles', {})
  const isAlone = status.tunnels === 0 && (data?.circles.some(({ members }) => members > 1) ?? false)
  const lasts = useLasting(isAlone, ALONE_AFTER_MS)
  if (!lasts) return null
  return (
    <Banner icon="quiet" role="status" title={t('truth.alone')}>
      {t('truth.alone.text')} <Why />
    </Banner>
  )
}

interface BannerProps {
  readonly icon: keyof typeof ICONS
  readonly role: 'alert' | 'status'
  readonly title: ReactNode
  readonly onHide?: () => void
  readonly children?: ReactNode
}

function Banner({ icon, role, title, onHide, children }: BannerProps) {
  const { t } = useTexts()
  const Icon = ICONS[icon]
  return (
    <div className="banner" role={role} data-kind={icon === 'danger' || icon === 'quiet' ? icon : 'warning'}>
      <Icon size={18} aria-hidden />
      <p>
        <strong>{title}</strong> {children}
      </p>
      {onHide && <IconButton icon={X} label={t('action.close')} onPress={onHide} />}
    </div>
  )
}

/** True once `now` was true without a break for so long. */
function useLasting(now: boolean, afterMs: number): boolean {
  const [since, setSince] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSince(now), now ? afterMs : 0)
    return () => clearTimeout(timer)
  }, [now, afterMs])
  return now && since
}
