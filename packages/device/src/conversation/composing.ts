/** A message before it is written: what a person says, checked against the conversation, and what to warn of. */
import {
  CallerFault,
  VERIFICATION,
  type CircleConversation,
  type MessageId,
  type TextBody,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { memberName } from '../circle/names.ts'
import { resolveMember, type FoundConversation } from '../resolve.ts'
import type { SendInput, SendWarning } from '../service.ts'

/** @throws CallerFault 'not-found': also replyTo, and mentions of who does not read the conversation */
export function composed(
  { circle, conversation }: FoundConversation,
  { text, replyTo, mentions }: Omit<SendInput, 'where'>,
): TextBody {
  const timeline = circle.participant.timeline(conversation.id)
  if (replyTo !== undefined && timeline.get(replyTo as MessageId) === undefined) throw noMessage()
  const expiresAfterMs = timeline.timer()
  const members = [...new Set((mentions ?? []).map((member) => resolveMember([circle], member).member.id))]
  if (members.some((member) => !conversation.members.includes(member))) throw notInConversation()
  return {
    kind: 'text',
    text,
    mentions: members,
    ...(replyTo !== undefined && { replyTo: replyTo as MessageId }),
    ...(expiresAfterMs !== undefined && { expiresAfterMs }),
  }
}

/** Of a message to members that were verified and have a device that was not: it reads the message too. */
export function changedWarning(
  circle: CircleRuntime,
  { members }: CircleConversation,
): SendWarning | undefined {
  const changed = members.flatMap((id) =>
    circle.compared.verificationOf(id) === VERIFICATION.changed ? (circle.state.members.get(id) ?? []) : [],
  )
  const [first] = changed
  if (first === undefined) return undefined
  const others =
    changed.length === 1 ? '' : ` So have ${String(changed.length - 1)} more of those who read this.`
  return {
    code: 'verification-changed',
    details: { name: memberName(first), others: changed.length - 1 },
    message: `${memberName(first)} has a device that you have not verified.${others}`,
    remedy: `Compare the safety words anew: triode verify ${first.id}`,
  }
}

export function noMessage(): CallerFault {
  return new CallerFault('not-found', {
    details: { of: 'message' },
    message: 'There is no such message here.',
    remedy: 'It may have been deleted or have expired.',
  })
}

function notInConversation(): CallerFault {
  return new CallerFault('not-found', {
    details: { of: 'mentioned' },
    message: 'Somebody who is mentioned does not read that conversation.',
    remedy: 'Mention its members.',
  })
}
