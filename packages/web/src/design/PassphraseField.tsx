import { useState } from 'react'
import { useTexts } from '../i18n/context.ts'
import { Button } from './Button.tsx'
import { TextField, type TextFieldProps } from './TextField.tsx'

/** A field for a passphrase: hidden unless shown on purpose; pasting is allowed, and password managers are welcome. */
export function PassphraseField(props: Omit<TextFieldProps, 'type' | 'children'>) {
  const { t } = useTexts()
  const [shown, setShown] = useState(false)
  return (
    <TextField {...props} type={shown ? 'text' : 'password'} spellCheck="false" autoCorrect="off">
      <Button kind="bare" onPress={() => setShown(!shown)} aria-pressed={shown}>
        {t(shown ? 'passphrase.hide' : 'passphrase.show')}
      </Button>
    </TextField>
  )
}
