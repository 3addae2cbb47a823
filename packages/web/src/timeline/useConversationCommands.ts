import type { Conversation } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { useTexts } from '../i18n/context.ts'
import type { Command } from '../palette/registry.ts'
import { useCommandList } from '../palette/useCommand.ts'

export interface ConversationDeeds {
  readonly search: () => void
  readonly showFiles: () => void
  readonly jumpToDate: () => void
  readonly setTimer: () => void
}

/** What one can do with the conversation that is open, by name, beside what the list offers for each. */
export function useConversationCommands({ circle, kind }: Conversation, deeds: ConversationDeeds): void {
  const { t } = useTexts()
  const isOfOthers = kind !== 'self'
  const commands: readonly (readonly [id: string, title: string, run: () => void])[] = [
    ['search', t('search.title'), deeds.search],
    ['files', t('files.pane'), deeds.showFiles],
    ['date', t('date.title'), deeds.jumpToDate],
    ['expiry', t('expiry.title'), deeds.setTimer],
    ...(isOfOthers
      ? ([
          ['members', t('command.members'), () => go(PATHS.circlePart(circle, 'members'))],
          ['leave', t('leave.title'), () => go(PATHS.circle(circle))],
        ] as const)
      : []),
  ]
  useCommandList(
    commands.map(([id, title, run]): Command => ({
      id: `conversation.${id}`,
      group: 'conversation',
      title,
      run,
    })),
  )
}
