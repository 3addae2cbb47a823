import { useMutation } from '@tanstack/react-query'
import type { ApiFault, Message } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useClient } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { isMine } from './actions.ts'
import type { TimelineStore } from './store.ts'

export interface DeleteDialogProps {
  readonly messages: readonly Message[]
  readonly store: TimelineStore
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Asks before anything goes, and says for whom: one's own for all, others' on one's own device. */
export function DeleteDialog({ messages, store, onClose, onDone }: DeleteDialogProps) {
  const { t } = useTexts()
  const client = useClient()
  const mine = messages.filter((message) => isMine(message) && message.kind === 'text' && !message.deleted)
  const others = messages.filter((message) => !isMine(message))
  const remove = useMutation<unknown, ApiFault>({
    networkMode: 'always',
    mutationFn: async () => {
      for (const { id } of mine) await client.deleteMessage({ id })
      for (const { id } of others) {
        await client.deleteMessage({ id })
        store.remove(id)
      }
    },
    onSuccess: () => {
      onDone()
      onClose()
    },
  })
  return (
    <Modal title={t('delete.title', { count: messages.length })} isOpen onClose={onClose} role="alertdialog">
      {mine.length > 0 && <p>{t('delete.mine', { count: mine.length })}</p>}
      {others.length > 0 && <p>{t('delete.theirs', { count: others.length })}</p>}
      {mine.length + others.length === 0 && <p>{t('delete.nothing')}</p>}
      <FaultNote fault={remove.error} act="delete" />
      <div className="dialog-actions">
        <Button onPress={onClose}>{t('action.cancel')}</Button>
        <Button
          kind="danger"
          autoFocus
          isDisabled={mine.length + others.length === 0}
          isPending={remove.isPending}
          onPress={() => remove.mutate()}
        >
          {t('action.delete')}
        </Button>
      </div>
    </Modal>
  )
}
