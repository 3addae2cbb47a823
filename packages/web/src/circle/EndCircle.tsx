import type { CircleDetail } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { ActNote } from './ActNote.tsx'
import { Confirm } from './Confirm.tsx'

export interface EndProps {
  readonly detail: CircleDetail
  readonly onClose: () => void
}

/** Who is the only owner hears that, and can leave all the same. */
export function LeaveForGood({ detail, onClose }: EndProps) {
  const { t } = useTexts()
  const leave = useAct('leaveCircle')
  const isOnlyOwner = leave.error?.code === 'last-owner'
  const run = () =>
    leave.mutate(
      { circle: detail.circle, ...(isOnlyOwner && { force: true }) },
      { onSuccess: () => go(PATHS.home()) },
    )
  return (
    <Confirm
      title={t('leave.ask', { circle: detail.name })}
      action={t(isOnlyOwner ? 'leave.force' : 'leave.action')}
      typed={detail.name}
      fault={leave.error}
      act="leave"
      isPending={leave.isPending}
      onConfirm={run}
      onClose={onClose}
    >
      <p>{t('leave.text')}</p>
    </Confirm>
  )
}

export function DissolveCircle({ detail, onClose }: EndProps) {
  const { t } = useTexts()
  const dissolve = useAct('dissolve')
  const title = t('dissolve.ask', { circle: detail.name })
  if (dissolve.data?.done === false)
    return (
      <Modal title={title} isOpen onClose={onClose}>
        <ActNote acted={dissolve.data} />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t('action.close')}</Button>
        </div>
      </Modal>
    )
  return (
    <Confirm
      title={title}
      action={t('dissolve.action')}
      typed={detail.name}
      fault={dissolve.error}
      act="govern"
      isPending={dissolve.isPending}
      onConfirm={() =>
        dissolve.mutate(
          { circle: detail.circle },
          {
            onSuccess: ({ done }) => {
              if (done) onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>{t('dissolve.text')}</p>
    </Confirm>
  )
}
