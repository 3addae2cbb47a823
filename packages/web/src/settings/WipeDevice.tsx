import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote, Note } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

/** Erases the device for good: only who types the word, after reading what it does. */
export function WipeDevice() {
  const { t } = useTexts()
  const [isOpen, setOpen] = useState(false)
  return (
    <div>
      <Button kind="danger" onPress={() => setOpen(true)}>
        {t('device.wipe.open')}
      </Button>
      <Modal title={t('device.wipe.title')} role="alertdialog" isOpen={isOpen} onClose={() => setOpen(false)}>
        <WipeForm onCancel={() => setOpen(false)} />
      </Modal>
    </div>
  )
}

function WipeForm({ onCancel }: { readonly onCancel: () => void }) {
  const { t, locale } = useTexts()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const wipe = useAct('wipe')
  const word = t('device.wipe.word')
  const isConfirmed = typed.trim().toLocaleLowerCase(locale) === word.toLocaleLowerCase(locale)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isConfirmed) return
    wipe.mutate(
      { confirm: true },
      {
        onSuccess: (status) => {
          queries.clear()
          queries.setQueryData(['status', {}], status)
          go(PATHS.home(), { replace: true })
        },
      },
    )
  }
  return (
    <form className="stack" onSubmit={submit}>
      <Note kind="danger">
        <p>{t('device.wipe.text')}</p>
      </Note>
      <TextField
        label={t('device.wipe.confirm', { word })}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        spellCheck="false"
        autoFocus
      />
      <FaultNote fault={wipe.error} act="wipe" />
      <div className="dialog-actions">
        <Button onPress={onCancel}>{t('action.cancel')}</Button>
        <Button kind="danger" type="submit" isDisabled={!isConfirmed} isPending={wipe.isPending}>
          {t('device.wipe.do')}
        </Button>
      </div>
    </form>
  )
}
