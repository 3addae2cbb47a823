/**
 * Who may ask: a local process that knows a secret of this device's, speaking to this very host and port (spec §13.1). This stands
 * before the router, so nothing under /api, known or not, answers anything else to anyone else.
 * - Host: a page on the web that rebinds its name to 127.0.0.1 still sends its own name.
 * - Origin and Sec-Fetch-Site: no other site's page may ask, whatever it knows.
 * - Authorization: no other user or program of this machine may ask.
 * The last is not asked for the page itself, which lies outside of /api and holds nothing of anybody.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FaultBody } from '../schema/fault.ts'
import { BACKUP_CONTENT_PATH, CONTENT_PATH, SESSION_PATH } from '../schema/routes.ts'
import type { BackupOffers } from './backupOffers.ts'
import type { Session, Sessions, Unfit } from './sessions.ts'

export interface Refusal {
  readonly status: 401 | 403
  readonly body: FaultBody
}

export interface Gate {
  readonly token: string
  /** The port that the server listens on. */
  readonly port: number
  readonly sessions: Sessions
  readonly offers: BackupOffers
}

/** By what a request was let in. */
export type Pass =
  /** It is for the page, and needs nothing. */
  | { readonly by: 'page' }
  | { readonly by: 'token' }
  | { readonly by: 'session' | 'ticket'; readonly session: Session }
  /** The code of a backup that is on offer, not used up yet. */
  | { readonly by: 'offer' }
  /** A launch code, used up now: the session is new, and the answer. */
  | { readonly by: 'code'; readonly session: Session }

/**
 * @param isForeign whether another user of the machine is known to ask: no launch code is redeemed for them, and none used up
 * @returns by what the request may pass, or why it is refused
 */
export function admission(
  request: IncomingMessage,
  gate: Gate,
  isForeign = false,
): Pass | { readonly refused: Refusal } {
  const host = only(request, 'host')
  if (host === undefined || !hosts(gate.port).includes(host)) return { refused: HOST_REFUSED }
  const origins = request.headersDistinct['origin'] ?? []
  if (origins.some((origin) => origin !== `http://${host}`)) return { refused: ORIGIN_REFUSED }
  const sites = request.headersDistinct['sec-fetch-site'] ?? []
  if (sites.some((site) => site !== 'same-origin' && site !== 'none')) return { refused: ORIGIN_REFUSED }
  return passOf(request, gate, isForeign) ?? { refused: TOKEN_REFUSED }
}

/** Whether it shows a launch code, or what is meant for one. */
export function isLaunching({ method = '', url = '' }: IncomingMessage): boolean {
  return method === 'POST' && url.split('?', 1)[0] === SESSION_PATH
}

function passOf(
  request: IncomingMessage,
  { token, sessions, offers }: Gate,
  isForeign: boolean,
): Pass | { refused: Refusal } | undefined {
  const { method = '', url = '' } = request
  const path = url.split('?', 1)[0] ?? ''
  if (!isApi(path)) return { by: 'page' }
  const shown = /^Bearer (.+)$/i.exec(only(request, 'authorization') ?? '')?.[1]
  if (isLaunching(request) && isForeign) return { refused: USER_REFUSED }
  if (isLaunching(request) && shown !== undefined) return redeemed(sessions, shown)
  if (request.headersDistinct['authorization'] === undefined) return byAddress(method, url, sessions, offers)
  if (shown === undefined) return undefined
  if (sameText(shown, token)) return { by: 'token' }
  const session = sessions.ofToken(shown)
  return session && { by: 'session', session }
}

/** Whatever begins so is no page, known or not. */
function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/')
}

function redeemed(sessions: Sessions, code: string): Pass | { refused: Refusal } {
  const session = sessions.redeem(code)
  return typeof session === 'string' ? { refused: LAUNCH_REFUSED[session] } : { by: 'code', session }
}

/** In an address, which an image, a film or a link can hold: for the bytes of files, and of a backup that was asked for just now. */
function byAddress(method: string, url: string, sessions: Sessions, offers: BackupOffers): Pass | undefined {
  if (url.startsWith(`${BACKUP_CONTENT_PATH}?`) && method === 'GET')
    return offers.has(parameter(url, 'code')) ? { by: 'offer' } : undefined
  if (!url.startsWith(`${CONTENT_PATH}?`) || !['GET', 'HEAD'].includes(method)) return undefined
  const pass = parameter(url, 'pass')
  const session =
    pass === '' ? sessions.ofTicket(parameter(url, 'ticket')) : sessions.ofPass(pass, parameter(url, 'id'))
  return session && { by: 'ticket', session }
}

/** One that must stand there once; else nothing that anybody was given. */
function parameter(url: string, name: string): string {
  const values = new URLSearchParams(url.slice(url.indexOf('?'))).getAll(name)
  return values.length === 1 ? (values[0] ?? '') : ''
}

/** A header that must stand there once. */
function only(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name] ?? []
  return values.length === 1 ? values[0] : undefined
}

function hosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
}

/** Constant-time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const HOST_REFUSED: Refusal = {
  status: 403,
  body: {
    error: {
      code: 'host-refused',
      message: 'The request was meant for another host',
      remedy: 'Use the address that `triode start` printed',
    },
  },
}

const ORIGIN_REFUSED: Refusal = {
  status: 403,
  body: {
    error: {
      code: 'origin-refused',
      message: 'Pages of other sites may not ask',
      remedy: 'Open the address that `triode start` printed',
    },
  },
}

const TOKEN_REFUSED: Refusal = {
  status: 401,
  body: {
    error: {
      code: 'token-refused',
      message: 'The token is missing or wrong',
      remedy: 'Take the token from api.json in the home folder or from `triode start --json`',
    },
  },
}

const USER_REFUSED: Refusal = {
  status: 403,
  body: {
    error: {
      code: 'user-refused',
      message: 'This device belongs to another user of this machine',
      remedy: 'Open the page as the user who started it',
    },
  },
}

const LAUNCH_REFUSED: Readonly<Record<Unfit, Refusal>> = {
  used: launchRefused('launch-code-used', 'This address was opened already, and opens once'),
  expired: launchRefused('launch-code-expired', 'This address is older than 15 minutes'),
  unknown: launchRefused('launch-code-refused', 'This address opens nothing here'),
}

function launchRefused(code: string, message: string): Refusal {
  return { status: 401, body: { error: { code, message, remedy: 'Get a new one with `triode open`' } } }
}
