import { useState, type SubmitEvent } from 'react'
import { Button } from '../design/Button.tsx'
import { Choice } from '../design/Choice.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Radios } from '../design/Radios.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { InviteMade } from './InviteMade.tsx'
import type { MadeInvitation, Way } from './madeInvitation.ts'
import type { Role } from './rights.ts'

const MINUTE_MS = 60_000
/** How long an invitation is good, by how it travels: what is read out is used at once. The second is the usual one. */
const LIVES_MS: Readonly<Record<Way, readonly number[]>> = {
  link: [60 * MINUTE_MS, 1_440 * MINUTE_MS, 10_080 * MINUTE_MS],
  code: [5 * MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS],
}
const USUAL = 1

export interface InvitePanelProps {
  readonly circle: string
  /** Roles that may be given to whoever joins, one or more; undefined: a further device of one's own is invited. */
  readonly roles: readonly Role[] | undefined
}

/** Makes an invitation, shows it, and says at once when somebody used it. */
export function InvitePanel({ circle, roles }: InvitePanelProps) {
  const [made, setMade] = useState<MadeInvitation>()
  if (made !== undefined)
    return <InviteMade made={made} isDevice={roles === undefined} onAgain={() => setMade(undefined)} />
  return <InviteTerms circle={circle} roles={roles} onMade={setMade} />
}

function InviteTerms({
  circle,
  roles,
  onMade,
}: InvitePanelProps & { readonly onMade: (made: MadeInvitation) => void }) {
  const { t, formatDuration } = useTexts()
  const [way, setWay] = useState<Way>('link')
  const [life, setLife] = useState(USUAL)
  const only = roles?.length === 1 ? roles[0] : undefined
  const [role, setRole] = useState<Role>(only ?? 'member')
  const make = useMakeInvitation(circle, roles === undefined ? undefined : role, onMade)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    make.start(way, LIVES_MS[way][life] ?? 0)
  }
  return (
    <form className="card stack" onSubmit={submit}>
      <Purpose isDevice={roles === undefined} isKeeper={only === 'keeper'} />
      <Radios
        label={t('invite.way')}
        choices={[
          { id: 'link', label: t('invite.way.link') },
          { id: 'code', label: t('invite.way.code') },
        ]}
        value={way}
        onChange={setWay}
      />
      <div className="pair">
        {roles !== undefined && only === undefined && (
          <Choice
            label={t('invite.role')}
            choices={roles.map((id) => ({ id, label: t(`role.${id}`) }))}
            value={role}
            onChange={setRole}
          />
        )}
        <Choice
          label={t('invite.life')}
          choices={LIVES_MS[way].map((ms, place) => ({ id: place.toString(), label: formatDuration(ms) }))}
          value={life.toString()}
          onChange={(chosen) => setLife(Number(chosen))}
        />
      </div>
      {roles !== undefined && (
        <p className="quiet small">{`${t(`role.${role}`)}: ${t(`role.${role}.means`)}.`}</p>
      )}
      <FaultNote fault={make.fault} act="invite" />
      <Button kind="primary" type="submit" isPending={make.isPending}>
        {t('invite.make')}
      </Button>
    </form>
  )
}

/** For whom it is, and what follows. */
function Purpose({ isDevice, isKeeper }: { readonly isDevice: boolean; readonly isKeeper: boolean }) {
  const { t } = useTexts()
  const title = isDevice ? 'invite.device' : isKeeper ? 'keepers.invite' : 'invite.title'
  return (
    <>
      <h2>{t(title)}</h2>
      <p className="quiet small">
        {t(isDevice ? 'invite.device.text' : isKeeper ? 'keepers.invite.text' : 'invite.text')}
      </p>
    </>
  )
}

/** The four routes that make an invitation, as one. */
function useMakeInvitation(circle: string, role: Role | undefined, onMade: (made: MadeInvitation) => void) {
  const acts = {
    link: useAct('invite'),
    code: useAct('inviteSpoken'),
    deviceLink: useAct('addDevice'),
    deviceCode: useAct('addDeviceSpoken'),
  }
  const start = (way: Way, expiresMs: number) => {
    const terms = { circle, expiresMs }
    for (const act of Object.values(acts)) act.reset()
    if (way === 'link' && role !== undefined)
      acts.link.mutate({ ...terms, role }, { onSuccess: (made) => onMade({ way: 'link', ...made }) })
    else if (way === 'link')
      acts.deviceLink.mutate(terms, { onSuccess: (made) => onMade({ way: 'link', ...made }) })
    else if (role !== undefined)
      acts.code.mutate({ ...terms, role }, { onSuccess: (made) => onMade({ way: 'code', ...made }) })
    else acts.deviceCode.mutate(terms, { onSuccess: (made) => onMade({ way: 'code', ...made }) })
  }
  const all = Object.values(acts)
  return {
    start,
    isPending: all.some(({ isPending }) => isPending),
    fault: all.find(({ error }) => error !== null)?.error,
  }
}
