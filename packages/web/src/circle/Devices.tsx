import { useState } from 'react'
import { Laptop } from 'lucide-react'
import type { CircleDetail, OwnDevice } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { SHORT_ID_LETTERS } from '../verify/memberName.ts'
import { InvitePanel } from './InvitePanel.tsx'
import { RenameDevice, RevokeDevice } from './OwnDeviceDialogs.tsx'
import { mayAddDevice } from './rights.ts'

/** One's own devices in the circle: they read and write as one member. */
export function Devices({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, role, standing } = detail
  const { data, error } = useRoute('devices', { circle })
  if (data === undefined) return error === null ? <Loading /> : <FaultNote fault={error} act="look" />
  return (
    <div className="part">
      <p className="quiet">{t('devices.text')}</p>
      <ul className="entries">
        {data.devices.map((device) => (
          <DeviceRow key={device.device} device={device} isOut={standing !== undefined} />
        ))}
      </ul>
      {standing === undefined && mayAddDevice(role) && <InvitePanel circle={circle} roles={undefined} />}
    </div>
  )
}

function DeviceRow({ device, isOut }: { readonly device: OwnDevice; readonly isOut: boolean }) {
  const { t, formatMoment } = useTexts()
  const [asked, setAsked] = useState<'rename' | 'revoke'>()
  const name = device.name ?? t('devices.unnamed', { id: device.device.slice(0, SHORT_ID_LETTERS) })
  const close = () => setAsked(undefined)
  return (
    <li className="entry">
      <Laptop size={22} aria-hidden />
      <div className="entry-words">
        <h2 className="entry-title">{name}</h2>
        <p className="badges">
          {device.current && <span className="tag good">{t('devices.this')}</span>}
          {device.revoked && <span className="tag danger">{t('devices.revoked')}</span>}
          {!device.current && !device.revoked && (
            <span className={`tag ${device.online ? 'good' : ''}`}>
              {t(device.online ? 'members.online' : 'members.offline')}
            </span>
          )}
        </p>
        <p className="small quiet">{t('devices.added', { date: formatMoment(device.addedAt) })}</p>
      </div>
      {!isOut && !device.revoked && (
        <div className="entry-actions">
          <Button aria-label={t('devices.rename.which', { name })} onPress={() => setAsked('rename')}>
            {t('devices.rename')}
          </Button>
          {!device.current && (
            <Button
              kind="danger"
              aria-label={t('devices.revoke.which', { name })}
              onPress={() => setAsked('revoke')}
            >
              {t('devices.revoke')}
            </Button>
          )}
        </div>
      )}
      {asked === 'rename' && <RenameDevice device={device} onClose={close} />}
      {asked === 'revoke' && <RevokeDevice device={device} name={name} onClose={close} />}
    </li>
  )
}
