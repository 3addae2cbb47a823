import { memo, type MouseEvent } from 'react'
import { CornerUpLeft, EllipsisVertical, SmilePlus } from 'lucide-react'
import type { Message } from '@triode/api'
import { Avatar } from '../design/Avatar.tsx'
import { FileCards } from '../files/FileCards.tsx'
import { useTexts } from '../i18n/context.ts'
import { isoTime } from '../i18n/moment.ts'
import { isMine, useActions } from './actions.ts'
import { Foldable } from './Foldable.tsx'
import { MessageFoot } from './MessageFoot.tsx'
import { MessageText } from './MessageText.tsx'
import { usePeople } from './people.ts'
import { Reactions } from './Reactions.tsx'
import { ReplyQuote } from './ReplyQuote.tsx'
import { systemText } from './systemText.ts'
import { TabStopContext } from './tabStop.ts'

export interface MessageItemProps {
  readonly message: Message
  readonly day: number | undefined
  readonly startsGroup: boolean
  readonly isFirstNew: boolean
  /** The one that the Tab key reaches. */
  readonly isActive: boolean
  readonly isLastMine: boolean
  readonly isFlashing: boolean
  readonly isUnfolded: boolean
  /** Undefined while nothing is being selected. */
  readonly isSelected: boolean | undefined
  readonly place: number
}

/** One message with what stands above it. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  const { message, day, isFirstNew, isActive, place } = props
  return (
    <TabStopContext value={isActive}>
      {day !== undefined && <DayLine at={day} />}
      {isFirstNew && <NewLine />}
      <article
        className="message"
        id={`m-${message.id}`}
        data-message={message.id}
        data-mine={isMine(message) && message.kind === 'text'}
        data-kind={message.kind}
        data-starts={props.startsGroup}
        data-flash={props.isFlashing}
        data-selected={props.isSelected}
        tabIndex={isActive ? 0 : -1}
        aria-posinset={place}
        aria-setsize={-1}
        aria-labelledby={`who-${message.id} text-${message.id} foot-${message.id}`}
      >
        {message.kind === 'system' ? <SystemLine message={message} /> : <Spoken {...props} />}
      </article>
    </TabStopContext>
  )
})

function DayLine({ at }: { readonly at: number }) {
  const { formatDay } = useTexts()
  return (
    <p className="day-line">
      <time dateTime={isoTime(at)}>{formatDay(at)}</time>
    </p>
  )
}

function NewLine() {
  const { t } = useTexts()
  return (
    <p className="new-line">
      <span>{t('timeline.new')}</span>
    </p>
  )
}

function SystemLine({ message }: { readonly message: Message }) {
  const { t, formatDuration, formatTime, formatMoment } = useTexts()
  const { nameOf, me } = usePeople()
  const known = systemText(message.text, formatDuration)
  const who = message.from === me ? t('message.me') : nameOf(message.from, message.fromName)
  return (
    <p className="system-line">
      <span id={`who-${message.id}`}>{who}</span>{' '}
      <span id={`text-${message.id}`}>{known === undefined ? message.text : t(known.key, known.values)}</span>{' '}
      <time id={`foot-${message.id}`} title={formatMoment(message.at)}>
        {formatTime(message.at)}
      </time>
    </p>
  )
}

function Spoken({ message, startsGroup, isLastMine, isUnfolded, isSelected }: MessageItemProps) {
  const mine = isMine(message)
  return (
    <>
      {isSelected !== undefined && <SelectBox message={message} isSelected={isSelected} />}
      {!mine && <Gutter message={message} isShown={startsGroup} />}
      <div className="bubble">
        <Who message={message} isShown={startsGroup && !mine} />
        {message.replyTo !== undefined && !message.deleted && <ReplyQuote id={message.replyTo} />}
        <Foldable message={message} isUnfolded={isUnfolded} id={`text-${message.id}`}>
          <MessageText message={message} />
        </Foldable>
        {message.files.length > 0 && <FileCards message={message} />}
        <MessageFoot message={message} isInFull={isLastMine} />
        <Reactions message={message} />
      </div>
      {isSelected === undefined && !message.deleted && <Tools message={message} />}
    </>
  )
}

function Gutter({ message, isShown }: { readonly message: Message; readonly isShown: boolean }) {
  const { nameOf } = usePeople()
  return (
    <span className="message-gutter">
      {isShown && <Avatar id={message.from} name={nameOf(message.from, message.fromName)} size="small" />}
    </span>
  )
}

/** Read out with each message, shown once a group. */
function Who({ message, isShown }: { readonly message: Message; readonly isShown: boolean }) {
  const { t } = useTexts()
  const { nameOf } = usePeople()
  const who = isMine(message) ? t('message.me') : nameOf(message.from, message.fromName)
  return (
    <p id={`who-${message.id}`} className={isShown ? 'bubble-who' : 'visually-hidden'} dir="auto">
      {who}
    </p>
  )
}

function SelectBox({ message, isSelected }: { readonly message: Message; readonly isSelected: boolean }) {
  const { t } = useTexts()
  const { select } = useActions()
  return (
    <label className="message-select">
      <input type="checkbox" checked={isSelected} tabIndex={-1} onChange={() => select(message.id)} />
      <span className="visually-hidden">{t('select.one')}</span>
    </label>
  )
}

/** Plain buttons: a tooltip of its own for each of three times as many messages would cost every scroll. */
function Tools({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  const { openEmoji, openMenu, reply } = useActions()
  const act = (act: (message: Message, anchor: HTMLElement) => void) => (event: MouseEvent<HTMLElement>) => {
    act(message, event.currentTarget)
  }
  return (
    <div className="message-tools">
      <Tool label={t('action.react')} icon={SmilePlus} onClick={act(openEmoji)} />
      <Tool label={t('action.reply')} icon={CornerUpLeft} onClick={act((one) => reply(one))} />
      <Tool label={t('action.more')} icon={EllipsisVertical} onClick={act(openMenu)} hasMenu />
    </div>
  )
}

interface ToolProps {
  readonly label: string
  readonly icon: typeof SmilePlus
  readonly hasMenu?: boolean
  readonly onClick: (event: MouseEvent<HTMLElement>) => void
}

function Tool({ label, icon: Icon, hasMenu = false, onClick }: ToolProps) {
  return (
    <button
      type="button"
      className="message-tool"
      tabIndex={-1}
      title={label}
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      onClick={onClick}
    >
      <Icon size={18} aria-hidden />
    </button>
  )
}
