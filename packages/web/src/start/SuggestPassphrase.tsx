import { useState } from 'react'
import { Dices } from 'lucide-react'
import { Button } from '../design/Button.tsx'
import { useTexts } from '../i18n/context.ts'
import { suggestPassphrase } from './suggest.ts'

/** Offers random words, shows them, and hands them on. */
export function SuggestPassphrase({ onSuggested }: { readonly onSuggested: (passphrase: string) => void }) {
  const { t } = useTexts()
  const [suggested, setSuggested] = useState<string>()
  const suggest = async () => {
    const { WORDS } = await import('@triode/api/words')
    const passphrase = suggestPassphrase(WORDS, (into) => crypto.getRandomValues(into))
    setSuggested(passphrase)
    onSuggested(passphrase)
  }
  return (
    <div className="suggest">
      <Button onPress={suggest}>
        <Dices size={18} aria-hidden />
        {t(suggested === undefined ? 'init.suggest' : 'init.suggest.again')}
      </Button>
      <div role="status">
        {suggested !== undefined && (
          <>
            <p className="suggest-words code" dir="ltr">
              {suggested}
            </p>
            <p className="small quiet">{t('init.suggested')}</p>
          </>
        )}
      </div>
    </div>
  )
}
