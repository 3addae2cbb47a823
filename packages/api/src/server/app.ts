/**
 * The router over the table: input checked, handler called, output checked. Paths are few and hold no parameters, so a
 * map finds them. It checks no token: the gate did, and hands over by what a request was let in (gate.ts).
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CallerFault, Unavailable } from '@triode/core'
import { unattended, type DeviceService } from '@triode/device'
import type { z } from 'zod'
import {
  BACKUP_CONTENT_PATH,
  CONTENT_PATH,
  EVENTS_PATH,
  OPENAPI_PATH,
  RESTORE_CONTENT_PATH,
  ROUTES,
  SESSION_END_PATH,
  UNATTENDED_HEADER,
  UPLOAD_PATH,
  type Route,
  type RouteName,
} from '../schema/routes.ts'
import { sessionSchema } from '../schema/session.ts'
import { statusSchema } from '../schema/device.ts'
import { uploadSchema } from '../schema/file.ts'
import { answerBackup, takeBackup } from './backup.ts'
import type { BodyOptions } from './body.ts'
import type { LongRequests } from './clientError.ts'
import { answerContent } from './content.ts'
import type { EventStreams } from './eventStream.ts'
import { faultAnswer, isOurs, traceOf } from '../local/faultAnswer.ts'
import type { Pass } from './gate.ts'
import { HANDLERS } from './handlers.ts'
import { inputOf } from './input.ts'
import type { PageDoor } from './pageDoor.ts'
import { answerPage } from './pages/answerPage.ts'
import type { Bundle } from './pages/bundle.ts'
import { LINGER_MS } from './tuning.ts'
import { takeUpload } from './upload.ts'

export interface AppOptions {
  readonly device: DeviceService
  readonly events: EventStreams
  readonly door: PageDoor
  /** The built page, if there is one. */
  readonly bundle: Bundle | undefined
  readonly version: string
  /** Gets one line a failure that is our own, without anyone's words in it. */
  readonly log: (line: string) => void
  /** Gets uploads: they take as long as they take. */
  readonly long: LongRequests
  /** So long nothing of an upload may come. */
  readonly uploadIdleMs: number
  /** How long an answer may take before the caller is told that it is being worked on, and again after as long. */
  readonly stillWorkingMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Answers a request. Resolves, whatever happens, when it has. */
export type App = (request: IncomingMessage, response: ServerResponse, pass: Pass) => Promise<void>

type Respond = (request: IncomingMessage, response: ServerResponse, pass: Pass) => Promise<void> | void

/** Every answer under /api is JSON, but the event stream's and the bytes of files. */
export function createApp(options: AppOptions): App {
  const table = tableOf(options)
  const page: Respond = (request, response) => answerPage(options.bundle, request, response)
  return async (request, response, pass) => {
    try {
      if (pass.by === 'page') await page(request, response, pass)
      else if (pass.by === 'code') answer(response, 200, sessionSchema.parse(pass.session))
      else {
        const respond = responderOf(table, request)
        if (isByItself(request)) await unattended(() => respond(request, response, pass))
        else await respond(request, response, pass)
      }
    } catch (error) {
      if (isOurs(error)) options.log(traceOf(error))
      if (response.headersSent) {
        response.destroy()
        return
      }
      const { status, body } = faultAnswer(error)
      if (error instanceof Unavailable) response.setHeader('retry-after', '1')
      if (isUpload(request)) await answerEarly(request, response, status, body)
      else answer(response, status, body)
    }
  }
}

/** Path, then method, then what answers. */
function tableOf(options: AppOptions): Map<string, Map<string, Respond>> {
  const { device, events, version, door, uploadIdleMs, now } = options
  const table = new Map<string, Map<string, Respond>>()
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const methods = table.get(route.path) ?? new Map<string, Respond>()
    table.set(route.path, methods.set(route.method, responder(name, route, options)))
  }
  table.set(OPENAPI_PATH, new Map([['GET', describer(version)]]))
  table.set(SESSION_END_PATH, new Map([['POST', sessionEnder(door)]]))
  const content: Respond = (request, response, pass) => {
    endWithSession(response, pass)
    return answerContent(device, request, response)
  }
  table.set(
    CONTENT_PATH,
    new Map([
      ['GET', content],
      ['HEAD', content],
    ]),
  )
  table.set(UPLOAD_PATH, new Map([['POST', taker(options, takeUpload, uploadSchema)]]))
  table.set(RESTORE_CONTENT_PATH, new Map([['POST', taker(options, takeBackup, statusSchema)]]))
  const backup: Respond = (request, response) =>
    answerBackup(door.offers, request, response, { idleMs: uploadIdleMs, now: now() })
  table.set(BACKUP_CONTENT_PATH, new Map([['GET', backup]]))
  table.set(
    EVENTS_PATH,
    new Map<string, Respond>([
      [
        'GET',
        (_request, response, pass) => {
          events.open(response)
          endWithSession(response, pass)
        },
      ],
    ]),
  )
  return table
}

