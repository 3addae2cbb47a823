/** What a person's words for circles, members and conversations mean: an id, or an unambiguous name. */
import {
  CallerFault,
  conversationsOf,
  type CircleConversation,
  type ConversationId,
  type Member as CircleMember,
  type MemberState,
} from '@triode/core'
import type { CircleRuntime } from './circle/circleRuntime.ts'
import type { Resolved } from './service.ts'
import { heldConversations } from './conversation/heldConversations.ts'
import { circleName, conversationName, memberName } from './circle/names.ts'

/** A thing that a reference may mean, and the names it goes by. */
interface Candidate<T> {
  readonly value: T
  readonly ids: readonly string[]
  readonly names: readonly string[]
  /** How a list of candidates shows it. */
  readonly shown: string
}

/** What a reference is looked for among, and where a person finds what there is. */
const REMEDY = {
  circle: '`triode circle list` shows the circles.',
  member: '`triode members CIRCLE` shows the members of a circle.',
  'circle, room or member': '`triode conversations` shows them all.',
} as const
type Kind = keyof typeof REMEDY

/** @throws CallerFault 'not-found' | 'ambiguous' */
function pick<T>(kind: Kind, reference: string, candidates: readonly Candidate<T>[]): T {
  const wanted = reference.trim()
  const found = fitting(wanted, candidates)
  const [first] = found
  if (first === undefined) {
    throw new CallerFault('not-found', {
      details: { of: kind === 'circle, room or member' ? 'conversation' : kind, name: wanted.slice(0, 80) },
      message: `There is no ${kind} called "${wanted.slice(0, 80)}".`,
      remedy: REMEDY[kind],
    })
  }
  if (found.length > 1) {
    throw new CallerFault('ambiguous', {
      details: { name: wanted.slice(0, 80), found: listed(found) },
      message: `"${wanted.slice(0, 80)}" fits several: ${listed(found)}.`,
      remedy: kind === 'circle' ? 'Use the id.' : 'Use the id, or CIRCLE/NAME.',
    })
  }
  return first.value
}

/** Those with the id, else those with the exact name, else those with the name in any case. */
function fitting<T>(wanted: string, candidates: readonly Candidate<T>[]): readonly Candidate<T>[] {
  const byId = candidates.filter((one) => one.ids.includes(wanted))
  if (byId.length > 0) return byId
  const exact = candidates.filter((one) => one.names.includes(wanted))
  if (exact.length > 0) return exact
  return candidates.filter((one) => one.names.some((name) => fold(name) === fold(wanted)))
}

/** Candidates that a message lists; a circle where a hundred have one name is somebody's joke. */
const MAX_LISTED = 10

function listed(found: readonly Candidate<unknown>[]): string {
  const shown = found.slice(0, MAX_LISTED).map((one) => one.shown)
  if (found.length > shown.length) shown.push(`and ${found.length - shown.length} more`)
  return shown.join(', ')
}

function fold(name: string): string {
  return name.normalize('NFC').toLocaleLowerCase('en')
}

/** @throws CallerFault 'not-found' | 'ambiguous' */
export function resolveCircle(circles: readonly CircleRuntime[], reference: string): CircleRuntime {
  return pick(
    'circle',
    reference,
    circles.map((circle) => ({
      value: circle,
      ids: [circle.id],
      names: [circleName(circle.state)],
      shown: `${circleName(circle.state)} (${circle.id})`,
    })),
  )
}

export interface FoundMember {
  readonly circle: CircleRuntime
  readonly member: CircleMember
}

/** @throws CallerFault 'not-found' | 'ambiguous' */
export function resolveMember(
  circles: readonly CircleRuntime[],
  reference: string,
  states: readonly MemberState[] = ['active'],
): FoundMember {
  return pickWithin('member', reference, circles, (circle) => memberCandidates(circle, states))
}

function memberCandidates(circle: CircleRuntime, states: readonly MemberState[]): Candidate<FoundMember>[] {
  const ended = circle.standing.standing !== 'active'
  return [...circle.state.members.values()]
    .filter((member) => ended || states.includes(member.state))
    .map((member) => ({
      value: { circle, member },
      ids: [member.id, ...member.devices],
      names: member.nickname === undefined ? [] : [member.nickname],
      shown: `${memberName(member)} in ${circleName(circle.state)} (${member.id})`,
    }))
}

export interface FoundConversation {
  readonly circle: CircleRuntime
  readonly conversation: CircleConversation
}

/** @throws CallerFault 'not-found' | 'ambiguous' */
export function resolveConversation(circles: readonly CircleRuntime[], reference: string): FoundConversation {
  return pickWithin('circle, room or member', reference, circles, conversationCandidates)
}

function conversationCandidates(circle: CircleRuntime): Candidate<FoundConversation>[] {
  const { state } = circle
  const ended = circle.standing.standing !== 'active'
  const conversations = ended ? heldConversations(circle) : conversationsOf(state, circle.member)
  return conversations.map((conversation) => {
    const name = conversationName(circle, conversation)
    const peer = conversation.peer === undefined ? undefined : state.members.get(conversation.peer)
    const ids: string[] = [conversation.id]
    const names = [name]
    if (conversation.kind === 'circle') ids.push(circle.id)
    if (peer !== undefined) ids.push(peer.id, ...peer.devices)
    if (conversation.kind === 'self') {
      const me = state.members.get(circle.member)
      ids.push(circle.member)
      names.push('self', ...(me?.nickname === undefined ? [] : [me.nickname]))
    }
    return {
      value: { circle, conversation },
      ids,
      names,
      shown: `${name} in ${circleName(state)} (${conversation.id})`,
    }
  })
}

/** As a whole, for names may have a slash; else `CIRCLE/NAME` narrows to a circle, if CIRCLE is one. */
function pickWithin<T>(
  kind: Kind,
  reference: string,
  circles: readonly CircleRuntime[],
  candidatesOf: (circle: CircleRuntime) => Candidate<T>[],
): T {
  const all = circles.flatMap(candidatesOf)
  const slash = reference.indexOf('/')
  if (slash <= 0 || fitting(reference.trim(), all).length > 0) return pick(kind, reference, all)
  const name = reference.slice(0, slash).trim()
  const within = circles.filter(
    (circle) => circle.id === name || fold(circleName(circle.state)) === fold(name),
  )
  if (within.length === 0) return pick(kind, reference, all)
  return pick(kind, reference.slice(slash + 1), within.flatMap(candidatesOf))
}

export function resolved({ circle, conversation }: FoundConversation): Resolved {
  return {
    conversation: conversation.id,
    circle: circle.id,
    kind: conversation.kind,
    name: conversationName(circle, conversation),
    ...(conversation.kind === 'direct' && conversation.peer !== undefined && { member: conversation.peer }),
  }
}

/** The circle that a conversation id belongs to. @throws CallerFault 'not-found' */
export function circleOfConversation(
  circles: readonly CircleRuntime[],
  id: ConversationId,
): FoundConversation {
  return resolveConversation(circles, id)
}
