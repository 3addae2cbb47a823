import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Conversation, Message } from '@triode/api'
import { go, PATHS, type Route } from '../app/route.ts'
import { useClient, useDeviceEvents } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { shownName } from '../list/conversationName.ts'
import { mayCall } from '../list/preferences.ts'
import { useKnownNames } from '../verify/memberName.ts'
import { isChosen } from './choices.ts'
import { gather, type Pending, type Told } from './pending.ts'
import { hide, showUnlessOver } from './shown.ts'

/** A screen reader needs time for a sentence; a screen full of notifications helps nobody. */
const TOLD_EVERY_MS = 5_000

export interface NotifierProps {
  readonly conversations: readonly Conversation[]
  readonly shown: Route
}

/** Tells of new messages elsewhere: to screen readers, and by the system where that was asked for. */
export function Notifier({ conversations, shown }: NotifierProps) {
  const { t } = useTexts()
  const [said, setSaid] = useState('')
  const mayShow = useMayShow()
  const namesOf = useKnownNames()
  /** Content is left out unless reader and circle would have it: the system shows and may keep what it is given. */
  const notify = async ({ conversation, circle, text }: Message, who: string) => {
    if (!isChosen('desktop') || !('Notification' in window) || Notification.permission !== 'granted') return
    const showIt = showUnlessOver()
    const isOpen = isChosen('content') && (await mayShow(circle))
    const what = isOpen ? { title: who, body: text } : { title: t('notify.hidden') }
    showIt({ ...what, conversation }, () => {
      window.focus()
      go(PATHS.conversation(conversation))
    })
  }
  const tell = useEffectEvent((told: Told) => {
    const where = conversations.find(({ conversation }) => conversation === told.latest.conversation)
    if (where === undefined) return
    const nameOf = namesOf(where.circle)
    const name = nameOf(told.latest.from, told.latest.fromName)
    const whereName = shownName(t, where, nameOf)
    setSaid(t('announce.new', { count: told.count, name, where: whereName }))
    if (!document.hasFocus()) void notify(told.latest, `${name} · ${whereName}`)
  })
  const pending = useRef<Pending>(undefined)
  useEffect(() => {
    const made = gather(TOLD_EVERY_MS, (told) => tell(told))
    pending.current = made
    // A window that is closed takes along what it told.
    const leave = () => hide()
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      made.stop()
      // The device is locked, or the session over.
      hide()
    }
  }, [])
  useDeviceEvents((event) => {
    if (event.type === 'lock') hide()
    if (event.type === 'conversation' && event.conversation.unread === 0)
      hide(event.conversation.conversation)
    if (event.type !== 'message' || event.message.state !== 'received') return
    const { conversation } = event.message
    // What one is looking at the conversation itself tells.
    const isInSight = shown.screen === 'conversation' && shown.id === conversation && document.hasFocus()
    const where = conversations.find((one) => one.conversation === conversation)
    if (!isInSight && where !== undefined && mayCall(where)) pending.current?.note(event.message)
  })
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  )
}

/** Whether the circle leaves it to its members what notifications show; where it can't be asked, it does not. */
function useMayShow(): (circle: string) => Promise<boolean> {
  const client = useClient()
  const queries = useQueryClient()
  return async (circle) => {
    try {
      const { policies } = await queries.query({
        queryKey: ['policies', { circle }],
        queryFn: () => client.policies({ circle }),
      })
      return policies.some(({ key, value }) => key === 'notifications' && value === 'as-chosen')
    } catch {
      return false
    }
  }
}
