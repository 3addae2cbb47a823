/** One HTTP request of the client, with every way it can fail turned into an ApiFault. */
import { faultSchema } from '../schema/fault.ts'
import { ApiFault } from './fault.ts'

export interface Endpoint {
  /** `http://HOST:PORT`. */
  readonly url: string
  readonly token: string
  /** For tests; default: the platform's. */
  readonly fetch?: typeof fetch
}

/** What a body may be besides JSON. */
export type Bytes = Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query?: URLSearchParams
  /** JSON; or bytes, whose type stands in the headers. */
  readonly body?: string | Bytes
  /** Besides the token's and the body's. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** @returns an answer with a 2xx status @throws ApiFault */
export async function request(endpoint: Endpoint, ask: ApiRequest) {
  const { method, path, query, body, signal } = ask
  const url = new URL(path, endpoint.url)
  if (query) url.search = query.toString()
  const headers: Record<string, string> = { ...ask.headers, authorization: `Bearer ${endpoint.token}` }
  if (typeof body === 'string') headers['content-type'] = 'application/json'
  const isStream = body instanceof ReadableStream
  const init: RequestInit = {
    ...{ method, headers, redirect: 'error', body: body ?? null, signal: signal ?? null },
    ...(isStream && { duplex: 'half' }),
  }
  const response = await attempt(() => (endpoint.fetch ?? fetch)(url, init), signal)
  if (!response.ok) throw await faultOf(response)
  return response
}

/** The body of an answer as JSON. @throws ApiFault 'bad-answer' | 'not-running' */
export async function json(response: Response, signal?: AbortSignal): Promise<unknown> {
  const text = await attempt(() => response.text(), signal)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badAnswer(response.status, cause)
  }
}

export function badAnswer(status: number, cause?: unknown): ApiFault {
  return new ApiFault({
    status,
    code: 'bad-answer',
    message: 'The answer is not one of this version of the API',
    remedy: 'Check that the device and this program are of the same version',
    cause,
  })
}

async function attempt<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new ApiFault({
      status: 0,
      code: 'not-running',
      message: 'The device does not answer',
      remedy: 'Start it with `triode start`',
      cause,
    })
  }
}

async function faultOf(response: Response): Promise<ApiFault> {
  const parsed = faultSchema.safeParse(await json(response))
  if (!parsed.success) return badAnswer(response.status, parsed.error)
  return new ApiFault({ status: response.status, ...parsed.data.error })
}
