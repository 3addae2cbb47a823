import { ArrowLeft, ArrowRight } from 'lucide-react'
import { useLocale } from 'react-aria-components'
import { IconButton } from '../design/IconButton.tsx'
import { useTexts } from '../i18n/context.ts'
import { go, PATHS } from './route.ts'

/** Where only one pane fits: back to the list. Elsewhere it is not there. */
export function BackButton({ to = PATHS.home() }: { readonly to?: string }) {
  const { t } = useTexts()
  const { direction } = useLocale()
  return (
    <span className="back">
      <IconButton
        icon={direction === 'rtl' ? ArrowRight : ArrowLeft}
        label={t('action.back')}
        onPress={() => go(to)}
      />
    </span>
  )
}
