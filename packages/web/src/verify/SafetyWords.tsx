import { useTexts } from '../i18n/context.ts'
import './verify.css'

/** Words that are the same on both sides unless somebody stands between them. In English on every device, so left to right. */
export function SafetyWords({ words }: { readonly words: readonly string[] }) {
  const { t } = useTexts()
  return (
    <ol className="safety-words" dir="ltr" lang="en" aria-label={t('verify.words')}>
      {words.map((word, place) => (
        <li key={`${place}-${word}`}>{word}</li>
      ))}
    </ol>
  )
}
