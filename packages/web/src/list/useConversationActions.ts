import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  Mail,
  MailOpen,
  Pin,
  PinOff,
  type LucideIcon,
} from 'lucide-react'
import type { Conversation } from '@triode/api'
import { useAct } from '../device/queries.ts'
import { useTexts, type Texts } from '../i18n/context.ts'
import { isMuted } from './preferences.ts'

export interface ConversationAction {
  readonly id: string
  readonly label: string
  readonly icon: LucideIcon
  readonly onAction: () => void
}

const HOUR_MS = 3_600_000
const MUTED_FOR_MS = [HOUR_MS, 8 * HOUR_MS, 7 * 24 * HOUR_MS]

type Preference = Parameters<ReturnType<typeof useAct<'setPreferences'>>['mutate']>[0]

/** What one can do with a conversation in the list. The device tells of the change, and the list follows that. */
export function useConversationActions(): (conversation: Conversation) => readonly ConversationAction[] {
  const { t, formatDuration } = useTexts()
  const { mutate: set } = useAct('setPreferences', { remark: 'list' })
  const { mutate: read } = useAct('read', { remark: 'list' })
  return (conversation) => {
    const { conversation: where, pinned, archived, unread, markedUnread, lastMessage } = conversation
    const change = (part: Omit<Preference, 'where'>) => () => set({ where, ...part })
    const isUnread = unread > 0 || markedUnread
    const markRead = () => {
      if (unread > 0) read({ where })
      if (markedUnread) set({ where, markedUnread: false })
    }
    return [
      {
        id: 'pin',
        label: t(pinned ? 'list.unpin' : 'list.pin'),
        icon: pinned ? PinOff : Pin,
        onAction: change({ pinned: !pinned }),
      },
      ...(isUnread
        ? [{ id: 'read', label: t('list.read'), icon: MailOpen, onAction: markRead }]
        : lastMessage === undefined
          ? []
          : [{ id: 'mark', label: t('list.mark'), icon: Mail, onAction: change({ markedUnread: true }) }]),
      ...muteActions(t, formatDuration, isMuted(conversation), change),
      {
        id: 'archive',
        label: t(archived ? 'list.unarchive' : 'list.archive'),
        icon: archived ? ArchiveRestore : Archive,
        onAction: change({ archived: !archived }),
      },
    ]
  }
}

function muteActions(
  t: Texts['t'],
  formatDuration: Texts['formatDuration'],
  isMutedNow: boolean,
  change: (part: Omit<Preference, 'where'>) => () => void,
): readonly ConversationAction[] {
  if (isMutedNow)
    return [{ id: 'unmute', label: t('list.unmute'), icon: Bell, onAction: change({ mutedUntil: null }) }]
  return [
    ...MUTED_FOR_MS.map((ms) => ({
      id: `mute.${ms}`,
      label: t('list.mute.for', { duration: formatDuration(ms) }),
      icon: BellOff,
      onAction: () => change({ mutedUntil: Date.now() + ms })(),
    })),
    { id: 'mute', label: t('list.mute'), icon: BellOff, onAction: change({ mutedUntil: 'always' }) },
  ]
}
