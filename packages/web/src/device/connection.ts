/** What a session opens: the link to the device, and what is known through it. */
import type { QueryClient } from '@tanstack/react-query'
import type { Session } from '@triode/api'
import { openLink, type Link } from './link.ts'
import { makeQueryClient } from './queries.ts'

export interface Connection {
  readonly link: Link
  readonly queries: QueryClient
}

export function connect(session: Session): Connection {
  return { link: openLink(session), queries: makeQueryClient() }
}
