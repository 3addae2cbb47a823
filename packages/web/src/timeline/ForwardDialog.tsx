import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { ListBox, ListBoxItem, type Selection } from 'react-aria-components'
import type { ApiFault, Conversation, Message } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useClient } from '../device/context.ts'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { ConversationAvatar } from '../list/ConversationAvatar.tsx'
import { conversationName, useConversationName } from '../list/conversationName.ts'
import { saidAt } from '../list/order.ts'
import { MissingFiles } from './MissingFiles.tsx'
import { useMissing } from './useMissing.ts'

export interface ForwardDialogProps {
  readonly messages: readonly Message[]
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Sends texts and files again, as one's own, to the conversations chosen. */
export function ForwardDialog({ messages, onClose, onDone }: ForwardDialogProps) {
  const { t } = useTexts()
  const client = useClient()
  const choices = useChoices()
  const [filter, setFilter] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const missing = useMissing(messages)
  const [isWithout, setWithout] = useState(false)
  const parcels = messages
    .map(({ id, text, files }) => ({
      text,
      files: files.filter((file) => !missing.has(file.id)).map((file) => ({ id: file.id, message: id })),
    }))
    .filter(({ text, files }) => text !== '' || files.length > 0)
  const shown = choices.filter(({ name, circleName }) =>
    `${name} ${circleName}`.toLocaleLowerCase().includes(filter.trim().toLocaleLowerCase()),
  )
  const send = useMutation<unknown, ApiFault>({
    networkMode: 'always',
    mutationFn: async () => {
      for (const where of chosen) {
        for (const { text, files } of parcels)
          if (files.length === 0) await client.send({ where, text })
          else await client.sendFiles({ where, files, ...(text !== '' && { text }) })
        // What is sent is not sent again when a later one fails.
        setChosen((left) => new Set([...left].filter((id) => id !== where)))
      }
    },
    onSuccess: () => {
      onDone()
      onClose()
    },
  })
  const choose = (keys: Selection) => {
    const visible = new Set(shown.map(({ id }) => id))
    const kept = [...chosen].filter((id) => !visible.has(id))
    setChosen(new Set([...kept, ...(keys === 'all' ? visible : [...keys].map(String))]))
  }
  return (
    <Modal title={t('forward.title', { count: messages.length })} isOpen onClose={onClose}>
      {missing.size > 0 && (
        <MissingFiles files={[...missing.values()]} isWithout={isWithout} onWithout={setWithout} />
      )}
      <p className="quiet">{t('forward.text')}</p>
      <TextField label={t('forward.filter')} value={filter} onChange={setFilter} autoFocus type="search" />
      <ListBox
        aria-label={t('forward.where')}
        className="forward-list"
        items={shown}
        selectionMode="multiple"
        selectedKeys={chosen}
        onSelectionChange={choose}
        renderEmptyState={() => t('forward.none')}
      >
        {({ name, circleName, conversation }) => (
          <ListBoxItem className="forward-item" textValue={name}>
            <Choice conversation={conversation} circleName={circleName} />
          </ListBoxItem>
        )}
      </ListBox>
      <FaultNote fault={send.error} act="forward" />
      <div className="dialog-actions">
        <Button onPress={onClose}>{t('action.cancel')}</Button>
        <Button
          kind="primary"
          isDisabled={chosen.size === 0 || parcels.length === 0 || (missing.size > 0 && !isWithout)}
          isPending={send.isPending}
          onPress={() => send.mutate()}
        >
          {t('forward.send', { count: chosen.size })}
        </Button>
      </div>
    </Modal>
  )
}

function Choice({
  conversation,
  circleName,
}: {
  readonly conversation: Conversation
  readonly circleName: string
}) {
  const name = useConversationName(conversation)
  return (
    <>
      <ConversationAvatar conversation={conversation} name={name} size="small" />
      <span className="forward-words">
        <span dir="auto">{name}</span> <span className="quiet small">{circleName}</span>
      </span>
    </>
  )
}

function useChoices() {
  const { t } = useTexts()
  const { data } = useRoute('conversations', {})
  const circles = useRoute('circles', {})
  const nameOfCircle = (id: string) => circles.data?.circles.find(({ circle }) => circle === id)?.name ?? ''
  return (data?.conversations ?? [])
    .toSorted((one, other) => saidAt(other) - saidAt(one))
    .map((conversation) => ({
      id: conversation.conversation,
      conversation,
      name: conversationName(t, conversation),
      circleName: conversation.kind === 'circle' ? '' : nameOfCircle(conversation.circle),
    }))
}
