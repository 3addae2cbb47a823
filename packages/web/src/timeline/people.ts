/** Who is in the circle of a conversation, by id. */
import { createContext, use, useMemo } from 'react'
import type { Member } from '@triode/api'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { distinctNames } from './alikeNames.ts'

export interface People {
  readonly all: readonly Member[]
  readonly me: string | undefined
  /** What to call somebody, also one who is there no more or has no nickname. */
  readonly nameOf: (member: string, known?: string) => string
}

export const PeopleContext = createContext<People | undefined>(undefined)

/** @throws Error outside of a conversation: a mistake of ours */
export function usePeople(): People {
  const people = use(PeopleContext)
  if (people === undefined) throw new Error('no conversation here')
  return people
}

export function usePeopleOf(circle: string): People {
  const { t } = useTexts()
  const { data } = useRoute('members', { circle })
  return useMemo(() => {
    const all = data?.members ?? []
    const unnamed = (id: string) => t('message.unnamed', { id })
    const names = distinctNames(all, { me: t('message.me'), unnamed })
    return {
      all,
      me: all.find(({ me }) => me)?.member,
      nameOf: (id, known) => names.get(id) ?? known ?? unnamed(id.slice(0, 6)),
    }
  }, [data, t])
}
