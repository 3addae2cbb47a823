import type { ReactNode } from 'react'
import { Button as AriaButton, ProgressBar, type ButtonProps as AriaButtonProps } from 'react-aria-components'
import { useTexts } from '../i18n/context.ts'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** What it looks like, by how much it matters; default `plain`. */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'bare'
  readonly wide?: boolean
  readonly children: ReactNode
}

/** While `isPending` it says so, and can't be pressed again. */
export function Button({ kind = 'plain', wide = false, children, ...rest }: ButtonProps) {
  const { t } = useTexts()
  return (
    <AriaButton {...rest} className={`button ${kind} ${wide ? 'wide' : ''}`}>
      {rest.isPending === true && (
        <ProgressBar isIndeterminate className="spinner" aria-label={t('state.loading')} />
      )}
      {children}
    </AriaButton>
  )
}
