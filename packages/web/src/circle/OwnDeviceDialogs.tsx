import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { OwnDevice } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { Confirm } from './Confirm.tsx'

export interface RenameDeviceProps {
  readonly device: OwnDevice
  readonly onClose: () => void
}

/** A name for oneself alone: the others never see it. */
export function RenameDevice({ device, onClose }: RenameDeviceProps) {
  const { t } = useTexts()
  const queries = useQueryClient()
  const [name, setName] = useState(device.name ?? '')
  const rename = useAct('renameDevice')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    rename.mutate(
      { device: device.device, name: name.trim() },
      {
        onSuccess: () => {
          void queries.invalidateQueries({ queryKey: ['devices'] })
          onClose()
        },
      },
    )
  }
  return (
    <Modal title={t('devices.rename')} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label={t('devices.name')}
          hint={t('devices.name.hint')}
          value={name}
          onChange={setName}
          autoFocus
          isRequired
          autoComplete="off"
        />
        <FaultNote fault={rename.error} act="rename" />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" isPending={rename.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

export function RevokeDevice({ device, name, onClose }: RenameDeviceProps & { readonly name: string }) {
  const { t } = useTexts()
  const revoke = useAct('revokeDevice')
  return (
    <Confirm
      title={t('devices.revoke.ask', { name })}
      action={t('devices.revoke')}
      fault={revoke.error}
      act="govern"
      isPending={revoke.isPending}
      onConfirm={() => revoke.mutate({ device: device.device }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('devices.revoke.text')}</p>
    </Confirm>
  )
}
