import { useEffect, useRef } from 'react'
import type { Conversation } from '@triode/api'
import { chooseCircle } from './chosenCircle.ts'
import { go, PATHS, type Route } from './route.ts'

/** Where app.css shows one pane at a time. */
const ONE_PANE_REM = 47.5

/**
 * Narrows the list to a circle, or to none, and goes on there where one left off: in the conversation that was open last, else
 * the one of everyone. Where only one pane fits the list is what one wants.
 */
export function useSwitchCircle(
  conversations: readonly Conversation[],
  shown: Route,
): (circle: string | undefined) => void {
  const last = useRef(new Map<string, string>())
  const open = shown.screen === 'conversation' ? shown.id : undefined
  const circleOfOpen = conversations.find(({ conversation }) => conversation === open)?.circle
  useEffect(() => {
    if (open !== undefined && circleOfOpen !== undefined) last.current.set(circleOfOpen, open)
  }, [open, circleOfOpen])
  return (circle) => {
    chooseCircle(circle)
    if (hasOnePane()) go(PATHS.home())
    else if (circle !== undefined && circle !== circleOfOpen) {
      const everyone = conversations.find((one) => one.circle === circle && one.kind === 'circle')
      const next = last.current.get(circle) ?? everyone?.conversation
      go(next === undefined ? PATHS.home() : PATHS.conversation(next))
    } else if (open === undefined) go(PATHS.home())
  }
}

function hasOnePane(): boolean {
  const { fontSize } = getComputedStyle(document.documentElement)
  return innerWidth <= ONE_PANE_REM * Number.parseFloat(fontSize)
}
