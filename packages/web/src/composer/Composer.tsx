import { memo, useEffect, useRef, useState, type ReactNode } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Pencil, SendHorizontal, X } from 'lucide-react'
import type { ApiFault, Message, Output } from '@triode/api'
import { useClient, useDeviceEvents } from '../device/context.ts'
import { FaultNote } from '../design/Note.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { Spoken } from '../design/Spoken.tsx'
import { useTexts } from '../i18n/context.ts'
import { useDeviceWords } from '../i18n/words/context.ts'
import { Quoted } from '../timeline/ReplyQuote.tsx'
import { usePeople } from '../timeline/people.ts'
import type { Dismiss } from '../timeline/useActing.ts'
import { after } from '../timeline/useTimeline.ts'
import { AttachButtons } from './AttachButtons.tsx'
import { useAttachments, type Attachments } from './attachments.ts'
import { foldersOf } from './chosen.ts'
import { DraftKeeper, type Draft, type Sending, type UnsentEdit } from './draftKeeper.ts'
import { mentioned, type Mentionable } from './mention.ts'
import { Tray } from './Tray.tsx'
import { useDrop } from './useDrop.ts'
import { VoiceNote } from './VoiceNote.tsx'
import { WritingField } from './WritingField.tsx'
import './composer.css'

export interface ComposerProps {
  readonly id: string
  readonly name: string
  /** What was kept when the conversation was opened. */
  readonly draft: Draft | undefined
  readonly unsentEdit: UnsentEdit | undefined
  readonly members: readonly string[]
  readonly reply: Message | undefined
  readonly editing: Message | undefined
  readonly onDismiss: Dismiss
  /** What was to answer it was not sent. */
  readonly onReplyAgain: (message: Message) => void
  /** ArrowUp in an empty field. */
  readonly onEditLast: () => void
}

