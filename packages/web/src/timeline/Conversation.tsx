import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Conversation as ConversationInfo, Member, Message } from '@triode/api'
import { MessagesSquare } from 'lucide-react'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { Empty } from '../design/Empty.tsx'
import { useClient } from '../device/context.ts'
import { useRoute } from '../device/queries.ts'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Composer } from '../composer/Composer.tsx'
import { KeyWarning } from '../verify/KeyWarning.tsx'
import { useFileEvents } from '../files/transfers.ts'
import { useTexts } from '../i18n/context.ts'
import { useConversationName } from '../list/conversationName.ts'
import { ActionsContext, isMine } from './actions.ts'
import { ConversationHead, type Pane } from './ConversationHead.tsx'
import { MessageDialogs } from './MessageDialogs.tsx'
import { MissingMessages } from './MissingMessages.tsx'
import { NewMessages } from './NewMessages.tsx'
import { PeopleContext, usePeopleOf } from './people.ts'
import { SelectionBar } from './SelectionBar.tsx'
import { Timeline } from './Timeline.tsx'
import { TypingNotice } from './TypingNotice.tsx'
import { useActing } from './useActing.ts'
import { useTimeline, useVerified } from './useTimeline.ts'
import './conversation.css'

const SearchPanel = lazy(() =>
  import('../search/SearchPanel.tsx').then(({ SearchPanel: part }) => ({ default: part })),
)
const FilesPane = lazy(() =>
  import('../files/FilesPane.tsx').then(({ FilesPane: part }) => ({ default: part })),
)

const NOBODY: readonly string[] = []

/** One conversation: what was said, and where one writes. */
export function Conversation({ id }: { readonly id: string }) {
  const { data, error } = useRoute('conversations', {})
  const found = data?.conversations.find(({ conversation }) => conversation === id)
  if (found === undefined && data !== undefined) return <NotHere />
  if (found === undefined) return error === null ? <Loading /> : <FaultNote fault={error} act="look" />
  return <Open conversation={found} />
}

/** An old bookmark, or a conversation that is read no more. */
function NotHere() {
  const { t } = useTexts()
  return (
    <Empty icon={MessagesSquare} title={t('timeline.gone.title')} text={t('timeline.gone.text')}>
      <Button onPress={() => go(PATHS.home())}>{t('list.all')}</Button>
    </Empty>
  )
}

function Open({ conversation }: { readonly conversation: ConversationInfo }) {
  const { t } = useTexts()
  const { conversation: id, circle, unread, members, draft, unsentEdit, missingFrom = NOBODY } = conversation
  const name = useConversationName(conversation)
  const people = usePeopleOf(circle)
  const { store, state } = useTimeline(id, unread)
  useVerified(store, verifiedOf(people.all))
  const { actions, acting, dismiss, replyAgain, editAgain } = useActing(store)
  const [pane, setPane] = useState<Pane>()
  useFileEvents()
  useOnceFound(draft?.replyTo, replyAgain)
  useOnceFound(unsentEdit?.id, editAgain)
  const editLast = useCallback(() => {
    const last = store.snapshot().messages.findLast(isEditable)
    if (last !== undefined) actions.edit(last)
  }, [store, actions])
  const { selection, reply, editing } = acting
  return (
    <PeopleContext value={people}>
      <ActionsContext value={actions}>
        <section className="conversation" aria-label={name} data-pane={pane !== undefined}>
          {selection === undefined ? (
            <ConversationHead
              conversation={conversation}
              name={name}
              store={store}
              pane={pane}
              onPane={setPane}
            />
          ) : (
            <SelectionBar
              selection={selection}
              messages={state.messages}
              onDone={() => dismiss('selection')}
            />
          )}
          <div className="conversation-body">
            <KeyWarning circle={circle} members={members} />
            <MissingMessages from={missingFrom} />
            <Timeline id={id} name={name} store={store} state={state} selection={selection} />
            <TypingNotice id={id} />
            <NewMessages id={id} />
            <Composer
              id={id}
              name={name}
              draft={draft}
              unsentEdit={unsentEdit}
              members={members}
              reply={reply}
              editing={editing}
              onDismiss={dismiss}
              onReplyAgain={replyAgain}
              onEditLast={editLast}
            />
          </div>
          {pane !== undefined && (
            <aside className="pane" aria-label={t(pane === 'search' ? 'search.title' : 'files.pane')}>
              <Suspense fallback={<Loading />}>
                {pane === 'search' ? (
                  <SearchPanel conversation={id} name={name} onClose={() => setPane(undefined)} />
                ) : (
                  <FilesPane conversation={id} onClose={() => setPane(undefined)} />
                )}
              </Suspense>
            </aside>
          )}
        </section>
        <MessageDialogs acting={acting} dismiss={dismiss} store={store} />
      </ActionsContext>
    </PeopleContext>
  )
}

/** Goes on with what was begun when one left, once: the message that was to be answered, or changed. */
function useOnceFound(message: string | undefined, goOn: (message: Message) => void): void {
  const client = useClient()
  const first = useRef(message)
  useEffect(() => {
    const id = first.current
    first.current = undefined
    if (id !== undefined) void client.message({ id }).then(goOn, () => undefined)
  }, [client, goOn])
}

function verifiedOf(members: readonly Member[]): string {
  return members
    .flatMap(({ devices }) => devices.map(({ device, verified }) => `${device} ${String(verified)}`))
    .join()
}

function isEditable(message: Message): boolean {
  return isMine(message) && message.kind === 'text' && !message.deleted && message.text !== ''
}
