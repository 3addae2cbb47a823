import { useEffect, useState } from 'react'
import { useTexts } from '../i18n/context.ts'
import { strengthOf, type Strength } from './strengthLevel.ts'

/** Typing is faster than the estimate is interesting. */
const PAUSE_MS = 150

/** What a passphrase is worth. It advises and never forbids; read out once typing pauses. */
export function StrengthMeter({ passphrase }: { readonly passphrase: string }) {
  const { t } = useTexts()
  const strength = useStrength(passphrase)
  return (
    <div className="strength">
      <div className="strength-bar" data-strength={strength} aria-hidden>
        <span />
        <span />
        <span />
        <span />
      </div>
      <p className="small" role="status">
        {strength !== undefined && (
          <>
            {t('strength.label')}: <strong>{t(`strength.${strength}`)}</strong>
          </>
        )}
      </p>
      <p className="small quiet">{t('strength.basis')}</p>
    </div>
  )
}

/** Undefined while nothing is typed, or nothing is known yet. */
function useStrength(passphrase: string): Strength | undefined {
  const [known, setKnown] = useState<Strength>()
  useEffect(() => {
    if (passphrase === '') return
    let isStale = false
    const estimate = async () => {
      const { guessesLog10 } = await import('./estimate.ts')
      if (!isStale) setKnown(strengthOf(guessesLog10(passphrase)))
    }
    const timer = setTimeout(() => void estimate(), PAUSE_MS)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [passphrase])
  return passphrase === '' ? undefined : known
}
