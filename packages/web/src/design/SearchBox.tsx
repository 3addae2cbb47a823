import type { Ref } from 'react'
import { Search, X } from 'lucide-react'
import { Button, Input, SearchField } from 'react-aria-components'
import { useTexts } from '../i18n/context.ts'

export interface SearchBoxProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly autoFocus?: boolean
  readonly inputRef?: Ref<HTMLInputElement>
}

/** Where one looks for something; Escape empties it. */
export function SearchBox({ label, value, onChange, autoFocus = false, inputRef }: SearchBoxProps) {
  const { t } = useTexts()
  return (
    <SearchField
      className="search-box"
      aria-label={label}
      value={value}
      onChange={onChange}
      // Only where opening it means that one wants to type.
      autoFocus={autoFocus}
    >
      <Search size={18} aria-hidden />
      <Input className="search-input" placeholder={label} {...(inputRef && { ref: inputRef })} />
      <Button className="search-clear" aria-label={t('action.clear')}>
        <X size={16} aria-hidden />
      </Button>
    </SearchField>
  )
}
