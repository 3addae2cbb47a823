import { ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { useTexts } from '../i18n/context.ts'
import { useActions } from './actions.ts'
import { EMOJI } from './emoji.ts'
import { useAnchor, type MessageMenuProps } from './MessageMenu.tsx'
import { usePeople } from './people.ts'

const OFFERED = Object.entries(EMOJI).map(([emoji, name]) => ({ id: emoji, name }))

/** A grid of common emoji: arrows move, letters find by name, Enter reacts or takes it back. */
export function EmojiPicker({ open, onClose }: MessageMenuProps) {
  const { t } = useTexts()
  const { me } = usePeople()
  const { react } = useActions()
  const anchor = useAnchor(open)
  if (open === undefined) return null
  const { message } = open
  const mine = message.reactions.filter(({ members }) => me !== undefined && members.includes(me))
  const isMine = (emoji: string) => mine.some((one) => one.emoji === emoji)
  return (
    <Popover
      className="popover emoji-picker"
      aria-label={t('reactions.pick')}
      triggerRef={anchor}
      isOpen
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <ListBox
        aria-label={t('reactions.pick')}
        className="emoji-grid"
        layout="grid"
        items={OFFERED}
        autoFocus="first"
        selectionMode="multiple"
        selectedKeys={mine.map(({ emoji }) => emoji)}
        onSelectionChange={(keys) => {
          const changed = OFFERED.find(({ id }) => (keys === 'all' || keys.has(id)) !== isMine(id))
          if (changed !== undefined) react(message, changed.id, isMine(changed.id))
          onClose()
        }}
      >
        {({ id, name }) => (
          <ListBoxItem className="emoji" textValue={t(name)} aria-label={t(name)}>
            <span aria-hidden>{id}</span>
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  )
}
