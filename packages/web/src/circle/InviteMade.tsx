import { useEffect } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Share2 } from 'lucide-react'
import type { Invitation } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { CopyButton } from '../design/CopyButton.tsx'
import { Note } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { QrCode } from '../qr/QrCode.tsx'
import { Countdown } from './Countdown.tsx'
import type { MadeInvitation } from './madeInvitation.ts'
import { SomeoneJoined } from './SomeoneJoined.tsx'

/** A wrong try of a spoken code makes no event: while a code is shown, its tries are looked at. */
const LOOK_MS = 2_000

export interface InviteMadeProps {
  readonly made: MadeInvitation
  readonly isDevice: boolean
  readonly onAgain: () => void
}

/** The invitation to hand over, until it was used or is over. */
export function InviteMade({ made, isDevice, onAgain }: InviteMadeProps) {
  const { t } = useTexts()
  const invitation = useInvitation(made)
  if (invitation?.state === 'spent')
    return (
      <SomeoneJoined circle={made.circle} joined={invitation.joined} isDevice={isDevice} onAgain={onAgain} />
    )
  const isDead = invitation !== undefined && (invitation.state !== 'live' || invitation.triesLeft === 0)
  return (
    <section className="card stack" aria-label={t('invite.made')}>
      {made.way === 'link' ? <LinkMade link={made.link} /> : <CodeMade code={made.code} />}
      {made.way === 'link' && made.nearOnly === true && <Note>{t('invite.near')}</Note>}
      <p className="small">
        <Countdown until={made.expires} />
        {made.way === 'code' && ` ${t('invite.tries', { count: invitation?.triesLeft ?? made.tries })}`}
      </p>
      {isDead ? (
        <Note kind="warning">{t('invite.dead')}</Note>
      ) : (
        <p className="joining" role="status">
          <span className="spinner" aria-hidden />
          {t(isDevice ? 'invite.waiting.device' : 'invite.waiting')}
        </p>
      )}
      <Button onPress={onAgain}>{t('invite.another')}</Button>
    </section>
  )
}

function LinkMade({ link }: { readonly link: string }) {
  const { t } = useTexts()
  return (
    <>
      <h2>{t('invite.link.title')}</h2>
      <p className="quiet small">{t('invite.link.text')}</p>
      <QrCode text={link.toUpperCase()} label={t('invite.link.qr')} />
      <p className="invite-link code" dir="ltr" tabIndex={0} aria-label={t('invite.link')}>
        {link}
      </p>
      <div className="ways">
        <CopyButton text={link} label={t('invite.link.copy')} />
        {'share' in navigator && (
          <Button onPress={() => void navigator.share({ text: link }).catch(() => undefined)}>
            <Share2 size={18} aria-hidden />
            {t('invite.share')}
          </Button>
        )}
      </div>
    </>
  )
}

function CodeMade({ code }: { readonly code: string }) {
  const { t } = useTexts()
  return (
    <>
      <h2>{t('invite.code.title')}</h2>
      <p className="quiet small">{t('invite.code.text')}</p>
      <p className="invite-code code" dir="ltr" lang="en">
        {code}
      </p>
      <div className="ways">
        <CopyButton text={code} />
      </div>
    </>
  )
}

/** What became of it, as soon as the device knows. */
function useInvitation({ circle, invitation, way }: MadeInvitation): Invitation | undefined {
  const queries = useQueryClient()
  const { data } = useRoute('invitations', { circle })
  useEffect(() => {
    const look = () => void queries.invalidateQueries({ queryKey: ['invitations', { circle }] })
    look()
    if (way === 'link') return undefined
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [queries, circle, invitation, way])
  return data?.invitations.find((one) => one.invitation === invitation)
}
