import { PlugZap } from 'lucide-react'
import { useLinkState } from '../device/context.ts'
import { LINK } from '../device/link.ts'
import { useTexts } from '../i18n/context.ts'

/** Says that the device on this computer does not answer, for as long as it doesn't. */
export function LostBanner() {
  const { t } = useTexts()
  if (useLinkState() !== LINK.lost) return null
  return (
    <div className="lost-banner" role="alert">
      <PlugZap size={18} aria-hidden />
      <p>
        <strong>{t('link.lost')}</strong> {t('link.lost.detail')}
      </p>
    </div>
  )
}
