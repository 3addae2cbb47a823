import { useMemo } from 'react'
import { ShieldAlert, UserRoundCog } from 'lucide-react'
import type { Member, Message } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { Markdown } from '../markdown/Markdown.tsx'
import { usePeople } from './people.ts'

const NOBODY: readonly string[] = []

/** What the message says, and what one should know before believing it. */
export function MessageText({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  const names = useMentioned(message)
  if (message.deleted) return <p className="bubble-deleted">{t('message.deleted')}</p>
  return (
    <>
      <Warnings message={message} />
      {message.text !== '' && <Markdown text={message.text} mentions={names} />}
    </>
  )
}

function useMentioned({ mentions }: Message): readonly string[] {
  const { all, nameOf } = usePeople()
  // Longer names first: "Bob Q" is not "Bob".
  return useMemo(
    () =>
      mentions.length === 0
        ? NOBODY
        : [...mentions.map((id) => nameOf(id)), ...nicknamesOf(all, mentions)].toSorted(
            (one, other) => other.length - one.length,
          ),
    [mentions, all, nameOf],
  )
}

/** As others may write it who tell it from no other one. */
function nicknamesOf(all: readonly Member[], mentions: readonly string[]): string[] {
  return all.flatMap(({ member, name }) => (name !== undefined && mentions.includes(member) ? [name] : []))
}

function Warnings({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  const { nameOf, all } = usePeople()
  const teller = all.find(({ devices }) => devices.some(({ device }) => device === message.handedOverBy))
  const name = nameOf(message.from, message.fromName)
  return (
    <>
      {message.unverified === true && (
        <p className="bubble-warning">
          <ShieldAlert size={16} aria-hidden />
          <span>{t('message.unverified', { name })}</span>
        </p>
      )}
      {message.handedOverBy !== undefined && (
        <p className="bubble-remark">
          <UserRoundCog size={16} aria-hidden />
          <span>
            {teller === undefined
              ? t('message.handed.unknown')
              : t('message.handed', { name: nameOf(teller.member) })}
          </span>
        </p>
      )}
    </>
  )
}
