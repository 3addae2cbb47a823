/** Who is in the circle of a conversation, by id. */
import { createContext, use, useMemo } from 'react'
import type { Member } from '@triode/api'
import { useRoute } from '../device/queries.ts'
import { useNameOf } from '../verify/memberName.ts'
import type { NameOf } from './alikeNames.ts'

export interface People {
  readonly all: readonly Member[]
  readonly me: string | undefined
  /** What to call somebody, also one who is there no more or has no nickname. */
  readonly nameOf: NameOf
}

export const PeopleContext = createContext<People | undefined>(undefined)

/** @throws Error outside of a conversation: a mistake of ours */
export function usePeople(): People {
  const people = use(PeopleContext)
  if (people === undefined) throw new Error('no conversation here')
  return people
}

export function usePeopleOf(circle: string): People {
  const { data } = useRoute('members', { circle })
  const nameOf = useNameOf(circle)
  return useMemo(() => {
    const all = data?.members ?? []
    return { all, me: all.find(({ me }) => me)?.member, nameOf }
  }, [data, nameOf])
}
