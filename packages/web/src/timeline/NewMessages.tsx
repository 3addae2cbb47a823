import { useEffect, useRef, useState } from 'react'
import { useDeviceEvents } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { plainText } from '../markdown/blocks.ts'
import { Announcer, whoSaid, type Heard } from './announcer.ts'
import { usePeople } from './people.ts'
import { countsAsUnread } from './rows.ts'
import { after } from './useTimeline.ts'

const MAX_NAMES = 3
/** A sentence or two. */
const MAX_SPOKEN_CHARS = 200

/** Tells screen readers of messages that come into the open conversation. */
export function NewMessages({ id }: { readonly id: string }) {
  const { nameOf } = usePeople()
  const [heard, setHeard] = useState<readonly Heard[]>([])
  const announcer = useRef<Announcer>(undefined)
  useEffect(() => {
    const made = new Announcer({ after, say: setHeard })
    announcer.current = made
    return () => made.close()
  }, [])
  useDeviceEvents((event) => {
    if (event.type !== 'message' || event.message.conversation !== id || !countsAsUnread(event.message))
      return
    const { from, fromName, text } = event.message
    announcer.current?.add({ who: nameOf(from, fromName), text: plainText(text, MAX_SPOKEN_CHARS) })
  })
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-relevant="additions text">
      <Said heard={heard} />
    </div>
  )
}

function Said({ heard }: { readonly heard: readonly Heard[] }) {
  const { t, formatList } = useTexts()
  const [only] = heard
  if (only === undefined) return null
  if (heard.length === 1) return <p>{t('announce.one', { name: only.who, text: only.text })}</p>
  const { names, others } = whoSaid(heard, MAX_NAMES)
  const shown = others > 0 ? [...names, t('announce.others', { count: others })] : names
  return <p>{t('announce.many', { count: heard.length, names: formatList(shown) })}</p>
}
