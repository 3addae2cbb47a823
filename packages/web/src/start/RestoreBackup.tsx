import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useAct } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'

/** Instead of a new beginning: everything as it was in a backup, which lies somewhere on this computer. */
export function RestoreBackup() {
  const { t } = useTexts()
  const queries = useQueryClient()
  const restore = useAct('restore')
  const [file, setFile] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (file.trim() === '' || passphrase === '') return
    restore.mutate(
      { file: file.trim(), passphrase },
      {
        onSuccess: (status) => queries.setQueryData(['status', {}], status),
        onError: () => setPassphrase(''),
      },
    )
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p className="quiet">{t('restore.text')}</p>
      <TextField
        label={t('restore.file')}
        hint={t('restore.file.hint')}
        value={file}
        onChange={setFile}
        isRequired
        autoComplete="off"
        spellCheck="false"
      />
      <PassphraseField
        label={t('restore.passphrase')}
        value={passphrase}
        onChange={setPassphrase}
        isRequired
        autoComplete="current-password"
      />
      <FaultNote fault={restore.error} />
      <Button kind="primary" type="submit" wide isPending={restore.isPending}>
        {t('restore.action')}
      </Button>
    </form>
  )
}
