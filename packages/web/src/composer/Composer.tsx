import { useState, type SubmitEvent } from 'react'
import { SendHorizontal } from 'lucide-react'
import { useAct } from '../device/queries.ts'
import { FaultNote } from '../design/Note.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { useTexts } from '../i18n/context.ts'

/** Where one writes. Enter sends, Shift+Enter is a new line. */
export function Composer({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTexts()
  const [text, setText] = useState('')
  const send = useAct('send')
  const submit = (event?: SubmitEvent) => {
    event?.preventDefault()
    if (text.trim() === '') return
    send.mutate({ where: id, text: text.trim() }, { onSuccess: () => setText('') })
  }
  return (
    <form className="composer" onSubmit={submit}>
      <FaultNote fault={send.error} />
      <div className="composer-row">
        <textarea
          className="field-input"
          rows={1}
          aria-label={t('composer.label', { name })}
          placeholder={t('composer.placeholder')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            submit()
          }}
        />
        <IconButton icon={SendHorizontal} label={t('composer.send')} type="submit" />
      </div>
    </form>
  )
}
