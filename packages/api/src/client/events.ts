/** Reading the event stream: `text/event-stream` of the HTML standard, §9.2.6, as far as the server writes it. */
import { eventSchema, type ApiEvent } from '../schema/event.ts'
import { EVENTS_PATH } from '../schema/routes.ts'
import { badAnswer, request, type Endpoint } from './request.ts'

/** Above any event the server sends: a page of text with everything around it. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024

/**
 * Opens the stream; once this resolves, nothing that happens later is missed.
 * The iteration ends when the device stops or `signal` aborts, and throws nothing then; ApiFault 'bad-answer' when what comes
 * is no event stream of this API.
 * An event of a kind unknown to this version is passed over.
 */
export async function openEvents(
  endpoint: Endpoint,
  signal?: AbortSignal,
): Promise<AsyncGenerator<ApiEvent>> {
  const response = await request(endpoint, { method: 'GET', path: EVENTS_PATH, signal })
  if (!response.body) throw badAnswer(response.status)
  // Taken now, not at the first event: Node's fetch cancels a body that nobody has begun to read when the response is
  // collected as garbage.
  return parseEvents(response.body.getReader())
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

async function* parseEvents(reader: Reader): AsyncGenerator<ApiEvent> {
  for await (const block of blocks(reader)) {
    const data = block.split('\n').find((line) => line.startsWith('data: '))
    if (data === undefined) continue
    const parsed = eventSchema.safeParse(fromJson(data.slice('data: '.length)))
    if (parsed.success) yield parsed.data
  }
}

/** @throws ApiFault 'bad-answer' */
function fromJson(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch (cause) {
    throw badAnswer(200, cause)
  }
}

/** The blocks between blank lines. */
async function* blocks(reader: Reader): AsyncGenerator<string> {
  let held = ''
  const decoder = new TextDecoder()
  try {
    for (let bytes = await next(reader); bytes; bytes = await next(reader)) {
      held += decoder.decode(bytes, { stream: true })
      const parts = held.split('\n\n')
      held = parts.pop() ?? ''
      if (held.length > MAX_EVENT_CHARS) throw badAnswer(200)
      yield* parts
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** @returns undefined at the end, which is also what a cut connection and an abort are */
async function next(reader: Reader): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value
  } catch {
    return undefined
  }
}
