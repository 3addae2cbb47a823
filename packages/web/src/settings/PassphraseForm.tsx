import { useState, type SubmitEvent } from 'react'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

const EMPTY = { current: '', next: '', again: '' }

/** Changes the passphrase; nothing of it stays in the page. */
export function PassphraseForm() {
  const { t } = useTexts()
  const [fields, setFields] = useState(EMPTY)
  const [isMismatch, setMismatch] = useState(false)
  const change = useAct('changePassphrase')
  const set = (name: keyof typeof EMPTY) => (value: string) => setFields({ ...fields, [name]: value })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const { current, next, again } = fields
    setMismatch(next !== again)
    if (current === '' || next === '' || next !== again) return
    change.mutate({ current, next }, { onSuccess: () => setFields(EMPTY) })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <PassphraseField
        label={t('device.passphrase.current')}
        value={fields.current}
        onChange={set('current')}
        autoComplete="current-password"
        isRequired
      />
      <PassphraseField
        label={t('device.passphrase.next')}
        value={fields.next}
        onChange={set('next')}
        autoComplete="new-password"
        isRequired
      />
      <PassphraseField
        label={t('device.passphrase.again')}
        value={fields.again}
        onChange={set('again')}
        autoComplete="new-password"
        isRequired
        error={isMismatch ? t('device.passphrase.differs') : undefined}
      />
      <FaultNote fault={change.error} act="passphrase" />
      {change.isSuccess && <p role="status">{t('device.passphrase.changed')}</p>}
      <div>
        <Button type="submit" isPending={change.isPending}>
          {t('device.passphrase.change')}
        </Button>
      </div>
    </form>
  )
}
