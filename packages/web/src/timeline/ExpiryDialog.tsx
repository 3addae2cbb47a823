import { useState } from 'react'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Radios } from '../design/Radios.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** From what is read at once to what is kept for a season. */
const TIMES_MS = [60_000, HOUR_MS, 8 * HOUR_MS, DAY_MS, 7 * DAY_MS, 28 * DAY_MS, 90 * DAY_MS]
const OFF = 'off'

export interface ExpiryDialogProps {
  readonly id: string
  readonly current: number | undefined
  readonly onClose: () => void
}

/** After how long messages to come disappear, for everybody in the conversation. */
export function ExpiryDialog({ id, current, onClose }: ExpiryDialogProps) {
  const { t, formatDuration } = useTexts()
  const setExpiry = useAct('setExpiry')
  const [chosen, setChosen] = useState(String(current ?? OFF))
  const times = current === undefined || TIMES_MS.includes(current) ? TIMES_MS : [current, ...TIMES_MS]
  const save = () => {
    setExpiry.mutate({ where: id, afterMs: chosen === OFF ? null : Number(chosen) }, { onSuccess: onClose })
  }
  return (
    <Modal title={t('expiry.title')} isOpen onClose={onClose}>
      <Radios
        label={t('expiry.text')}
        value={chosen}
        onChange={setChosen}
        choices={[
          { id: OFF, label: t('expiry.off') },
          ...times.map((ms) => ({ id: String(ms), label: formatDuration(ms) })),
        ]}
      />
      <p className="quiet small">{t('expiry.honest')}</p>
      <FaultNote fault={setExpiry.error} act="expiry" />
      <div className="dialog-actions">
        <Button onPress={onClose}>{t('action.cancel')}</Button>
        <Button kind="primary" isPending={setExpiry.isPending} onPress={save}>
          {t('action.save')}
        </Button>
      </div>
    </Modal>
  )
}
