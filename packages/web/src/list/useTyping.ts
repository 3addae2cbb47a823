import { useEffect, useState } from 'react'
import { useDeviceEvents } from '../device/context.ts'

export interface Typing {
  readonly member: string
  readonly name: string | undefined
  /** Milliseconds since 1970 UTC, after which it is over unless told anew. */
  readonly until: number
}

/** Who is writing, by conversation; the last of them where several are. */
export function useTyping(): ReadonlyMap<string, Typing> {
  const [typing, setTyping] = useState<ReadonlyMap<string, Typing>>(new Map())
  useDeviceEvents((event) => {
    if (event.type === 'typing') {
      const { conversation, member, name, until } = event
      setTyping((known) => new Map(known).set(conversation, { member, name, until }))
    }
    // Who sent is not writing any more.
    if (event.type === 'message') {
      const { conversation, from } = event.message
      setTyping((known) =>
        known.get(conversation)?.member === from ? without(known, [conversation]) : known,
      )
    }
  })
  useEffect(() => {
    const ends = [...typing.values()].map(({ until }) => until)
    if (ends.length === 0) return
    const waitMs = Math.max(0, Math.min(...ends) - Date.now())
    const timer = setTimeout(() => setTyping((known) => without(known, overIn(known))), waitMs)
    return () => clearTimeout(timer)
  }, [typing])
  return typing
}

function overIn(known: ReadonlyMap<string, Typing>): readonly string[] {
  const now = Date.now()
  return [...known].filter(([, { until }]) => until <= now).map(([conversation]) => conversation)
}

function without(known: ReadonlyMap<string, Typing>, gone: readonly string[]): ReadonlyMap<string, Typing> {
  return new Map([...known].filter(([conversation]) => !gone.includes(conversation)))
}
