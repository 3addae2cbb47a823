import { Label, RadioButton, RadioField, RadioGroup, Text } from 'react-aria-components'
import './radios.css'

export interface RadiosProps<T extends string> {
  readonly label: string
  readonly hint?: string
  /** `lang` where a label is in another language than the page. */
  readonly choices: readonly { readonly id: T; readonly label: string; readonly lang?: string }[]
  readonly value: T
  readonly onChange: (value: T) => void
  readonly isDisabled?: boolean
}

/** One of a few, each of them in sight. */
export function Radios<T extends string>({
  label,
  hint,
  choices,
  value,
  onChange,
  isDisabled = false,
}: RadiosProps<T>) {
  const choose = (id: string) => {
    const chosen = choices.find((choice) => choice.id === id)
    if (chosen !== undefined) onChange(chosen.id)
  }
  return (
    <RadioGroup className="field" value={value} onChange={choose} isDisabled={isDisabled}>
      <Label className="field-label">{label}</Label>
      <div className="radios">
        {choices.map(({ id, label: text, lang }) => (
          <RadioField key={id} value={id}>
            <RadioButton className="radio">
              <span className="radio-dot" aria-hidden />
              <span {...(lang !== undefined && { lang })}>{text}</span>
            </RadioButton>
          </RadioField>
        ))}
      </div>
      {hint !== undefined && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
    </RadioGroup>
  )
}
