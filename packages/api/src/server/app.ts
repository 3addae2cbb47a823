/**
 * The router over the table: input checked, handler called, output checked. Paths are few and hold no parameters, so a
 * map finds them. It checks no token (see gate.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CallerFault, Unavailable } from '@triode/core'
import type { DeviceService } from '@triode/device'
import {
  CONTENT_PATH,
  EVENTS_PATH,
  OPENAPI_PATH,
  ROUTES,
  type Route,
  type RouteName,
} from '../schema/routes.ts'
import { answerContent } from './content.ts'
import type { EventStreams } from './eventStream.ts'
import { faultAnswer, isOurs, traceOf } from '../local/faultAnswer.ts'
import { HANDLERS } from './handlers.ts'
import { inputOf } from './input.ts'

export interface AppOptions {
  readonly device: DeviceService
  readonly events: EventStreams
  readonly version: string
  /** Gets one line a failure that is our own, without anyone's words in it. */
  readonly log: (line: string) => void
  /** How long an answer may take before the caller is told that it is being worked on, and again after as long. */
  readonly stillWorkingMs: number
}

/** Answers a request. Resolves, whatever happens, when it has. */
export type App = (request: IncomingMessage, response: ServerResponse) => Promise<void>

type Respond = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** Every answer is JSON, but the event stream's and the bytes of files. */
export function createApp(options: AppOptions): App {
  const table = tableOf(options)
  return async (request, response) => {
    try {
      await responderOf(table, request)(request, response)
    } catch (error) {
      if (isOurs(error)) options.log(traceOf(error))
      if (response.headersSent) {
        response.destroy()
        return
      }
      const { status, body } = faultAnswer(error)
      if (error instanceof Unavailable) response.setHeader('retry-after', '1')
      answer(response, status, body)
    }
  }
}

/** Path, then method, then what answers. */
function tableOf({ device, events, version, stillWorkingMs }: AppOptions): Map<string, Map<string, Respond>> {
  const table = new Map<string, Map<string, Respond>>()
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const methods = table.get(route.path) ?? new Map<string, Respond>()
    table.set(route.path, methods.set(route.method, responder(name, route, device, stillWorkingMs)))
  }
  table.set(OPENAPI_PATH, new Map([['GET', describer(version)]]))
  const content: Respond = (request, response) => answerContent(device, request, response)
  table.set(
    CONTENT_PATH,
    new Map([
      ['GET', content],
      ['HEAD', content],
    ]),
  )
  table.set(
    EVENTS_PATH,
    new Map<string, Respond>([
      [
        'GET',
        (_request, response) => {
          events.open(response)
        },
      ],
    ]),
  )
  return table
}

/** @throws CallerFault 'no-such-path' | 'no-such-method' */
function responderOf(table: Map<string, Map<string, Respond>>, { url = '', method = '' }: IncomingMessage) {
  const methods = table.get(url.split('?', 1)[0] ?? '')
  if (methods === undefined) throw noSuchPath()
  const respond = methods.get(method)
  if (respond === undefined) throw noSuchMethod([...methods.keys()])
  return respond
}

function responder(name: RouteName, route: Route, device: DeviceService, stillWorkingMs: number): Respond {
  // Table and handlers agree by type, name by name; that is lost once the name is a variable.
  const handler = HANDLERS[name] as (device: DeviceService, input: unknown) => Promise<unknown>
  return async (request, response) => {
    const input = route.input.parse(await inputOf(request))
    const working = whileWorking(request, response, stillWorkingMs)
    const output = route.output.safeParse(await handler(device, input).finally(working))
    if (!output.success) throw new Error('the device answered out of schema', { cause: output.error })
    answer(response, 200, output.data)
  }
}

/**
 * Sealing or checking what is large takes minutes, and Node's fetch gives up after five without a word: it gets a 102 (RFC 2518
 * §10.1), which every client of HTTP/1.1 has to pass over (RFC 9110 §15.2).
 * @returns what ends it
 */
function whileWorking(request: IncomingMessage, response: ServerResponse, everyMs: number): () => void {
  if (request.httpVersion !== '1.1') return () => undefined
  const timer = setInterval(() => {
    if (!response.destroyed) response.writeProcessing()
  }, everyMs)
  return () => clearInterval(timer)
}

/** The description is made when it is asked for: few ask, and it takes time and memory. */
function describer(version: string): Respond {
  return async (_request, response) => {
    const { openApi } = await import('./openapi.ts')
    answer(response, 200, openApi(version))
  }
}

function answer(response: ServerResponse, status: number, document: unknown): void {
  const bytes = Buffer.from(JSON.stringify(document))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}

function noSuchPath(): CallerFault {
  return new CallerFault('no-such-path', {
    message: 'There is nothing at this path',
    remedy: `See ${OPENAPI_PATH} for what there is`,
  })
}

function noSuchMethod(allowed: string[]): CallerFault {
  return new CallerFault('no-such-method', {
    message: 'This path does not take this method',
    remedy: `Use ${allowed.join(' or ')}`,
  })
}
