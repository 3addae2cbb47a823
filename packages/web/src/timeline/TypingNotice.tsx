import { useEffect, useState } from 'react'
import { useDeviceEvents } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { usePeople } from './people.ts'

/** Who writes at this moment. Not read out: it would talk over everything. */
export function TypingNotice({ id }: { readonly id: string }) {
  const { t } = useTexts()
  const { me, nameOf } = usePeople()
  const writers = useWriters(id)
  const names = writers.filter((member) => member !== me).map((member) => nameOf(member))
  const [first = '', second = ''] = names
  return (
    <p className="typing" aria-hidden={names.length === 0}>
      {names.length === 1 && t('typing.one', { name: first })}
      {names.length === 2 && t('typing.two', { first, second })}
      {names.length > 2 && t('typing.many', { count: names.length })}
    </p>
  )
}

/** Timers may call a little early. */
const LATE_MS = 20

/** Members by when they were heard of first; each until the time that its notice names, or until what they wrote comes. */
function useWriters(id: string): readonly string[] {
  const [until, setUntil] = useState<ReadonlyMap<string, number>>(new Map())
  useDeviceEvents((event) => {
    if (event.type === 'typing' && event.conversation === id)
      setUntil((known) => new Map(known).set(event.member, event.until))
    if (event.type === 'message' && event.message.conversation === id)
      setUntil((known) => filtered(known, (member) => member !== event.message.from))
  })
  useEffect(() => {
    if (until.size === 0) return
    const waitMs = Math.max(0, Math.min(...until.values()) - Date.now())
    const timer = setTimeout(
      () => setUntil((known) => filtered(known, (_, end) => end > Date.now())),
      waitMs + LATE_MS,
    )
    return () => {
      clearTimeout(timer)
    }
  }, [until])
  return [...until.keys()]
}

type Kept = (member: string, until: number) => boolean

function filtered(known: ReadonlyMap<string, number>, isKept: Kept): ReadonlyMap<string, number> {
  const kept = [...known].filter(([member, until]) => isKept(member, until))
  return kept.length === known.size ? known : new Map(kept)
}
