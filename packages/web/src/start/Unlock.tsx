import { useEffect, useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useAct, useRoute } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { loseTrays } from '../composer/trays.ts'
import { useTexts } from '../i18n/context.ts'
import { Threshold } from './Threshold.tsx'

/** The vault is locked: nothing of what is in it is in the page either. */
export function Unlock() {
  const { t } = useTexts()
  const queries = useQueryClient()
  const { data } = useRoute('status', {})
  // What was chosen to be sent is no longer held.
  useEffect(loseTrays, [])
  const unlock = useAct('unlock')
  const [passphrase, setPassphrase] = useState('')
  const open = (event: SubmitEvent) => {
    event.preventDefault()
    if (passphrase === '') return
    unlock.mutate(
      { passphrase },
      {
        onSuccess: (status) => queries.setQueryData(['status', {}], status),
        onSettled: () => setPassphrase(''),
      },
    )
  }
  return (
    <Threshold title={t('unlock.title')} text={t('unlock.text')}>
      {data?.vault?.lockedBy === 'idle' && <p role="status">{t('unlock.idle')}</p>}
      <form className="stack" onSubmit={open}>
        <PassphraseField
          label={t('unlock.passphrase')}
          value={passphrase}
          onChange={setPassphrase}
          autoComplete="current-password"
          autoFocus
        />
        <FaultNote fault={unlock.error} act="unlock" />
        <Button kind="primary" type="submit" wide isPending={unlock.isPending}>
          {t('unlock.action')}
        </Button>
      </form>
    </Threshold>
  )
}
