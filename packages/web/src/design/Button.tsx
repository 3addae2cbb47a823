import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  /** What it looks like, by how much it matters; default `plain`. */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'bare'
  readonly wide?: boolean
}

export function Button({ kind = 'plain', wide = false, ...rest }: ButtonProps) {
  return <AriaButton {...rest} className={`button ${kind} ${wide ? 'wide' : ''}`} />
}
