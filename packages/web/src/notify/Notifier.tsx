import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Conversation, Message } from '@triode/api'
import { go, PATHS, type Route } from '../app/route.ts'
import { useDeviceEvents } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { conversationName } from '../list/conversationName.ts'
import { unreadOfAll } from '../list/order.ts'
import { mayCall } from '../list/preferences.ts'
import { isChosen, useChoice } from './choices.ts'
import { gather, type Pending, type Told } from './pending.ts'

/** A screen reader needs time for a sentence; a screen full of notifications helps nobody. */
const TOLD_EVERY_MS = 5_000

export interface NotifierProps {
  readonly conversations: readonly Conversation[]
  readonly shown: Route
}

/** Tells of new messages elsewhere: in the title, to screen readers, and by the system where that was asked for. */
export function Notifier({ conversations, shown }: NotifierProps) {
  const { t } = useTexts()
  const [said, setSaid] = useState('')
  useTitle(conversations)
  const tell = useEffectEvent((told: Told) => {
    const where = conversations.find(({ conversation }) => conversation === told.latest.conversation)
    if (where === undefined) return
    const name = told.latest.fromName ?? t('message.unnamed', { id: told.latest.from.slice(0, 6) })
    setSaid(t('announce.new', { count: told.count, name, where: conversationName(t, where) }))
    if (!document.hasFocus())
      notify(told.latest, `${name} · ${conversationName(t, where)}`, t('notify.hidden'))
  })
  const pending = useRef<Pending>(undefined)
  useEffect(() => {
    const made = gather(TOLD_EVERY_MS, (told) => tell(told))
    pending.current = made
    return () => made.stop()
  }, [])
  useDeviceEvents((event) => {
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

function useTitle(conversations: readonly Conversation[]): void {
  const { t } = useTexts()
  const isCounted = useChoice('count')
  const count = unreadOfAll(conversations)
  useEffect(() => {
    document.title = isCounted && count > 0 ? t('notify.title', { count }) : t('app.name')
    return () => {
      document.title = t('app.name')
    }
  }, [count, isCounted, t])
}

/** Content is left out unless the reader asked for it: the system shows and may keep what it is given. */
function notify(message: Message, who: string, hidden: string): void {
  if (!isChosen('desktop') || !('Notification' in window) || Notification.permission !== 'granted') return
  const isOpen = isChosen('content')
  const notification = new Notification(isOpen ? who : hidden, {
    ...(isOpen && { body: message.text }),
    icon: '/icon.svg',
    // A later one takes the place of an earlier one.
    tag: 'triode-message',
  })
  notification.addEventListener('click', () => {
    window.focus()
    go(PATHS.conversation(message.conversation))
    notification.close()
  })
}