/** Where one writes. It knows nothing of the timeline: a key draws nothing but this. */
export const Composer = memo(function Composer(props: ComposerProps) {
  const { id, name, reply, editing, onDismiss, onReplyAgain } = props
  const { t } = useTexts()
  const people = useMentionable(props.members)
  const [text, setText] = useState(props.draft?.text ?? '')
  const [changed, setChanged] = useState('')
  const [shownEditing, setShownEditing] = useState<Message>()
  const [begun, setBegun] = useState(props.unsentEdit)
  if (editing !== shownEditing) {
    setShownEditing(editing)
    setChanged((editing?.id === begun?.id ? begun?.text : editing?.text) ?? '')
    setBegun(undefined)
  }
  const drafts = useDrafts(props, text, unsent(editing, changed))
  const typing = useTyping(id)
  const sending = useSending(id)
  const attachments = useAttachments(id)
  const form = useRef<HTMLFormElement>(null)
  const isOver = useDrop(form, attachments.addFound)
  const [isVoice, setVoice] = useState(false)
  const write = (value: string) => {
    setText(value)
    if (value.trim() !== '') typing.tell()
  }
  const sendFiles = (words: string) => {
    if (attachments.isSending) return
    const said = { text: words, replyTo: reply?.id, mentions: mentioned(words, people) }
    void attachments.send(said).then(
      () => {
        setText((now) => (now.trim() === words ? '' : now))
        onDismiss('reply')
        // Also where one has left the conversation meanwhile.
        drafts.sentWithFiles(words)
      },
      // The tray and the words are still there, and what failed stands above them.
      () => undefined,
    )
  }
  const submit = () => {
    const words = (editing === undefined ? text : changed).trim()
    if (editing === undefined && attachments.list.length > 0) {
      sendFiles(words)
      return
    }
    if (words === '' || (editing !== undefined && sending.edit.isPending)) return
    if (editing !== undefined) {
      const draft = { sent: () => drafts.setEdit(undefined), refused: () => drafts.flush() }
      sending.edit.mutate({ id: editing.id, text: words, draft }, { onSuccess: () => onDismiss('editing') })
      return
    }
    setText('')
    onDismiss('reply')
    const mentions = mentioned(words, people)
    const { sent, refused } = drafts.send(words, reply?.id)
    // It comes back, in front of what was written meanwhile; also where more was sent since, of which the mutation tells alone.
    const comeBack = () => {
      refused()
      setText((now) => (now === '' ? words : `${words}\n${now}`))
      if (reply !== undefined) onReplyAgain(reply)
    }
    sending.send.mutate({ text: words, mentions, reply, draft: { sent, refused: comeBack } })
    typing.end()
  }
  return (
    <form
      className="composer"
      ref={form}
      data-over={isOver}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <FaultNote fault={sending.send.error} act="send" />
      <FaultNote fault={sending.edit.error} act="edit" />
      <FaultNote fault={attachments.fault} act={isVoice ? 'voice' : 'attach'} />
      {sending.warning !== undefined && <Warned warning={sending.warning} />}
      {reply !== undefined && editing === undefined && (
        <Above label={t('composer.replying')} onEnd={() => onDismiss('reply')}>
          <Quoted message={reply} />
        </Above>
      )}
      {editing !== undefined && (
        <Above label={t('composer.editing')} onEnd={() => onDismiss('editing')}>
          <Pencil size={16} aria-hidden /> {t('composer.editing')}
        </Above>
      )}
      {isOver && <p className="composer-drop">{t('attach.drop')}</p>}
      <Told attachments={attachments} />
      {editing === undefined && <Tray attachments={attachments} />}
      {isVoice && (
        <VoiceNote
          isSending={attachments.isSending}
          onSend={(file) => attachments.send({ text: '', replyTo: reply?.id, mentions: [] }, file)}
          onEnd={() => setVoice(false)}
        />
      )}
      <div className="composer-row" hidden={isVoice}>
        {editing === undefined && (
          <AttachButtons
            isDisabled={attachments.isSending}
            onFiles={attachments.add}
            onFolder={(files) => attachments.addFound(Promise.try(foldersOf, files))}
            onVoice={() => setVoice(true)}
          />
        )}
        <WritingField
          label={editing === undefined ? t('composer.label', { name }) : t('composer.editing')}
          value={editing === undefined ? text : changed}
          people={people}
          focusWhen={editing ?? reply}
          onChange={(value) => {
            if (editing !== undefined) setChanged(value)
            else write(value)
          }}
          onSubmit={submit}
          onPasteFiles={attachments.add}
          onEmptyUp={props.onEditLast}
          onEscape={() => onDismiss(editing === undefined ? 'reply' : 'editing')}
        />
        <IconButton
          icon={SendHorizontal}
          label={editing === undefined ? t('composer.send') : t('action.save')}
          type="submit"
        />
      </div>
    </form>
  )
})

/** What is to be heeded before more is sent. */
function Warned({ warning }: { readonly warning: NonNullable<Output<'send'>['warning']> }) {
  const { said, isSettled } = useDeviceWords()
  const { message, remedy = '', isOurs } = said(warning)
  return (
    <p className="composer-warning">
      {isSettled && <Spoken text={`${message} ${remedy}`} isOurs={isOurs} />}
    </p>
  )
}

/** What became of what pictures and recordings tell. */
function Told({ attachments: { sent, isOfTray, list } }: { readonly attachments: Attachments }) {
  const { t } = useTexts()
  if (sent === undefined || list.length > 0) return null
  const { mayTell } = sent
  // Of a voice note nobody thinks that it says more than what was said.
  const stripped = isOfTray ? sent.stripped : []
  if (stripped.length + mayTell.length === 0) return null
  return (
    <p className="quiet small" role="status">
      {stripped.length > 0 && t('attach.stripped', { count: stripped.length })}{' '}
      {mayTell.length > 0 && t('attach.tells', { count: mayTell.length })}
    </p>
  )
}

interface AboveProps {
  readonly label: string
  readonly onEnd: () => void
  readonly children: ReactNode
}

