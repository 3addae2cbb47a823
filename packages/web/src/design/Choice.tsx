import { Check, ChevronDown } from 'lucide-react'
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
} from 'react-aria-components'
import './choice.css'

export interface ChoiceProps<T extends string> {
  readonly label: string
  readonly hint?: string
  readonly choices: readonly { readonly id: T; readonly label: string }[]
  readonly value: T
  readonly onChange: (value: T) => void
  readonly isDisabled?: boolean
}

/** One of several, out of a list that opens. */
export function Choice<T extends string>({
  label,
  hint,
  choices,
  value,
  onChange,
  isDisabled = false,
}: ChoiceProps<T>) {
  const choose = (key: unknown) => {
    const chosen = choices.find(({ id }) => id === key)
    if (chosen !== undefined) onChange(chosen.id)
  }
  return (
    <Select className="field" value={value} onChange={choose} isDisabled={isDisabled}>
      <Label className="field-label">{label}</Label>
      <Button className="choice">
        <SelectValue className="choice-value" />
        <ChevronDown size={18} aria-hidden />
      </Button>
      {hint !== undefined && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <Popover className="popover">
        <ListBox className="menu" items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className="menu-item">
              {({ isSelected }) => (
                <>
                  <span className="choice-check">{isSelected && <Check size={16} aria-hidden />}</span>
                  {choice.label}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
