import type { LucideIcon } from 'lucide-react'
import { Button, Tooltip, TooltipTrigger, type ButtonProps } from 'react-aria-components'

export interface IconButtonProps extends Omit<
  ButtonProps,
  'className' | 'style' | 'children' | 'aria-label'
> {
  readonly icon: LucideIcon
  /** Read out, and shown to whoever points at it. */
  readonly label: string
  /** Keys that do the same, as they are shown: `Ctrl+K`. */
  readonly keys?: string
}

export function IconButton({ icon: Icon, label, keys, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <Button {...rest} aria-label={label} className="icon-button">
        <Icon size={20} aria-hidden />
      </Button>
      <Tooltip className="tooltip" offset={6}>
        {keys === undefined ? label : `${label} (${keys})`}
      </Tooltip>
    </TooltipTrigger>
  )
}
