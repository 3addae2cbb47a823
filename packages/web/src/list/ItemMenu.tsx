import { Ellipsis } from 'lucide-react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { Conversation } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { useConversationName } from './conversationName.ts'
import { useConversationActions } from './useConversationActions.ts'

export interface ItemMenuProps {
  readonly conversation: Conversation
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

/** What one can do with a conversation. Not a tab stop: an arrow leads to it from the row, the menu key opens it. */
export function ItemMenu({ conversation, isOpen, onOpenChange }: ItemMenuProps) {
  const { t } = useTexts()
  const label = t('list.actions', { name: useConversationName(conversation) })
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      <Button className="icon-button list-more" aria-label={label} excludeFromTabOrder>
        <Ellipsis size={18} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom end">
        {isOpen && <Choices conversation={conversation} label={label} />}
      </Popover>
    </MenuTrigger>
  )
}

function Choices({ conversation, label }: { readonly conversation: Conversation; readonly label: string }) {
  const actionsOf = useConversationActions()
  return (
    <Menu className="menu" aria-label={label} items={actionsOf(conversation)}>
      {({ id, label: text, icon: Icon, onAction }) => (
        <MenuItem id={id} textValue={text} className="menu-item" onAction={onAction}>
          <Icon size={18} aria-hidden />
          {text}
        </MenuItem>
      )}
    </Menu>
  )
}
