import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useAct } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'
import { Threshold } from './Threshold.tsx'

/** The first thing ever asked: a passphrase, and a nickname if one likes. */
export function CreateVault() {
  const { t } = useTexts()
  const queries = useQueryClient()
  const init = useAct('init')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [name, setName] = useState('')
  const [isMismatch, setMismatch] = useState(false)
  const create = (event: SubmitEvent) => {
    event.preventDefault()
    setMismatch(passphrase !== again)
    if (passphrase === '' || passphrase !== again) return
    const nickname = name.trim()
    init.mutate(
      { passphrase, ...(nickname !== '' && { name: nickname }) },
      { onSuccess: (status) => queries.setQueryData(['status', {}], status) },
    )
  }
  return (
    <Threshold title={t('init.title')} text={t('init.text')}>
      <form className="stack" onSubmit={create}>
        <PassphraseField
          label={t('init.passphrase')}
          hint={t('init.passphrase.hint')}
          value={passphrase}
          onChange={setPassphrase}
          autoComplete="new-password"
          autoFocus
          isRequired
        />
        <PassphraseField
          label={t('init.again')}
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
          isRequired
          error={isMismatch ? t('init.mismatch') : undefined}
        />
        <TextField
          label={t('init.name')}
          hint={t('init.name.hint')}
          value={name}
          onChange={setName}
          autoComplete="off"
        />
        <FaultNote fault={init.error} />
        <Button kind="primary" type="submit" wide isPending={init.isPending}>
          {t('init.create')}
        </Button>
      </form>
    </Threshold>
  )
}
