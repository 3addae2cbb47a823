/** The router over the table: input checked, handler called, output checked. Knows nothing of sockets. */
import { CallerFault, Unavailable } from '@triode/core'
import type { DeviceService } from '@triode/device'
import { Hono } from 'hono'
import { EVENTS_PATH, OPENAPI_PATH, ROUTES, type Route, type RouteName } from '../schema/routes.ts'
import type { EventStreams } from './eventStream.ts'
import { faultAnswer, isOurs, traceOf } from '../local/faultAnswer.ts'
import { HANDLERS } from './handlers.ts'
import { inputOf } from './input.ts'
import { openApi } from './openapi.ts'

export interface AppOptions {
  readonly device: DeviceService
  readonly events: EventStreams
  readonly version: string
  /** Gets one line a failure that is our own, without anyone's words in it. */
  readonly log: (line: string) => void
}

type Respond = (request: Request) => Promise<Response>

/** @returns an app whose every answer, but the event stream's, is JSON; it checks no token (see gate.ts) */
export function createApp(options: AppOptions): Hono {
  const app = new Hono()
  const guarded = (respond: Respond) => guard(respond, options.log)
  for (const [path, methods] of tableOf(options)) {
    app.all(path, ({ req }) => guarded(byMethod(methods))(req.raw))
  }
  app.all('*', ({ req }) => guarded(() => Promise.reject(noSuchPath()))(req.raw))
  return app
}

/** Path, then method, then what answers. */
function tableOf(options: AppOptions): Map<string, Map<string, Respond>> {
  const table = new Map<string, Map<string, Respond>>()
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const methods = table.get(route.path) ?? new Map<string, Respond>()
    table.set(route.path, methods.set(route.method, responder(name, route, options.device)))
  }
  const description = openApi(options.version)
  table.set(OPENAPI_PATH, new Map([['GET', () => Promise.resolve(Response.json(description))]]))
  table.set(EVENTS_PATH, new Map([['GET', () => Promise.resolve(eventResponse(options.events))]]))
  return table
}

function responder(name: RouteName, route: Route, device: DeviceService): Respond {
  // Table and handlers agree by type, name by name; that is lost once the name is a variable.
  const handler = HANDLERS[name] as (device: DeviceService, input: unknown) => Promise<unknown>
  return async (request) => {
    const input = route.input.parse(await inputOf(request))
    const output = route.output.safeParse(await handler(device, input))
    if (!output.success) throw new Error('the device answered out of schema', { cause: output.error })
    return Response.json(output.data)
  }
}

function byMethod(methods: Map<string, Respond>): Respond {
  return (request) => {
    const respond = methods.get(request.method)
    return respond ? respond(request) : Promise.reject(noSuchMethod([...methods.keys()]))
  }
}

function guard(respond: Respond, log: (line: string) => void): Respond {
  return async (request) => {
    try {
      return await respond(request)
    } catch (error) {
      if (isOurs(error)) log(traceOf(error))
      const { status, body } = faultAnswer(error)
      const retry = error instanceof Unavailable ? { 'retry-after': '1' } : undefined
      return Response.json(body, { status, ...(retry && { headers: retry }) })
    }
  }
}

function eventResponse(events: EventStreams): Response {
  return new Response(events.open(), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
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
