/**
 * Who may ask: a local process that read the token, speaking to this very host and port (spec §13.1). This stands
 * before the router, so nothing under /api, known or not, answers anything else to anyone else.
 * - Host: a page on the web that rebinds its name to 127.0.0.1 still sends its own name.
 * - Origin and Sec-Fetch-Site: no other site's page may ask, whatever it knows.
 * - Token: no other user or program of this machine may ask.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FaultBody } from '../schema/fault.ts'

export interface Refusal {
  readonly status: 401 | 403
  readonly body: FaultBody
}

export interface Gate {
  readonly token: string
  /** The port that the server listens on. */
  readonly port: number
}

/** @returns why the request is refused, or undefined when it may pass */
export function refusal(request: IncomingMessage, gate: Gate): Refusal | undefined {
  const host = only(request, 'host')
  if (host === undefined || !hosts(gate.port).includes(host)) return HOST_REFUSED
  const origins = request.headersDistinct['origin'] ?? []
  if (origins.some((origin) => origin !== `http://${host}`)) return ORIGIN_REFUSED
  const sites = request.headersDistinct['sec-fetch-site'] ?? []
  if (sites.some((site) => site !== 'same-origin' && site !== 'none')) return ORIGIN_REFUSED
  const token = /^Bearer (.+)$/i.exec(only(request, 'authorization') ?? '')?.[1]
  return token !== undefined && sameText(token, gate.token) ? undefined : TOKEN_REFUSED
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
