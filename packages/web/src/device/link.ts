/**
 * The one link to the device: the typed client, and the stream of events, opened again whenever it ends. Nothing is shown
 * as live that is not: `state` says whether events arrive.
 */
import {
  ApiFault,
  createClient,
  filePass,
  UNATTENDED_HEADER,
  type ApiEvent,
  type Client,
  type Session,
  type Status,
  type Upload,
  type UploadInput,
} from '@triode/api'
import { Attention, watchInput } from './attention.ts'
import { progressFetch } from './progressFetch.ts'

export const LINK = { opening: 'opening', live: 'live', lost: 'lost', refused: 'refused' } as const
export type LinkState = (typeof LINK)[keyof typeof LINK]

/** First and longest wait before the stream is asked for again. */
const RETRY_MS = { first: 250, most: 5_000 }

export interface Link {
  readonly client: Client
  /** Where the bytes of a file or a picture are; for `src` alone: what one goes to the browser keeps (files/useAddress.ts). */
  readonly contentUrl: (id: string, options?: ContentUrlOptions) => string
  /** What opens one file, in an address that one goes to. */
  readonly passFor: (id: string) => Promise<string>
  /** As the client's `uploadFile`, and tells how many bytes have gone. */
  readonly upload: (input: UploadInput, content: Blob, options: UploadOptions) => Promise<Upload>
  /** As the client's `restoreFrom`, and tells how many bytes have gone. */
  readonly restore: (backup: Blob, passphrase: string, options: UploadOptions) => Promise<Status>
  readonly state: () => LinkState
  /** Calls back at each change of `state`. @returns what ends it */
  readonly onState: (changed: () => void) => () => void
  /** @returns what ends it */
  readonly onEvent: (heard: (event: ApiEvent) => void) => () => void
  /** Calls back now and then while somebody is at the page. @returns what ends it */
  readonly onAttention: (tell: () => void) => () => void
  readonly close: () => void
}

export interface ContentUrlOptions {
  /** Of a file in a folder. */
  readonly path?: string
  readonly download?: boolean
  /** Of the messages that name it, the one that says how it is called, and what it is. */
  readonly message?: string | undefined
}

export interface UploadOptions {
  readonly onProgress: (bytes: number) => void
  readonly signal: AbortSignal
}

export function openLink(session: Session): Link {
  const attention = new Attention()
  const client = createClient({
    url: location.origin,
    token: session.token,
    fetch: (url, init) => fetch(url, attention.isThere() ? init : byItself(init)),
  })
  const closing = new AbortController()
  const here = new Set<() => void>()
  watchInput(document, closing.signal, () => {
    if (attention.noticed()) for (const tell of here) tell()
  })
  const watchers = new Set<() => void>()
  const listeners = new Set<(event: ApiEvent) => void>()
  let state: LinkState = LINK.opening
  const become = (next: LinkState) => {
    if (state === next) return
    state = next
    for (const watcher of watchers) watcher()
  }
  void keepListening(client, closing.signal, become, (event) => {
    for (const listener of listeners) listener(event)
  })
  const telling = (onProgress: UploadOptions['onProgress']) =>
    createClient({ url: location.origin, token: session.token, fetch: progressFetch(onProgress) })
  return {
    client,
    contentUrl: (id, options = {}) => contentAddress(id, { ticket: session.ticket }, options),
    passFor: (id) => filePass(session.ticket, id),
    upload: (input, content, { onProgress, signal }) =>
      telling(onProgress).uploadFile(input, content, { signal }),
    restore: (backup, passphrase, { onProgress, signal }) =>
      telling(onProgress).restoreFrom(backup, passphrase, { signal }),
    state: () => state,
    onState: (changed) => subscribed(watchers, changed),
    onEvent: (heard) => subscribed(listeners, heard),
    onAttention: (tell) => subscribed(here, tell),
    close: () => {
      closing.abort()
    },
  }
}

/** The page asks, and nobody is there: that must not keep the device from locking. */
function byItself(init: RequestInit = {}): RequestInit {
  const headers = new Headers(init.headers)
  headers.set(UNATTENDED_HEADER, '1')
  return { ...init, headers }
}

function subscribed<T>(set: Set<T>, one: T): () => void {
  set.add(one)
  return () => void set.delete(one)
}

async function keepListening(
  client: Client,
  signal: AbortSignal,
  become: (state: LinkState) => void,
  heard: (event: ApiEvent) => void,
): Promise<void> {
  for (let waitMs = RETRY_MS.first; !signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MS.most)) {
    try {
      const events = await client.events({ signal })
      waitMs = RETRY_MS.first
      become(LINK.live)
      for await (const event of events) heard(event)
    } catch (error) {
      if (error instanceof ApiFault && error.status === 401) {
        become(LINK.refused)
        return
      }
    }
    become(LINK.lost)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

/** @param by what lets in, by its parameter */
export function contentAddress(
  id: string,
  by: { readonly ticket: string } | { readonly pass: string },
  { path, download, message }: ContentUrlOptions,
): string {
  const query = new URLSearchParams({ id, ...by })
  if (message !== undefined) query.set('message', message)
  if (path !== undefined) query.set('path', path)
  if (download === true) query.set('download', '1')
  return `/api/file/content?${query.toString()}`
}
