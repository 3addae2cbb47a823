import type { ReactNode } from 'react'
import {
  FieldError,
  Input,
  Label,
  Text,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components'

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong; shown and read out while there is something. */
  readonly error?: string | undefined
  readonly placeholder?: string
  /** Stands in the field at its end. */
  readonly children?: ReactNode
}

export function TextField({ label, hint, error, placeholder, children, ...rest }: TextFieldProps) {
  return (
    <AriaTextField
      {...rest}
      isInvalid={error !== undefined}
      // The browser would hold back the form for an error that was found when it was last sent, corrected or not.
      validationBehavior={error === undefined ? 'native' : 'aria'}
      className="field"
    >
      <Label className="field-label">{label}</Label>
      <div className="field-with-button">
        <Input className="field-input" {...(placeholder !== undefined && { placeholder })} />
        {children}
      </div>
      {hint !== undefined && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  )
}
