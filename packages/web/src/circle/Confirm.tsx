import { useState, type ReactNode, type SubmitEvent } from 'react'
import type { ApiFault } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import type { Act } from '../design/outcome.ts'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'

export interface ConfirmProps {
  readonly title: string
  readonly action: string
  /** What has to be typed first, for what can't be undone. */
  readonly typed?: string
  readonly fault: ApiFault | null
  /** What fails then. */
  readonly act: Act
  readonly isPending: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
  /** What happens, and whether it can be undone. */
  readonly children: ReactNode
}

/** Asks before something is done to somebody, or to all. */
export function Confirm({
  title,
  action,
  typed,
  fault,
  act,
  isPending,
  onConfirm,
  onClose,
  children,
}: ConfirmProps) {
  const { t } = useTexts()
  const [text, setText] = useState('')
  const isTyped = typed === undefined || text.trim() === typed
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isTyped) onConfirm()
  }
  return (
    <Modal title={title} role="alertdialog" isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <div>{children}</div>
        {typed !== undefined && (
          <TextField
            label={t('confirm.type', { text: typed })}
            value={text}
            onChange={setText}
            autoComplete="off"
            spellCheck="false"
            autoFocus
          />
        )}
        <FaultNote fault={fault} act={act} />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button kind="danger" type="submit" isDisabled={!isTyped} isPending={isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
