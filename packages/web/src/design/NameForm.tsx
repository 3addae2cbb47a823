import { useState, type SubmitEvent } from 'react'
import type { ApiFault } from '@triode/api'
import { Button } from './Button.tsx'
import { FaultNote } from './Note.tsx'
import { TextField } from './TextField.tsx'
import { useTexts } from '../i18n/context.ts'

export interface NameFormProps {
  readonly label: string
  readonly name: string
  readonly act: { readonly error: ApiFault | null; readonly isPending: boolean }
  readonly onSave: (text: string) => void
}

/** A name that may be changed: saved once it is another. Mounted anew, by its key, when it changed elsewhere. */
export function NameForm({ label, name, act, onSave }: NameFormProps) {
  const { t } = useTexts()
  const [text, setText] = useState(name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSave(text.trim())
  }
  return (
    <form className="stack" onSubmit={submit}>
      <TextField label={label} value={text} onChange={setText} autoComplete="off" />
      <FaultNote fault={act.error} act="rename" />
      {text.trim() !== name && (
        <div>
          <Button type="submit" isPending={act.isPending}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
