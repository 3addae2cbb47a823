import { useId, useState, type SubmitEvent } from 'react'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { useTexts } from '../i18n/context.ts'
import type { TimelineStore } from './store.ts'

export interface DateDialogProps {
  readonly store: TimelineStore
  readonly onClose: () => void
}

/** Jumps to the first message of a day. The browser's own field: it speaks the reader's language, and phones have a calendar for it. */
export function DateDialog({ store, onClose }: DateDialogProps) {
  const { t } = useTexts()
  const id = useId()
  const [date, setDate] = useState('')
  const jump = (event: SubmitEvent) => {
    event.preventDefault()
    const at = localMidnight(date)
    if (at === undefined) return
    void store.jumpToTime(at)
    onClose()
  }
  return (
    <Modal title={t('date.title')} isOpen onClose={onClose}>
      <form className="stack" onSubmit={jump}>
        <div className="field">
          <label className="field-label" htmlFor={id}>
            {t('date.field')}
          </label>
          <input
            id={id}
            className="field-input"
            type="date"
            required
            max={today()}
            value={date}
            onChange={(event) => setDate(event.target.value)}
          />
        </div>
        <div className="dialog-actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit">
            {t('date.jump')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** `2026-01-31` in the reader's time. */
function localMidnight(date: string): number | undefined {
  const [year, month, day] = date.split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  return new Date(year, month - 1, day).getTime()
}

function today(): string {
  const now = new Date()
  const two = (number: number) => String(number).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}
