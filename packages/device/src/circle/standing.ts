/** What has become of this device in a circle; what it can't do any more, and what it keeps. */
import {
  CallerFault,
  conversationsOf,
  policyOf,
  type CircleConversation,
  type FeedId,
  type MemberId,
} from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'
import { heldConversations } from '../conversation/heldConversations.ts'
import { circleName, memberName } from './names.ts'
import type { StandingView } from '../service.ts'

/** undefined: it is active. */
export function standingView(circle: CircleRuntime): StandingView | undefined {
  const { standing, state } = circle
  if (standing.standing === 'active') return undefined
  const { by, at } = standing
  const name = state.members.get(by)?.nickname
  return {
    state: standing.standing,
    by,
    ...(name !== undefined && { byName: name }),
    at,
    erased: mustErase(circle),
  }
}

/** The circle asks of a device that was removed or revoked that it erases what it has (spec §5.11). */
export function mustErase(circle: CircleRuntime): boolean {
  const { standing } = circle.standing
  if (standing !== 'removed' && standing !== 'revoked') return false
  return policyOf(circle.state.policies, 'removed-history') === 'erase'
}

/** @throws CallerFault 'removed' | 'suspended' | 'revoked' | 'dissolved' | 'left', saying by whom and when */
export function requireActive(circle: CircleRuntime): void {
  const view = standingView(circle)
  if (view !== undefined) throw endedFault(circle, view)
}

/** The last that a Date holds (ECMA-262 §21.4.1.1). */
const MAX_DATE_MS = 8_640_000_000_000_000

function endedFault(circle: CircleRuntime, { state, by, at, erased }: StandingView): CallerFault {
  const name = circleName(circle.state)
  const who = whoOf(circle, by)
  // By the clock of who signed it, and perhaps beyond what a date can say.
  const when = new Date(Math.min(at, MAX_DATE_MS)).toISOString()
  const message = {
    removed: `You were removed from ${name} by ${who} on ${when}.`,
    suspended: `You were suspended in ${name} by ${who} on ${when}.`,
    revoked: `This device was revoked in ${name} by ${who} on ${when}.`,
    dissolved: `The circle ${name} was dissolved by ${who} on ${when}.`,
    left: `You left ${name} on ${when}.`,
  }[state]
  return new CallerFault(state, {
    details: { circle: name, by: who, at: Math.min(at, MAX_DATE_MS), erased: erased ? 'yes' : 'no' },
    message,
    remedy: remedyOf(state, erased),
  })
}

function remedyOf(state: StandingView['state'], erased: boolean): string {
  if (state === 'suspended') return 'Ask them to restore you; until then you can read what is here.'
  if (erased)
    return 'Its messages were erased here, as the circle asks; `triode circle leave` forgets the rest.'
  return 'You can read what is here; `triode circle leave` erases it.'
}

function whoOf(circle: CircleRuntime, by: MemberId): string {
  const member = circle.state.members.get(by)
  if (by === circle.member) return 'yourself'
  return member === undefined ? by : memberName(member)
}

/** Those that a list shows: where this device is out, the ones with something in them. */
export function listedConversations(circle: CircleRuntime): readonly CircleConversation[] {
  if (circle.standing.standing === 'active') return conversationsOf(circle.state, circle.member)
  return heldConversations(circle).filter(
    ({ id, kind }) => kind === 'circle' || circle.participant.timeline(id).lastMessage() !== undefined,
  )
}

/** Where a feed lies, also where this device is out. */
export function conversationOfFeed(circle: CircleRuntime, feed: FeedId): CircleConversation | undefined {
  const id = circle.participant.conversationOfFeed(feed)
  if (id !== undefined) return circle.conversation(id)
  if (circle.standing.standing === 'active') return undefined
  return heldConversations(circle).find((one) => circle.participant.feeds(one.id).get(feed) !== undefined)
}