function Above({ label, onEnd, children }: AboveProps) {
  const { t } = useTexts()
  return (
    <div className="composer-above" role="group" aria-label={label}>
      <p>{children}</p>
      <IconButton icon={X} label={t('action.cancel')} onPress={onEnd} />
    </div>
  )
}

function useMentionable(members: readonly string[]): Mentionable[] {
  const { all, nameOf } = usePeople()
  return all.flatMap(({ member, name, me }) =>
    me || name === undefined || !members.includes(member) ? [] : [{ id: member, name: nameOf(member) }],
  )
}

interface Written {
  readonly text: string
  readonly mentions: readonly string[]
  readonly reply: Message | undefined
  readonly draft: Sending
}

function useSending(id: string) {
  const client = useClient()
  const send = useMutation<Awaited<ReturnType<typeof client.send>>, ApiFault, Written>({
    networkMode: 'always',
    mutationFn: async ({ text, mentions, reply, draft }) => {
      try {
        const sent = await client.send({
          where: id,
          text,
          ...(mentions.length > 0 && { mentions: [...mentions] }),
          ...(reply !== undefined && { replyTo: reply.id }),
        })
        draft.sent()
        return sent
      } catch (fault) {
        // Here, since the field may be gone by now: the device is locked, or one has left.
        draft.refused()
        throw fault
      }
    },
  })
  const edit = useMutation<unknown, ApiFault, UnsentEdit & { readonly draft: Sending }>({
    networkMode: 'always',
    mutationFn: async ({ draft, ...input }) => {
      try {
        await client.edit(input)
        draft.sent()
      } catch (fault) {
        // Here, as above.
        draft.refused()
        throw fault
      }
    },
  })
  const warning = send.data?.warning
  return { send, edit, warning }
}

/** What is to be kept of a change: nothing where nothing was changed, or all was taken out. */
function unsent(editing: Message | undefined, text: string): UnsentEdit | undefined {
  if (editing === undefined || text === editing.text || text.trim() === '') return undefined
  return { id: editing.id, text }
}

/** Kept while one writes, and when one leaves in whatever way. */
function useDrafts({ id, reply, ...first }: ComposerProps, text: string, edit: UnsentEdit | undefined) {
  const client = useClient()
  const [keeper] = useState(
    () =>
      new DraftKeeper(first.draft, first.unsentEdit, {
        after,
        keep: (draft) => client.setDraft({ where: id, draft }),
        keepEdit: (change) => client.setUnsentEdit(change),
      }),
  )
  const isFirst = useRef(true)
  const replyTo = reply?.id
  useEffect(() => {
    if (isFirst.current) isFirst.current = false
    else keeper.set(text, replyTo)
  }, [keeper, text, replyTo])
  const isFirstEdit = useRef(true)
  const editId = edit?.id
  const editText = edit?.text
  useEffect(() => {
    if (isFirstEdit.current) isFirstEdit.current = false
    else
      keeper.setEdit(
        editId === undefined || editText === undefined ? undefined : { id: editId, text: editText },
      )
  }, [keeper, editId, editText])
  useEffect(() => {
    const flush = () => keeper.flush()
    addEventListener('pagehide', flush)
    document.addEventListener('visibilitychange', flush)
    return () => {
      flush()
      removeEventListener('pagehide', flush)
      document.removeEventListener('visibilitychange', flush)
    }
  }, [keeper])
  // For a moment it still takes them (spec §13.5).
  useDeviceEvents((event) => {
    if (event.type === 'lock') keeper.flush()
  })
  return keeper
}

/** Others hear of it for some seconds: no more often than that. */
const TYPING_MS = 3_000

function useTyping(id: string) {
  const client = useClient()
  const last = useRef(0)
  return {
    tell: () => {
      if (Date.now() - last.current < TYPING_MS) return
      last.current = Date.now()
      void client.typing({ where: id }).catch(() => undefined)
    },
    /** A message ends it for those who saw it: what one writes next is told anew. */
    end: () => {
      last.current = 0
    },
  }
}
