import type { LucideIcon } from 'lucide-react'
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { IconButton } from './IconButton.tsx'

export interface MenuChoice {
  readonly id: string
  readonly label: string
  readonly icon?: LucideIcon
  readonly isDanger?: boolean
  readonly isDisabled?: boolean
  readonly onAction: () => void
}

export interface MenuButtonProps {
  readonly icon: LucideIcon
  readonly label: string
  readonly choices: readonly MenuChoice[]
}

/** A button that opens a list of things to do. */
export function MenuButton({ icon, label, choices }: MenuButtonProps) {
  return (
    <MenuTrigger>
      <IconButton icon={icon} label={label} />
      <Popover className="popover">
        <Menu className="menu" aria-label={label} items={choices}>
          {({ id, label: text, icon: Icon, isDanger = false, isDisabled = false, onAction }) => (
            <MenuItem
              id={id}
              textValue={text}
              className={`menu-item ${isDanger ? 'danger' : ''}`}
              isDisabled={isDisabled}
              onAction={onAction}
            >
              {Icon && <Icon size={18} aria-hidden />}
              {text}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
