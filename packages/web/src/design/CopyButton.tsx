import { useState } from 'react'
import { Check, Copy } from 'lucide-react'
import { useTexts } from '../i18n/context.ts'
import { Button } from './Button.tsx'

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useTexts()
  const [copied, setCopied] = useState<string>()
  const isCopied = copied === text
  return (
    <>
      <Button onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}>
        {isCopied ? <Check size={18} aria-hidden /> : <Copy size={18} aria-hidden />}
        {isCopied ? t('action.copied') : (label ?? t('action.copy'))}
      </Button>
      {/* Beside the button: within it, what is said would be no part of its name. */}
      <span className="visually-hidden" role="status">
        {isCopied && t('action.copied')}
      </span>
    </>
  )
}