/** Nobody asked: the page says so, and a browser says of an image that it only shows it. */
function isByItself({ headers }: IncomingMessage): boolean {
  return headers[UNATTENDED_HEADER] === '1' || headers['sec-fetch-dest'] === 'image'
}

/** @throws CallerFault 'no-such-path' | 'no-such-method' */
function responderOf(table: Map<string, Map<string, Respond>>, { url = '', method = '' }: IncomingMessage) {
  const methods = table.get(url.split('?', 1)[0] ?? '')
  if (methods === undefined) throw noSuchPath()
  const respond = methods.get(method)
  if (respond === undefined) throw noSuchMethod([...methods.keys()])
  return respond
}

/** What flows on after its answer began ends when the session does by which it was asked for. */
function endWithSession(response: ServerResponse, pass: Pass): void {
  if (pass.by !== 'session' && pass.by !== 'ticket') return
  const { ended } = pass.session
  const cut = () => response.destroy()
  ended.addEventListener('abort', cut)
  response.once('close', () => ended.removeEventListener('abort', cut))
}

function sessionEnder({ sessions }: PageDoor): Respond {
  return (_request, response, pass) => {
    if (pass.by !== 'session') throw noSession()
    sessions.end(pass.session)
    answer(response, 200, {})
  }
}

function responder(name: RouteName, route: Route, { device, door, stillWorkingMs }: AppOptions): Respond {
  // Table and handlers agree by type, name by name; that is lost once the name is a variable.
  const handler = HANDLERS[name] as (
    device: DeviceService,
    input: unknown,
    door: PageDoor,
    pass: Pass,
  ) => Promise<unknown>
  return async (request, response, pass) => {
    const input = route.input.parse(await inputOf(request))
    const working = whileWorking(request, response, stillWorkingMs)
    const output = route.output.safeParse(await handler(device, input, door, pass).finally(working))
    if (!output.success) throw new Error('the device answered out of schema', { cause: output.error })
    // What the browser kept of the page goes with the vault.
    if (name === 'wipe') response.setHeader('clear-site-data', '"storage"')
    answer(response, 200, output.data)
  }
}

type Take = (device: DeviceService, request: IncomingMessage, options: BodyOptions) => Promise<unknown>

/** @param take what takes a body that is no JSON, for as long as it likes to come */
function taker(
  { device, long, uploadIdleMs, stillWorkingMs }: AppOptions,
  take: Take,
  schema: z.ZodType,
): Respond {
  return async (request, response) => {
    const isOver = long.allow(request)
    let working: (() => void) | undefined
    try {
      const taken = await take(device, request, {
        idleMs: uploadIdleMs,
        works: () => {
          working ??= whileWorking(request, response, stillWorkingMs)
        },
      })
      const output = schema.safeParse(taken)
      if (!output.success) throw new Error('the device answered out of schema', { cause: output.error })
      answer(response, 200, output.data)
    } finally {
      working?.()
      isOver()
    }
  }
}

const TAKING: readonly string[] = [UPLOAD_PATH, RESTORE_CONTENT_PATH]

function isUpload({ url = '', method }: IncomingMessage): boolean {
  return method === 'POST' && TAKING.includes(url.split('?', 1)[0] ?? '')
}

/**
 * Answers whoever is still sending. The connection is closed, but not at once: what is sent to one that is closed already makes the system
 * throw the answer away that was not read yet.
 */
async function answerEarly(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  document: unknown,
): Promise<void> {
  response.setHeader('connection', 'close')
  const end = beginAnswer(response, status, document)
  if (!request.complete && !request.destroyed) {
    request.resume()
    const signal = AbortSignal.timeout(LINGER_MS)
    await once(request, 'close', { signal }).catch(() => undefined)
  }
  end()
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
  beginAnswer(response, status, document)()
}

/** @returns what ends it: all of it is on its way by then */
function beginAnswer(response: ServerResponse, status: number, document: unknown): () => void {
  const bytes = Buffer.from(JSON.stringify(document))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.write(bytes)
  return () => response.end()
}

function noSession(): CallerFault {
  return new CallerFault('no-session', {
    message: 'This is not the token of a session',
    remedy: 'Lock or stop the device instead: its own token ends with it',
  })
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
