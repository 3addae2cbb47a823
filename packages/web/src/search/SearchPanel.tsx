import { useDeferredValue, useState } from 'react'
import { SearchX, X } from 'lucide-react'
import type { Message } from '@triode/api'
import { Empty } from '../design/Empty.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Radios } from '../design/Radios.tsx'
import { TextField } from '../design/TextField.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { shownName } from '../list/conversationName.ts'
import { isMine } from '../timeline/actions.ts'
import { showMessage } from '../timeline/jump.ts'
import { useNameOf } from '../verify/memberName.ts'
import { parts, snippet } from './highlight.ts'
import './search.css'

export interface SearchPanelProps {
  /** Where one searches first; undefined: everywhere, and only there. */
  readonly conversation: string | undefined
  readonly name: string | undefined
  readonly onClose: () => void
}

type Scope = 'here' | 'all'
const MAX_RESULTS = 50
/** What the API takes. */
const MAX_CHARS = 1_024

/** Finds words in messages, in this conversation or all; a result leads to its message. Nothing that is searched for leaves the device. */
export function SearchPanel({ conversation, name, onClose }: SearchPanelProps) {
  const { t } = useTexts()
  const [text, setText] = useState('')
  const [scope, setScope] = useState<Scope>(conversation === undefined ? 'all' : 'here')
  const wanted = useDeferredValue(text.trim().slice(0, MAX_CHARS))
  const where = scope === 'here' ? conversation : undefined
  const { data, error } = useRoute(
    'search',
    { text: wanted, limit: MAX_RESULTS, ...(where !== undefined && { where }) },
    { enabled: wanted !== '' },
  )
  const found = wanted === '' ? undefined : data
  return (
    <>
      <div className="pane-head">
        <h2>{t('search.title')}</h2>
        <IconButton icon={X} label={t('action.close')} onPress={onClose} />
      </div>
      <div className="pane-inside">
        <search className="stack">
          <TextField
            label={t('search.field')}
            type="search"
            value={text}
            onChange={setText}
            autoFocus
            autoComplete="off"
          />
          {conversation !== undefined && (
            <Radios<Scope>
              label={t('search.scope')}
              value={scope}
              onChange={setScope}
              choices={[
                { id: 'here', label: t('search.here', { name: name ?? '' }) },
                { id: 'all', label: t('search.all') },
              ]}
            />
          )}
        </search>
        <FaultNote fault={error} act="look" />
        <p className="quiet small" role="status">
          {found !== undefined &&
            t(found.more ? 'search.more' : 'search.count', { count: found.messages.length })}
        </p>
        {found?.messages.length === 0 && (
          <Empty icon={SearchX} title={t('search.none')} text={t('search.none.text')} />
        )}
        <ul className="results">
          {found?.messages.map((message) => (
            <li key={message.id}>
              <Result message={message} words={wanted} withPlace={scope === 'all'} />
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

interface ResultProps {
  readonly message: Message
  readonly words: string
  readonly withPlace: boolean
}

function Result({ message, words, withPlace }: ResultProps) {
  const { t, formatShort } = useTexts()
  const { data } = useRoute('conversations', {})
  const place = data?.conversations.find(({ conversation }) => conversation === message.conversation)
  const nameOf = useNameOf(message.circle)
  const placeName = place && shownName(t, place, nameOf)
  const who = isMine(message) ? t('message.me') : nameOf(message.from, message.fromName)
  return (
    <button type="button" className="result" onClick={() => showMessage(message.conversation, message.id)}>
      <span className="result-head">
        <strong dir="auto">{who}</strong>
        {withPlace && <bdi className="quiet">{placeName}</bdi>}
        <time className="quiet">{formatShort(message.at)}</time>
      </span>
      <span className="result-text" dir="auto">
        {parts(snippet(message.text, words), words).map(({ text, isFound }, index) =>
          isFound ? <mark key={index}>{text}</mark> : text,
        )}
      </span>
    </button>
  )
}
