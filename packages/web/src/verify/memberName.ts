/** How a member is called: by nickname, else by the beginning of the id. */
import { useTexts } from '../i18n/context.ts'

/** Letters of an id that a person can compare at a glance. */
export const SHORT_ID_LETTERS = 6

export interface Named {
  readonly member: string
  readonly name?: string | undefined
}

/** @returns what gives a member's name in the reader's language */
export function useMemberName(): (member: Named) => string {
  const { t } = useTexts()
  return ({ member, name }) => name ?? t('message.unnamed', { id: member.slice(0, SHORT_ID_LETTERS) })
}
