/**
 * What the page knows of the device, by route and input, kept by react-query. Events say what is out of date; no component
 * fetches by hand, none polls.
 */
import {
  QueryClient,
  useMutation,
  useQuery,
  type Query,
  type QueryKey,
  type UseQueryResult,
} from '@tanstack/react-query'
import {
  ApiFault,
  type ApiEvent,
  type Conversation,
  type Input,
  type Output,
  type RouteName,
} from '@triode/api'
import type { Act } from '../design/outcome.ts'
import { useClient } from './context.ts'

/** Asked again only where the device did not answer at all: what it refuses, it refuses again. */
const TRIES = 3

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        // The device is on this machine: whether there is a network means nothing.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < TRIES && error instanceof ApiFault && error.status === 0,
      },
      // What was handed over, passphrases too, is not kept longer than who handed it over is there.
      mutations: { networkMode: 'always', gcTime: 0 },
    },
  })
}

/** The answer of a route; asked once, and again when an event makes it stale. */
export function useRoute<Name extends RouteName>(
  name: Name,
  input: Input<Name>,
  { enabled = true }: { enabled?: boolean } = {},
): UseQueryResult<Output<Name>, ApiFault> {
  const client = useClient()
  return useQuery<Output<Name>, ApiFault>({
    queryKey: [name, input],
    enabled,
    queryFn: ({ signal }) => call(client, name)(input, { signal }),
  })
}

/** Of an act that has no place of its own to say that it failed: what it was, for the remarks of the page. */
export interface ActMeta extends Record<string, unknown> {
  readonly remark?: Act
}

/** A route that changes something: `mutate` and `mutateAsync` take its input. @param meta where nothing shows its `error` */
export function useAct<Name extends RouteName>(name: Name, meta: ActMeta = {}) {
  const client = useClient()
  return useMutation<Output<Name>, ApiFault, Input<Name>>({
    mutationFn: (input) => call(client, name)(input),
    meta,
    ...(meta.remark !== undefined && { gcTime: REMARK_MS }),
  })
}

/** How long what failed is remembered at most, for a remark. */
const REMARK_MS = 300_000

type Caller<Name extends RouteName> = (
  input: Input<Name>,
  options?: { signal?: AbortSignal },
) => Promise<Output<Name>>

/** Methods agree with their names one by one; that is lost once the name is a variable. */
function call<Name extends RouteName>(client: ReturnType<typeof useClient>, name: Name): Caller<Name> {
  return client[name] as unknown as Caller<Name>
}

/** Key of the names of a circle's members (verify/memberName.ts): no route answers with those alone. */
export const NAMES = 'names'

/** Which answers an event puts out of date, by the first word of their keys. */
const STALE: Readonly<Partial<Record<ApiEvent['type'], readonly (RouteName | typeof NAMES)[]>>> = {
  'message-changed': ['message'],
  delivery: ['delivery', 'network', 'circle'],
  roster: [
    NAMES,
    'files',
    'members',
    'member',
    'circle',
    'circles',
    'invitations',
    'conversations',
    'devices',
    'pending',
    'policies',
    'network',
    'doctor',
  ],
  membership: [
    NAMES,
    'members',
    'member',
    'circle',
    'circles',
    'invitations',
    'pending',
    'policies',
    'devices',
    'network',
    'doctor',
  ],
  'peer-up': ['peers', 'members', 'status', 'circle', 'devices', 'network', 'doctor'],
  'peer-down': ['peers', 'members', 'status', 'circle', 'devices', 'network', 'doctor'],
  channel: ['status', 'doctor'],
  fault: ['status', 'doctor'],
  file: ['files'],
  'file-gone': ['files'],
}

/**
 * A conversation that changed comes whole with its event, and takes its place in each list that is known: messages may stream
 * in, and asking for every list each time would be most of the work. In a list that lacks it something else changed too.
 */
function putConversation(queries: QueryClient, changed: Conversation): void {
  const isSame = ({ conversation }: Conversation) => conversation === changed.conversation
  for (const [key, known] of queries.getQueriesData<Output<'conversations'>>({
    queryKey: ['conversations'],
  })) {
    if (known?.conversations.some(isSame) === true)
      queries.setQueryData<Output<'conversations'>>(key, {
        conversations: known.conversations.map((one) => (isSame(one) ? changed : one)),
      })
    else void queries.invalidateQueries({ queryKey: key, exact: true })
  }
}

/** Of one's own, and somebody has not all of it. */
function isLacked({ state: { data } }: Query): boolean {
  const { delivered } = (data ?? {}) as Partial<Output<'file'>>
  return delivered !== undefined && delivered.count < delivered.of
}

/** Applies an event to what is known. What a lock hides is thrown away, not kept in memory. */
export function applyEvent(queries: QueryClient, event: ApiEvent): void {
  if (event.type === 'lock') {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'status' })
    queries.getMutationCache().clear()
  }
  if (event.type === 'lock' || event.type === 'unlock') void queries.invalidateQueries()
  if (event.type === 'conversation') putConversation(queries, event.conversation)
  // Rules, and whether there is a keeper, say why nobody holds it; no event of the file tells of those.
  if (event.type === 'roster') void queries.invalidateQueries({ queryKey: ['file'], predicate: isLacked })
  for (const name of STALE[event.type] ?? [])
    void queries.invalidateQueries({ queryKey: [name] satisfies QueryKey })
}
