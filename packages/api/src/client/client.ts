/** The typed client: one method a route of the table, plus the events and the bytes of files. Runs wherever `fetch` does. */
import type { ApiEvent } from '../schema/event.ts'
import type { Status } from '../schema/device.ts'
import type { Upload } from '../schema/file.ts'
import { ROUTES, type Input, type Output, type Route, type RouteName } from '../schema/routes.ts'
import { openContent, type FileContentOptions } from './content.ts'
import { openEvents } from './events.ts'
import { badAnswer, json, request, type Bytes, type Endpoint } from './request.ts'
import { restoreFrom } from './restore.ts'
import { upload, type UploadInput } from './upload.ts'

type Call<Name extends RouteName> =
  Record<string, never> extends Input<Name>
    ? (input?: Input<Name>, options?: CallOptions) => Promise<Output<Name>>
    : (input: Input<Name>, options?: CallOptions) => Promise<Output<Name>>

export interface CallOptions {
  readonly signal?: AbortSignal
}

export type Client = { readonly [Name in RouteName]: Call<Name> } & {
  /** @see openEvents */
  readonly events: (options?: CallOptions) => Promise<AsyncGenerator<ApiEvent>>
  /** @see openContent */
  readonly fileContent: (id: string, options?: FileContentOptions) => Promise<Response>
  /** @see upload */
  readonly uploadFile: (input: UploadInput, content: Bytes, options?: CallOptions) => Promise<Upload>
  /** @see restoreFrom */
  readonly restoreFrom: (content: Bytes, passphrase: string, options?: CallOptions) => Promise<Status>
}

/**
 * @param endpoint what `triode start --json` prints or HOME/api.json holds
 * @returns methods that resolve to checked answers and throw ApiFault
 */
export function createClient(endpoint: Endpoint): Client {
  const calls = Object.entries(ROUTES).map(([name, route]) => [name, caller(endpoint, route)] as const)
  const events = ({ signal }: CallOptions = {}) => openEvents(endpoint, signal)
  const fileContent = (id: string, options?: FileContentOptions) => openContent(endpoint, id, options)
  const uploadFile: Client['uploadFile'] = (...call) => upload(endpoint, ...call)
  const restoreBytes: Client['restoreFrom'] = (...call) => restoreFrom(endpoint, ...call)
  const beside = { events, fileContent, uploadFile, restoreFrom: restoreBytes }
  return { ...Object.fromEntries(calls), ...beside } as unknown as Client
}

function caller(endpoint: Endpoint, route: Route) {
  return async (input: Record<string, unknown> = {}, { signal }: CallOptions = {}): Promise<unknown> => {
    const { method, path } = route
    const what = method === 'GET' ? { query: queryOf(input) } : { body: JSON.stringify(input) }
    const response = await request(endpoint, { method, path, signal, ...what })
    const parsed = route.output.safeParse(await json(response, signal))
    if (!parsed.success) throw badAnswer(response.status, parsed.error)
    return parsed.data
  }
}

function queryOf(input: Record<string, unknown>): URLSearchParams {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)]))
}
