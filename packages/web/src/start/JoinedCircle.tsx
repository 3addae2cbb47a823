import { useEffect, useRef } from 'react'
import { PartyPopper } from 'lucide-react'
import type { Joined } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { useCircleConversation } from '../circle/circleConversation.ts'
import { Button } from '../design/Button.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { SafetyWords } from '../verify/SafetyWords.tsx'
import { VerifyMember } from '../verify/VerifyMember.tsx'

/** One is in: with whom, and whether it is really them. */
export function JoinedCircle({ joined }: { readonly joined: Joined }) {
  const { t } = useTexts()
  const heading = useRef<HTMLHeadingElement>(null)
  const { circle, name, met } = joined
  const members = useRoute('members', { circle })
  const member = members.data?.members.find((one) => one.member === met.member && !one.me)
  const who = useMemberName(circle)(met)
  const conversation = useCircleConversation(circle)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="card stack" aria-labelledby="joined-title">
      <PartyPopper size={28} aria-hidden />
      <h2 id="joined-title" ref={heading} tabIndex={-1}>
        {t('joined.title', { circle: name })}
      </h2>
      <p>{joined.as === 'device' ? t('joined.device') : t('joined.met', { name: who })}</p>
      {joined.as === 'member' &&
        (member === undefined ? (
          <SafetyWords words={joined.safetyWords} />
        ) : (
          <VerifyMember member={member} />
        ))}
      <Button
        kind={member?.verified === true ? 'primary' : 'plain'}
        wide
        onPress={() =>
          go(conversation === undefined ? PATHS.circle(circle) : PATHS.conversation(conversation))
        }
      >
        {t('joined.write')}
      </Button>
    </section>
  )
}
