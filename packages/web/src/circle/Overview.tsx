import type { ReactNode } from 'react'
import { MessagesSquare } from 'lucide-react'
import type { CircleDetail } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { useTexts } from '../i18n/context.ts'
import { useCircleConversation } from './circleConversation.ts'
import { CircleNames } from './CircleNames.tsx'
import { LeaveCircle } from './LeaveCircle.tsx'
import { Pending } from './Pending.tsx'

/** The circle in a few lines. */
export function Overview({ detail }: { readonly detail: CircleDetail }) {
  const { t, formatMoment } = useTexts()
  const conversation = useCircleConversation(detail.circle)
  const { suite, role, members, devices, tunnels, createdAt, epoch, logEntries } = detail
  return (
    <div className="part">
      <Pending detail={detail} />
      {conversation !== undefined && (
        <div className="ways">
          <Button onPress={() => go(PATHS.conversation(conversation))}>
            <MessagesSquare size={18} aria-hidden />
            {t('joined.write')}
          </Button>
        </div>
      )}
      <dl className="circle-facts">
        <Fact term={t('overview.role')}>
          {t('role.name', { role })}. {t('role.means', { role })}
        </Fact>
        <Fact term={t('overview.members')}>{t('overview.members.count', { members, devices })}</Fact>
        <Fact term={t('overview.connected')}>{t('overview.connected.count', { count: tunnels })}</Fact>
        <Fact term={t('begin.suite')}>{t(`suite.${suite}`)}</Fact>
        {epoch !== undefined && (
          <Fact term={t('overview.keys')}>
            {t('overview.keys.text', {
              date: formatMoment(epoch.startedAt),
              number: epoch.number,
              entries: epoch.entries,
            })}
          </Fact>
        )}
        <Fact term={t('overview.created')}>{formatMoment(createdAt)}</Fact>
        <Fact term={t('overview.log')}>{t('overview.log.text', { count: logEntries })}</Fact>
      </dl>
      {detail.standing === undefined && <CircleNames detail={detail} />}
      {detail.standing === undefined && <LeaveCircle detail={detail} />}
    </div>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
