import { Copy, Forward, Trash2, X } from 'lucide-react'
import type { Message } from '@triode/api'
import { IconButton } from '../design/IconButton.tsx'
import { useTexts } from '../i18n/context.ts'
import { isForwardable, useActions } from './actions.ts'

export interface SelectionBarProps {
  readonly selection: ReadonlySet<string>
  /** Those held, old to new. */
  readonly messages: readonly Message[]
  readonly onDone: () => void
}

/** In place of the head while messages are being selected. */
export function SelectionBar({ selection, messages, onDone }: SelectionBarProps) {
  const { t } = useTexts()
  const actions = useActions()
  const chosen = messages.filter(({ id }) => selection.has(id))
  const texts = chosen.filter(({ text, deleted }) => text !== '' && !deleted)
  const forwarded = chosen.filter(isForwardable)
  return (
    <div
      className="conversation-head"
      role="toolbar"
      aria-label={t('select.label')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone()
      }}
    >
      <IconButton icon={X} label={t('select.end')} onPress={onDone} autoFocus />
      <p className="conversation-title" role="status">
        {t('select.count', { count: chosen.length })}
      </p>
      <IconButton
        icon={Copy}
        label={t('action.copy')}
        isDisabled={texts.length === 0}
        onPress={() => actions.copy(texts)}
      />
      <IconButton
        icon={Forward}
        label={t('action.forward')}
        isDisabled={forwarded.length === 0}
        onPress={() => actions.forward(forwarded)}
      />
      <IconButton
        icon={Trash2}
        label={t('action.delete')}
        isDisabled={chosen.length === 0}
        onPress={() => actions.remove(chosen)}
      />
    </div>
  )
}
