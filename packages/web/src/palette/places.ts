/** Where one can go by name: conversations, members, circles. */
import type { Circle, Conversation, Member } from '@triode/api'
import { shownName } from '../list/conversationName.ts'
import { saidAt } from '../list/order.ts'
import { go, PATHS } from '../app/route.ts'
import { namesIn } from '../verify/memberName.ts'
import type { Texts } from '../i18n/context.ts'

export interface Entry {
  readonly id: string
  readonly title: string
  /** What kind of thing it is, and where. */
  readonly detail?: string
  readonly words?: string
  readonly keys?: string
  readonly run: () => void
}

/** What is at hand while the palette is closed. */
export interface PalettePlaces {
  readonly circles: readonly Circle[]
  readonly conversations: readonly Conversation[]
}

export interface Known extends PalettePlaces {
  readonly members: readonly Member[]
}

/** Ids of conversations begin so. */
const CONVERSATION = 'conversation:'
/** Before what one can do. */
const MAX_LATEST = 8

/** Before anything is typed: the conversations of late, what one can do, then all other places. */
export function atFirst(places: readonly Entry[], acts: readonly Entry[]): readonly Entry[] {
  const latest = places.filter(({ id }) => id.startsWith(CONVERSATION)).slice(0, MAX_LATEST)
  return [...latest, ...acts, ...places.filter((place) => !latest.includes(place))]
}

/** The conversation of late first. */
export function placesOf(t: Texts['t'], { circles, conversations, members }: Known): readonly Entry[] {
  const circleNames = new Map(circles.map(({ circle, name }) => [circle, name]))
  const circleOf = (id: string) => circleNames.get(id) ?? ''
  const names = new Map(
    circles.map(({ circle }) => [
      circle,
      namesIn(
        members.filter((one) => one.circle === circle),
        t,
      ),
    ]),
  )
  const namesOf = (circle: string) => names.get(circle) ?? namesIn([], t)
  const latestFirst = conversations.toSorted((one, other) => saidAt(other) - saidAt(one))
  return [
    ...latestFirst.map((conversation) => ({
      id: `${CONVERSATION}${conversation.conversation}`,
      title: shownName(t, conversation, namesOf(conversation.circle)),
      detail: `${t('palette.kind.conversation')} · ${circleOf(conversation.circle)}`,
      run: () => go(PATHS.conversation(conversation.conversation)),
    })),
    ...members
      .filter(({ me }) => !me)
      .map(({ member, circle, name }) => ({
        id: `member:${member}`,
        title: namesOf(circle)(member, name),
        detail: t('palette.kind.member', { circle: circleOf(circle) }),
        run: () => go(PATHS.circlePart(circle, 'members')),
      })),
    ...circles.map(({ circle, name }) => ({
      id: `circle:${circle}`,
      title: name,
      detail: t('palette.kind.circle'),
      run: () => go(PATHS.circle(circle)),
    })),
  ]
}
