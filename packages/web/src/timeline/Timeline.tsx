import { useEffect, useRef } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Message } from '@triode/api'
import { useAct, useRoute } from '../device/queries.ts'
import { useDeviceEvents } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'

/** What was said, old to new. */
export function Timeline({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTexts()
  const queries = useQueryClient()
  const { data } = useRoute('messages', { where: id })
  const read = useAct('read')
  const end = useRef<HTMLDivElement>(null)
  const newest = data?.messages.at(-1)?.id
  useDeviceEvents((event) => {
    const about =
      event.type === 'message' || event.type === 'message-changed'
        ? event.message.conversation
        : event.type === 'delivery'
          ? event.conversation
          : undefined
    if (about === id) void queries.invalidateQueries({ queryKey: ['messages', { where: id }] })
  })
  const { mutate: markRead } = read
  useEffect(() => {
    end.current?.scrollIntoView()
    if (newest !== undefined) markRead({ where: id })
  }, [newest, id, markRead])
  return (
    <div className="timeline" role="log" aria-label={t('timeline.label', { name })} tabIndex={0}>
      {data?.messages.map((message) => (
        <Bubble key={message.id} message={message} />
      ))}
      <div ref={end} />
    </div>
  )
}

function Bubble({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  const isMine = message.state !== 'received'
  const who = isMine
    ? t('message.me')
    : (message.fromName ?? t('message.unnamed', { id: message.from.slice(0, 6) }))
  return (
    <article className="bubble" data-mine={isMine}>
      <p className="bubble-who">{who}</p>
      <p>{message.deleted ? t('message.deleted') : message.text}</p>
      <p className="bubble-foot">{t(`state.${message.state}`)}</p>
    </article>
  )
}
