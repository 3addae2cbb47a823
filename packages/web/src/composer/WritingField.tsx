import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import { Avatar } from '../design/Avatar.tsx'
import { useTexts } from '../i18n/context.ts'
import { completed, mentionAt, offered, type Mentionable } from './mention.ts'

export interface WritingFieldProps {
  readonly label: string
  readonly value: string
  /** Who can be mentioned. */
  readonly people: readonly Mentionable[]
  /** Takes the focus whenever this becomes another one. */
  readonly focusWhen: unknown
  readonly onChange: (value: string) => void
  readonly onSubmit: () => void
  /** ArrowUp while there is nothing in it. */
  readonly onEmptyUp: () => void
  readonly onEscape: () => void
  readonly onPasteFiles?: (files: readonly File[]) => void
}

/**
 * The field itself: as tall as its text, Enter sends, Shift+Enter breaks the line, and by touch Enter does; after an `@` a list of names, led by
 * `aria-activedescendant` as in the combobox pattern (ARIA APG), while the focus stays in the text.
 */
export function WritingField(props: WritingFieldProps) {
  const { label, value, people, onChange } = props
  const { t } = useTexts()
  const field = useRef<HTMLTextAreaElement>(null)
  const list = useId()
  const placeholder = t('composer.placeholder')
  const picker = usePicker(value, people, onChange, field)
  useFocusWhen(field, props.focusWhen)
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || picker.takes(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !isByTouch()) {
      event.preventDefault()
      props.onSubmit()
    } else if (event.key === 'ArrowUp' && value === '') {
      event.preventDefault()
      props.onEmptyUp()
    } else if (event.key === 'Escape') props.onEscape()
  }
  return (
    <div className="writing">
      {picker.names.length > 0 && (
        <MentionList id={list} names={picker.names} chosen={picker.chosen} onPick={picker.pick} />
      )}
      <p className="visually-hidden" role="status">
        {picker.names.length > 0 && t('mention.count', { count: picker.names.length })}
      </p>
      <div className="writing-size" data-text={value === '' ? placeholder : value}>
        <textarea
          ref={field}
          className="field-input"
          rows={1}
          dir="auto"
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={picker.names.length > 0 ? list : undefined}
          aria-activedescendant={picker.names.length > 0 ? `${list}-${picker.chosen}` : undefined}
          placeholder={placeholder}
          enterKeyHint={isByTouch() ? 'enter' : 'send'}
          value={value}
          onChange={(event) => {
            onChange(event.target.value)
            picker.look(event.target.value, event.target.selectionStart)
          }}
          onSelect={(event) => picker.look(event.currentTarget.value, event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={picker.close}
          onPaste={(event) => {
            const files = [...event.clipboardData.files]
            if (files.length === 0 || props.onPasteFiles === undefined) return
            event.preventDefault()
            props.onPasteFiles(files)
          }}
        />
      </div>
    </div>
  )
}

/** The keyboard of a phone has no Shift+Enter: its Enter breaks the line, and the button beside the field sends. */
function isByTouch(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}

type Field = RefObject<HTMLTextAreaElement | null>

function useFocusWhen(field: Field, focusWhen: unknown): void {
  const isFirst = useRef(true)
  useEffect(() => {
    if (isFirst.current) isFirst.current = false
    else if (focusWhen !== undefined) {
      // Menus give the focus back to where they were opened, after this.
      const timer = setTimeout(() => {
        field.current?.focus()
        field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
      }, 0)
      return () => {
        clearTimeout(timer)
      }
    }
    return undefined
  }, [field, focusWhen])
}

function usePicker(
  value: string,
  people: readonly Mentionable[],
  onChange: (value: string) => void,
  field: Field,
) {
  const [caret, setCaret] = useState<number>()
  const [chosen, setChosen] = useState(0)
  const nextCaret = useRef<number>(undefined)
  const found = caret === undefined || people.length === 0 ? undefined : mentionAt(value, caret)
  const names = found === undefined ? [] : offered(people, found.typed)
  const close = () => setCaret(undefined)
  useLayoutEffect(() => {
    if (nextCaret.current === undefined) return
    field.current?.setSelectionRange(nextCaret.current, nextCaret.current)
    nextCaret.current = undefined
  })
  const pick = (person: Mentionable | undefined) => {
    if (person === undefined || found === undefined) return
    const done = completed(value, found, person.name)
    nextCaret.current = done.caret
    onChange(done.text)
    close()
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => setChosen((at) => (at + 1) % names.length),
    ArrowUp: () => setChosen((at) => (at + names.length - 1) % names.length),
    Enter: () => pick(names[chosen]),
    Tab: () => pick(names[chosen]),
    Escape: close,
  }
  return {
    names,
    chosen: Math.min(chosen, Math.max(0, names.length - 1)),
    pick,
    close,
    look: (text: string, at: number) => {
      const next = mentionAt(text, at) === undefined ? undefined : at
      if (next === caret) return
      setCaret(next)
      if (next === undefined || caret === undefined) setChosen(0)
    },
    /** Whether the key was for the list. */
    takes: (event: KeyboardEvent): boolean => {
      const act = names.length > 0 && !event.shiftKey ? keys[event.key] : undefined
      if (act === undefined) return false
      event.preventDefault()
      event.stopPropagation()
      act()
      return true
    },
  }
}

interface MentionListProps {
  readonly id: string
  readonly names: readonly Mentionable[]
  readonly chosen: number
  readonly onPick: (person: Mentionable) => void
}

function MentionList({ id, names, chosen, onPick }: MentionListProps) {
  const { t } = useTexts()
  return (
    <ul className="mentions" id={id} role="listbox" aria-label={t('mention.label')}>
      {names.map((person, index) => (
        <li
          key={person.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          className="mention-choice"
          // Before the field loses the focus.
          onMouseDown={(event) => {
            event.preventDefault()
            onPick(person)
          }}
        >
          <Avatar id={person.id} name={person.name} size="small" />
          <span dir="auto">{person.name}</span>
        </li>
      ))}
    </ul>
  )
}
