import type { Member } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { SHORT_ID_LETTERS } from '../verify/memberName.ts'
import '../design/more.css'

/** The devices of a member, one by one: what is true of each. Folded away, since most have one. */
export function MemberDevices({ member }: { readonly member: Member }) {
  const { t } = useTexts()
  const { devices, me } = member
  return (
    <details className="more">
      <summary>{t('members.devices', { count: devices.length })}</summary>
      <ul className="small">
        {devices.map(({ device, online, verified }) => (
          <li key={device}>
            <span className="code" dir="ltr">
              {device.slice(0, SHORT_ID_LETTERS)}
            </span>
            {': '}
            {t(online ? 'members.online' : 'members.offline')}
            {!me && `, ${t(verified ? 'verification.verified' : 'verification.unverified')}`}
          </li>
        ))}
      </ul>
      <p className="small quiet">{t(me ? 'members.me.means' : verificationMeaning(member))}</p>
    </details>
  )
}

function verificationMeaning({ verified, changed, partly }: Member) {
  if (changed) return 'verification.changed.means'
  if (verified) return 'verification.verified.means'
  return partly ? 'verification.partly.means' : 'verification.unverified.means'
}
