import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Circle, Conversation } from '@triode/api'
import { useRoute } from '../device/queries.ts'
import { useTexts, type Texts } from '../i18n/context.ts'
import { shownName } from '../list/conversationName.ts'
import { unreadOfAll } from '../list/order.ts'
import { useChoice } from '../notify/choices.ts'
import { useKnownNames } from '../verify/memberName.ts'
import { CIRCLE_PARTS, SETTINGS_PARTS, type Route } from './route.ts'
import { useTitle } from './title.ts'

export interface WhereaboutsProps {
  readonly circles: readonly Circle[]
  readonly conversations: readonly Conversation[]
  readonly shown: Route
}

/**
 * Tells which screen is open: in the title of the window, and to whoever has the page read out when it changes; and sees to it
 * that the keyboard is in the page still when what had the focus went with the screen before.
 */
export function Whereabouts({ circles, conversations, shown }: WhereaboutsProps) {
  const { t } = useTexts()
  const namesOf = useKnownNames()
  const conversation =
    shown.screen === 'conversation' ? conversations.find((one) => one.conversation === shown.id) : undefined
  const circle = shown.screen === 'circle' ? circles.find((one) => one.circle === shown.id) : undefined
  const name = conversation ? shownName(t, conversation, namesOf(conversation.circle)) : circle?.name
  const mayName = useMayName(conversation?.circle ?? circle?.circle)
  const isCounted = useChoice('count')
  useTitle(screenName(t, shown, mayName ? name : undefined), isCounted ? unreadOfAll(conversations) : 0)
  const said = useArrival(placeOf(shown), screenName(t, shown, name))
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  )
}

/** @param name of the conversation or the circle, if it may be told */
function screenName(t: Texts['t'], shown: Route, name: string | undefined): string {
  if (shown.screen === 'conversation') return name ?? t('title.conversation')
  if (shown.screen === 'settings') {
    const part = SETTINGS_PARTS.find((one) => one === shown.part) ?? 'device'
    return t('circle.part', { circle: t('settings.title'), part: t(`settings.${part}`) })
  }
  if (shown.screen === 'circle') {
    const part = CIRCLE_PARTS.find((one) => one === shown.part) ?? 'overview'
    return t('circle.part', { circle: name ?? t('title.circle'), part: t(`circle.${part}`) })
  }
  return shown.screen === 'start' ? t('begin.title') : t('nav.conversations')
}

/** Whether the title may name a conversation of this circle: where its reader chose so, and the circle leaves that to them. */
function useMayName(circle: string | undefined): boolean {
  const isChosen = useChoice('names')
  const { data } = useRoute(
    'policies',
    { circle: circle ?? '' },
    { enabled: isChosen && circle !== undefined },
  )
  const isLeftToThem =
    data?.policies.some(({ key, value }) => key === 'notifications' && value === 'as-chosen') === true
  return isChosen && isLeftToThem
}

function placeOf(route: Route): string {
  return Object.values(route).join('/')
}

/** @returns what is to be read out: nothing of the screen that the page began with, and of tabs, which say it themselves */
function useArrival(place: string, screen: string): string {
  const [said, setSaid] = useState('')
  const before = useRef(place)
  const arrive = useEffectEvent(() => {
    if (document.activeElement?.getAttribute('role') !== 'tab') setSaid(screen)
    // Menus give the focus back to where they were opened, before this.
    if (document.activeElement === document.body) document.getElementById('main')?.focus()
  })
  useEffect(() => {
    if (before.current === place) return
    before.current = place
    const timer = setTimeout(arrive, ARRIVAL_MS)
    return () => clearTimeout(timer)
  }, [place])
  return said
}

/** What comes with a screen and takes the focus itself has it by then. */
const ARRIVAL_MS = 100
