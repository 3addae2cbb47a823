import { useState } from 'react'
import type { CircleDetail } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { Choice } from '../design/Choice.tsx'
import { Modal } from '../design/Modal.tsx'
import { useMemberName } from '../verify/memberName.ts'
import { DissolveCircle, LeaveForGood } from './EndCircle.tsx'
import { GovernMember } from './GovernMember.tsx'
import { mayDissolve, mayTransferTo } from './rights.ts'

type Way = 'leave' | 'transfer' | 'dissolve'

/** The ways out: leaving, handing on, ending it for all. */
export function LeaveCircle({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const [way, setWay] = useState<Way>()
  const close = () => setWay(undefined)
  const isOwner = mayDissolve(detail.role)
  return (
    <section className="stack" aria-labelledby="leave-title">
      <h2 id="leave-title">{t('leave.title')}</h2>
      <div className="ways">
        {isOwner && <Button onPress={() => setWay('transfer')}>{t('act.transfer')}</Button>}
        <Button kind="danger" onPress={() => setWay('leave')}>
          {t('leave.action')}
        </Button>
        {isOwner && (
          <Button kind="danger" onPress={() => setWay('dissolve')}>
            {t('dissolve.action')}
          </Button>
        )}
      </div>
      {way === 'leave' && <LeaveForGood detail={detail} onClose={close} />}
      {way === 'dissolve' && <DissolveCircle detail={detail} onClose={close} />}
      {way === 'transfer' && <Transfer detail={detail} onClose={close} />}
    </section>
  )
}

/** First to whom, then whether one is sure. */
function Transfer({ detail, onClose }: { readonly detail: CircleDetail; readonly onClose: () => void }) {
  const { t } = useTexts()
  const nameOf = useMemberName(detail.circle)
  const { data } = useRoute('members', { circle: detail.circle })
  const [chosen, setChosen] = useState<string>()
  const [isSure, setSure] = useState(false)
  const heirs = (data?.members ?? []).filter(
    ({ me, role, state }) => !me && state === 'active' && mayTransferTo(detail.role, role),
  )
  const heir = heirs.find(({ member }) => member === (chosen ?? heirs[0]?.member))
  if (isSure && heir !== undefined)
    return <GovernMember deed="transfer" member={heir} detail={detail} onClose={onClose} />
  return (
    <Modal title={t('act.transfer')} isOpen onClose={onClose}>
      {heir === undefined ? (
        <p>{t('act.transfer.nobody')}</p>
      ) : (
        <Choice
          label={t('act.transfer.to')}
          choices={heirs.map((member) => ({ id: member.member, label: nameOf(member) }))}
          value={heir.member}
          onChange={setChosen}
        />
      )}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t('action.cancel')}</Button>
        {heir !== undefined && (
          <Button kind="primary" onPress={() => setSure(true)}>
            {t('action.continue')}
          </Button>
        )}
      </div>
    </Modal>
  )
}
