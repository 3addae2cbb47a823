/** What is being done with messages of a conversation: answered, edited, deleted, forwarded, selected, looked at. */
import { useCallback, useMemo, useState } from 'react'
import type { Message } from '@triode/api'
import { useClient } from '../device/context.ts'
import type { MessageActions } from './actions.ts'
import type { Anchored } from './MessageMenu.tsx'
import type { TimelineStore } from './store.ts'

export interface Acting {
  readonly reply?: Message | undefined
  readonly editing?: Message | undefined
  readonly removing?: readonly Message[] | undefined
  readonly forwarding?: readonly Message[] | undefined
  readonly details?: Message | undefined
  readonly menu?: Anchored | undefined
  readonly emoji?: Anchored | undefined
  readonly media?: { readonly message: Message; readonly file: string } | undefined
  readonly selection?: ReadonlySet<string> | undefined
  /** What an act that has no dialog failed with. */
  readonly fault?: unknown
  /** How many messages were copied just now. */
  readonly copied?: number | undefined
}

export type Dismiss = (what: keyof Acting) => void

export function useActing(store: TimelineStore) {
  const client = useClient()
  const [acting, setActing] = useState<Acting>({})
  const dismiss: Dismiss = useCallback((what) => setActing((now) => ({ ...now, [what]: undefined })), [])
  const actions = useMemo((): MessageActions => {
    const become = (change: Acting) => setActing((now) => ({ ...now, ...change }))
    const failed = (fault: unknown) => become({ fault })
    return {
      reply: (reply) => become({ reply, editing: undefined }),
      edit: (editing) => become({ editing, reply: undefined }),
      remove: (removing) => become({ removing }),
      forward: (forwarding) => become({ forwarding }),
      showDetails: (details) => become({ details }),
      openMenu: (message, anchor) => become({ menu: { message, anchor } }),
      openEmoji: (message, anchor) => become({ menu: undefined, emoji: { message, anchor } }),
      openMedia: (message, file) => become({ media: { message, file } }),
      copy: (messages) => {
        void navigator.clipboard
          .writeText(messages.map(({ text }) => text).join('\n\n'))
          .then(() => become({ copied: messages.length }), failed)
      },
      react: (message, emoji, remove) => void client.react({ id: message.id, emoji, remove }).catch(failed),
      select: (id) => setActing((now) => ({ ...now, selection: toggled(now.selection, id) })),
      setFolded: (id, folded) => store.setFolded(id, folded),
      find: (id) => store.snapshot().messages.find((message) => message.id === id),
      jumpTo: (id) => void store.jumpTo(id),
    }
  }, [client, store])
  /** Unless something else was begun since. */
  const replyAgain = useCallback(
    (reply: Message) =>
      setActing((now) => (now.reply === undefined && now.editing === undefined ? { ...now, reply } : now)),
    [],
  )
  /** The same. */
  const editAgain = useCallback(
    (editing: Message) =>
      setActing((now) => (now.editing === undefined ? { ...now, editing, reply: undefined } : now)),
    [],
  )
  return { actions, acting, dismiss, replyAgain, editAgain }
}

function toggled(selection: ReadonlySet<string> = new Set(), id: string): ReadonlySet<string> {
  const next = new Set(selection)
  if (!next.delete(id)) next.add(id)
  return next
}
