import { useEffect, useRef } from 'react'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { VerifyMember } from '../verify/VerifyMember.tsx'
import { useCircleConversation } from './circleConversation.ts'

export interface SomeoneJoinedProps {
  readonly circle: string
  /** Who, as a member. */
  readonly joined: string | undefined
  readonly isDevice: boolean
  readonly onAgain: () => void
}

/** Somebody used the invitation: who, and whether it is really them. */
export function SomeoneJoined({ circle, joined, isDevice, onAgain }: SomeoneJoinedProps) {
  const { t } = useTexts()
  const heading = useRef<HTMLHeadingElement>(null)
  const members = useRoute('members', { circle })
  const conversation = useCircleConversation(circle)
  const member = members.data?.members.find((one) => one.member === joined)
  const nameOf = useMemberName(circle)
  const name = member === undefined ? t('invite.someone') : nameOf(member)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="card stack" aria-labelledby="someone-joined" aria-live="polite">
      <h2 id="someone-joined" ref={heading} tabIndex={-1}>
        {isDevice ? t('invite.joined.device') : t('invite.joined', { name })}
      </h2>
      {!isDevice && member !== undefined && !member.me && (
        <>
          {!member.verified && <p>{t('invite.joined.text', { name })}</p>}
          <VerifyMember member={member} />
        </>
      )}
      <div className="ways">
        {conversation !== undefined && (
          <Button kind="primary" onPress={() => go(PATHS.conversation(conversation))}>
            {t('joined.write')}
          </Button>
        )}
        <Button onPress={onAgain}>{t('invite.another')}</Button>
      </div>
    </section>
  )
}
