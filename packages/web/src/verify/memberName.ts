/** How the members of a circle are called, in every place that names one: nobody passes there for somebody else by a name that looks the same. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useClient } from '../device/context.ts'
import { NAMES } from '../device/queries.ts'
import { useTexts, type Texts } from '../i18n/context.ts'
import { distinctNames, type NameOf, type Named } from '../timeline/alikeNames.ts'

/** Letters of an id that a person can compare at a glance. */
export const SHORT_ID_LETTERS = 6

/** Asked for apart from what else is known of members, which changes with each connection. */
export function useNameOf(circle: string): NameOf {
  const { t } = useTexts()
  const client = useClient()
  const { data } = useQuery({
    queryKey: [NAMES, { circle }],
    networkMode: 'always',
    queryFn: async ({ signal }): Promise<readonly Named[]> => {
      const { members } = await client.members({ circle }, { signal })
      return members.map(({ member, name }) => ({ member, ...(name !== undefined && { name }) }))
    },
  })
  return namesIn(data ?? NOBODY, t)
}

const NOBODY: readonly Named[] = []
/** Of a list of members, in one language: each row of a list asks for them. */
const known = new WeakMap<readonly Named[], { readonly t: Texts['t']; readonly nameOf: NameOf }>()

/** @param members of one circle */
export function namesIn(members: readonly Named[], t: Texts['t']): NameOf {
  const found = known.get(members)
  if (found?.t === t) return found.nameOf
  const words = { me: t('message.me'), unnamed: (id: string) => t('message.unnamed', { id }) }
  const nameOf = distinctNames(members, words)
  known.set(members, { t, nameOf })
  return nameOf
}

/** For what is told at once, of whichever circle: as far as its names are known already. */
export function useKnownNames(): (circle: string) => NameOf {
  const { t } = useTexts()
  const queries = useQueryClient()
  return (circle) => namesIn(queries.getQueryData<readonly Named[]>([NAMES, { circle }]) ?? NOBODY, t)
}

/** @returns what gives a member's name in the reader's language */
export function useMemberName(
  circle: string,
): (member: { readonly member: string; readonly name?: string | undefined }) => string {
  const nameOf = useNameOf(circle)
  return ({ member, name }) => nameOf(member, name)
}
