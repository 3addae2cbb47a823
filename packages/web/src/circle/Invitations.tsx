import type { CircleDetail, Invitation } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote, Note } from '../design/Note.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useTexts } from '../i18n/context.ts'
import { channelName } from '../settings/channelName.ts'
import { useMemberName } from '../verify/memberName.ts'
import { Countdown } from './Countdown.tsx'
import { InvitePanel } from './InvitePanel.tsx'
import { mayInviteAs } from './rights.ts'

/** Inviting, and what became of former invitations. */
export function Invitations({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, role, standing } = detail
  const roles = standing === undefined ? mayInviteAs(role) : []
  return (
    <div className="part">
      {roles.length > 0 ? <InvitePanel circle={circle} roles={roles} /> : <Note>{t('invite.mayNot')}</Note>}
      <InvitationList circle={circle} />
    </div>
  )
}

function InvitationList({ circle }: { readonly circle: string }) {
  const { t } = useTexts()
  const { data, error } = useRoute('invitations', { circle })
  const invitations = data?.invitations ?? []
  return (
    <section className="stack" aria-labelledby="invitation-list">
      <h2 id="invitation-list">{t('invite.list')}</h2>
      <FaultNote fault={error} act="look" />
      {data !== undefined && invitations.length === 0 && <p className="quiet">{t('invite.list.empty')}</p>}
      <ul className="entries">
        {invitations.map((invitation) => (
          <InvitationRow key={invitation.invitation} invitation={invitation} />
        ))}
      </ul>
    </section>
  )
}

function InvitationRow({ invitation }: { readonly invitation: Invitation }) {
  const { t, formatMoment, formatList } = useTexts()
  const queries = useQueryClient()
  const revoke = useAct('revokeInvitation')
  const { invitation: id, circle, state, role, created, expires, triesLeft, leftOutOf } = invitation
  const members = useRoute('members', { circle })
  const joined = members.data?.members.find(({ member }) => member === invitation.joined)
  const nameOf = useMemberName(circle)
  const isDead = triesLeft === 0
  return (
    <li className="entry">
      <div className="entry-words">
        <p>
          <strong>{t(isDead ? 'invite.state.tried' : `invite.state.${state}`)}</strong>
          {joined !== undefined && `: ${nameOf(joined)}`}
        </p>
        <p className="small quiet">
          {t('invite.row', { role: t('role.name', { role }), date: formatMoment(created) })}
        </p>
        {state === 'live' && !isDead && (
          <p className="small quiet">
            <Countdown until={expires} />
            {triesLeft !== undefined && ` ${t('invite.tries', { count: triesLeft })}`}
          </p>
        )}
        {leftOutOf !== undefined && !isDead && (
          <p className="small">
            {t('invite.leftOut', { channels: formatList(leftOutOf.map((name) => channelName(t, name))) })}
          </p>
        )}
        <FaultNote fault={revoke.error} act="revokeInvitation" />
      </div>
      {state === 'live' && (
        <Button
          kind="danger"
          isPending={revoke.isPending}
          aria-label={t('invite.revoke.which', { date: formatMoment(created) })}
          onPress={() =>
            revoke.mutate(
              { invitation: id },
              { onSuccess: () => void queries.invalidateQueries({ queryKey: ['invitations', { circle }] }) },
            )
          }
        >
          {t('invite.revoke')}
        </Button>
      )}
    </li>
  )
}
