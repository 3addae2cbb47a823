import { useRef, type RefObject } from 'react'
import {
  Copy,
  CornerUpLeft,
  Forward,
  Info,
  ListChecks,
  Pencil,
  SmilePlus,
  Trash2,
  type LucideIcon,
} from 'lucide-react'
import { Menu, MenuItem, Popover } from 'react-aria-components'
import type { Message } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { isForwardable, isMine, useActions, type MessageActions } from './actions.ts'

export interface Anchored {
  readonly message: Message
  readonly anchor: HTMLElement
}

export interface MessageMenuProps {
  /** Undefined: closed. */
  readonly open: Anchored | undefined
  readonly onClose: () => void
}

/** One menu for all messages, at the one it was asked for. */
export function MessageMenu({ open, onClose }: MessageMenuProps) {
  const { t } = useTexts()
  const anchor = useAnchor(open)
  const actions = useActions()
  if (open === undefined) return null
  return (
    <Popover
      className="popover"
      aria-label={t('message.menu')}
      triggerRef={anchor}
      isOpen
      placement="bottom start"
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Menu className="menu" aria-label={t('message.menu')} onClose={onClose} autoFocus="first">
        {entriesOf(open, actions).map(({ id, label, icon: Icon, isDanger = false, act }) => (
          <MenuItem
            key={id}
            id={id}
            className={`menu-item ${isDanger ? 'danger' : ''}`}
            textValue={t(label)}
            onAction={act}
          >
            <Icon size={18} aria-hidden />
            {t(label)}
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  )
}

/** As a ref, which is what popovers hang on. */
export function useAnchor(open: Anchored | undefined): RefObject<HTMLElement | null> {
  const anchor = useRef<HTMLElement | null>(null)
  return open === undefined ? anchor : { current: open.anchor }
}

type Label =
  | 'action.reply'
  | 'action.react'
  | 'action.edit'
  | 'action.copy'
  | 'action.forward'
  | 'action.select'
  | 'action.details'
  | 'delete.all'
  | 'delete.here'

interface Entry {
  readonly id: string
  readonly label: Label
  readonly icon: LucideIcon
  readonly isDanger?: boolean
  readonly act: () => void
}

function entriesOf({ message, anchor }: Anchored, actions: MessageActions): Entry[] {
  const mine = isMine(message)
  const hasText = message.text !== '' && !message.deleted
  const isText = message.kind === 'text' && !message.deleted
  const entries: (Entry | false)[] = [
    isText && { id: 'reply', label: 'action.reply', icon: CornerUpLeft, act: () => actions.reply(message) },
    isText && {
      id: 'react',
      label: 'action.react',
      icon: SmilePlus,
      act: () => actions.openEmoji(message, anchor),
    },
    mine && hasText && { id: 'edit', label: 'action.edit', icon: Pencil, act: () => actions.edit(message) },
    hasText && { id: 'copy', label: 'action.copy', icon: Copy, act: () => actions.copy([message]) },
    isForwardable(message) && {
      id: 'forward',
      label: 'action.forward',
      icon: Forward,
      act: () => actions.forward([message]),
    },
    { id: 'select', label: 'action.select', icon: ListChecks, act: () => actions.select(message.id) },
    { id: 'details', label: 'action.details', icon: Info, act: () => actions.showDetails(message) },
    (mine ? isText : true) && {
      id: 'delete',
      label: mine ? 'delete.all' : 'delete.here',
      icon: Trash2,
      isDanger: true,
      act: () => actions.remove([message]),
    },
  ]
  return entries.filter((entry) => entry !== false)
}
