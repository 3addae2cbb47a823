import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useAct } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { PassphraseField } from '../design/PassphraseField.tsx'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'
import { StrengthMeter } from './StrengthMeter.tsx'
import { isLongEnough } from './strengthLevel.ts'
import { SuggestPassphrase } from './SuggestPassphrase.tsx'

type Mistake = 'short' | 'mismatch'

/** A passphrase, and a nickname if one likes: nothing else is asked. */
export function NewVault() {
  const { t } = useTexts()
  const queries = useQueryClient()
  const init = useAct('init')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [name, setName] = useState('')
  const [mistake, setMistake] = useState<Mistake>()
  const create = (event: SubmitEvent) => {
    event.preventDefault()
    const found = mistakeIn(passphrase, again)
    setMistake(found)
    if (found !== undefined) return
    const nickname = name.trim()
    init.mutate(
      { passphrase, ...(nickname !== '' && { name: nickname }) },
      { onSuccess: (status) => queries.setQueryData(['status', {}], status) },
    )
  }
  return (
    <form className="stack" onSubmit={create}>
      <PassphraseField
        label={t('init.passphrase')}
        hint={t('init.passphrase.hint')}
        value={passphrase}
        onChange={setPassphrase}
        autoComplete="new-password"
        autoFocus
        isRequired
        error={mistake === 'short' ? t('init.short') : undefined}
      />
      <StrengthMeter passphrase={passphrase} />
      <SuggestPassphrase
        onSuggested={(suggested) => {
          setPassphrase(suggested)
          setAgain(suggested)
        }}
      />
      <PassphraseField
        label={t('init.again')}
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
        isRequired
        error={mistake === 'mismatch' ? t('init.mismatch') : undefined}
      />
      <TextField
        label={t('init.name')}
        hint={t('init.name.hint')}
        value={name}
        onChange={setName}
        autoComplete="off"
      />
      <FaultNote fault={init.error} act="init" />
      <Button kind="primary" type="submit" wide isPending={init.isPending}>
        {t('init.create')}
      </Button>
    </form>
  )
}

function mistakeIn(passphrase: string, again: string): Mistake | undefined {
  if (!isLongEnough(passphrase)) return 'short'
  return passphrase === again ? undefined : 'mismatch'
}
