import { use } from 'react'
import type { Message } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { useActions } from './actions.ts'
import { emojiName } from './emoji.ts'
import { usePeople } from './people.ts'
import { TabStopContext } from './tabStop.ts'

/** Who reacted with what; a press adds one's own or takes it back. */
export function Reactions({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  if (message.reactions.length === 0) return null
  return (
    <ul className="reactions" aria-label={t('reactions.label')}>
      {message.reactions.map(({ emoji, members }) => (
        <li key={emoji}>
          <Reaction message={message} emoji={emoji} members={members} />
        </li>
      ))}
    </ul>
  )
}

interface ReactionProps {
  readonly message: Message
  readonly emoji: string
  readonly members: readonly string[]
}

/** More names than this are counted. */
const MAX_NAMES = 8

function Reaction({ message, emoji, members }: ReactionProps) {
  const { t, formatList, formatNumber } = useTexts()
  const { me, nameOf } = usePeople()
  const { react } = useActions()
  const tabIndex = use(TabStopContext) ? 0 : -1
  const isMine = me !== undefined && members.includes(me)
  const names = members.map((member) => (member === me ? t('message.me') : nameOf(member)))
  const shown =
    names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), `+${names.length - MAX_NAMES}`] : names
  const key = emojiName(emoji)
  const label = t('reactions.who', { emoji: key === undefined ? emoji : t(key), names: formatList(shown) })
  return (
    <button
      type="button"
      className="reaction"
      tabIndex={tabIndex}
      aria-pressed={isMine}
      title={label}
      onClick={() => react(message, emoji, isMine)}
    >
      <span aria-hidden>{emoji}</span>
      <span aria-hidden>{formatNumber(members.length)}</span>
      <span className="visually-hidden">{label}</span>
    </button>
  )
}
