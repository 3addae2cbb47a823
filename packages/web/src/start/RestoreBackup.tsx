import { useState, type SubmitEvent } from 'react'
import { FileTrigger } from 'react-aria-components'
import { Button } from '../design/Button.tsx'
import { FaultNote, Note } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { Bar } from '../design/Progress.tsx'
import { useTexts } from '../i18n/context.ts'
import { useRestoring } from './useRestoring.ts'

/** Instead of a new beginning: everything as it was in a backup, which the device reads as it comes. */
export function RestoreBackup() {
  const { t, formatBytes } = useTexts()
  const { restore, cancel, gone, isRestoring, isCanceled, fault } = useRestoring()
  const [file, setFile] = useState<File>()
  const [passphrase, setPassphrase] = useState('')
  const [isAsked, setAsked] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setAsked(true)
    if (file === undefined || passphrase === '') return
    restore(file, passphrase)
    setPassphrase('')
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p className="quiet">{t('restore.text')}</p>
      <div className="restore-file">
        <FileTrigger onSelect={(files) => setFile(files?.[0] ?? file)}>
          <Button isDisabled={isRestoring}>{t('restore.file')}</Button>
        </FileTrigger>
        {file !== undefined && (
          <p className="file-name" dir="auto">
            {t('restore.chosen', { name: file.name, size: formatBytes(file.size) })}
          </p>
        )}
      </div>
      {isAsked && file === undefined && <Note kind="warning">{t('restore.file.missing')}</Note>}
      <PassphraseField
        label={t('restore.passphrase')}
        value={passphrase}
        onChange={setPassphrase}
        isRequired={!isRestoring}
        isDisabled={isRestoring}
        autoComplete="current-password"
      />
      <FaultNote fault={fault} act="restore" />
      {isCanceled && <p role="status">{t('restore.canceled')}</p>}
      {isRestoring && file !== undefined && (
        <Bar
          label={t('restore.action')}
          value={gone}
          of={file.size}
          words={t('restore.progress', {
            gone: formatBytes(Math.min(gone, file.size)),
            size: formatBytes(file.size),
          })}
        />
      )}
      <Button kind="primary" type="submit" wide isPending={isRestoring}>
        {t('restore.action')}
      </Button>
      {isRestoring && (
        <Button wide onPress={cancel}>
          {t('restore.cancel')}
        </Button>
      )}
    </form>
  )
}
