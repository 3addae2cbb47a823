import { useState, type SubmitEvent } from 'react'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

/** Lets the browser save a backup where it saves downloads. */
export function BackupForm() {
  const { t } = useTexts()
  const [passphrase, setPassphrase] = useState('')
  const offer = useAct('offerBackup')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    offer.mutate(passphrase === '' ? {} : { passphrase }, {
      onSuccess: ({ path }) => {
        setPassphrase('')
        download(path)
      },
    })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <PassphraseField
        label={t('device.backup.own')}
        value={passphrase}
        onChange={setPassphrase}
        autoComplete="new-password"
      />
      <FaultNote fault={offer.error} act="backup" />
      {offer.isSuccess && <p role="status">{t('device.backup.made')}</p>}
      <div>
        <Button type="submit" isPending={offer.isPending}>
          {t('device.backup.make')}
        </Button>
      </div>
    </form>
  )
}

/** The browser writes it to the disk as it comes: the page holds nothing of it. */
function download(path: string): void {
  const link = document.createElement('a')
  link.href = path
  link.download = ''
  link.click()
}
