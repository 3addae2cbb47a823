import { useState, type SubmitEvent } from 'react'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { TextField } from '../design/TextField.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

/** Writes a backup where the device can reach: on this computer. */
export function BackupForm() {
  const { t, formatBytes } = useTexts()
  const [file, setFile] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const backup = useAct('backup')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (file.trim() === '') return
    backup.mutate(
      { file: file.trim(), ...(passphrase !== '' && { passphrase }) },
      { onSuccess: () => setPassphrase('') },
    )
  }
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label={t('device.backup.file')}
        hint={t('device.backup.file.hint')}
        value={file}
        onChange={setFile}
        autoComplete="off"
        spellCheck="false"
        isRequired
      />
      <PassphraseField
        label={t('device.backup.own')}
        value={passphrase}
        onChange={setPassphrase}
        autoComplete="new-password"
      />
      <FaultNote fault={backup.error} />
      {backup.data !== undefined && (
        <p role="status">
          {t('device.backup.made', { file: backup.data.file, size: formatBytes(backup.data.bytes) })}
        </p>
      )}
      <div>
        <Button type="submit" isPending={backup.isPending}>
          {t('device.backup.make')}
        </Button>
      </div>
    </form>
  )
}
