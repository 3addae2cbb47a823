/** The HTTP server: loopback only, the gate before everything, bounds on whatever a client may hold open. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { base32, CallerFault, Unavailable } from '@triode/core'
import type { DeviceService } from '@triode/device'
import { createApp, type App } from './app.ts'
import { eventStreams, type EventStreams } from './eventStream.ts'
import { refusal, type Gate } from './gate.ts'
import { TOKEN_BYTES } from './spec.ts'
import * as tuning from './tuning.ts'

export interface ApiServerOptions {
  readonly device: DeviceService
  readonly version: string
  /** Default 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1'
  /** 0 takes a free one. */
  readonly port?: number
  /** Gets one entry a failure of our own, without anyone's words in it. */
  readonly log?: (line: string) => void
  /** For tests: a shorter deadline for a request to arrive. */
  readonly requestDeadlineMs?: number
  /** For tests: says sooner that an answer takes its time. */
  readonly stillWorkingMs?: number
}

export interface ApiServer {
  /** `http://HOST:PORT`. */
  readonly url: string
  readonly token: string
  /** Ends event streams, lets requests under way end, then cuts what is left. */
  close(): Promise<void>
}

/** @throws CallerFault 'not-loopback' @throws Unavailable 'port-in-use' */
export async function serveApi(options: ApiServerOptions): Promise<ApiServer> {
  const { device, version, host = '127.0.0.1', port = 0, log = () => undefined } = options
  if (!['127.0.0.1', '::1'].includes(host)) throw notLoopback()
  const events = eventStreams(device, log)
  const { stillWorkingMs = tuning.STILL_WORKING_MS } = options
  const app = createApp({ device, events, version, log, stillWorkingMs })
  const server = boundedServer(options.requestDeadlineMs ?? tuning.REQUEST_DEADLINE_MS)
  const gate = { token: base32(randomBytes(TOKEN_BYTES)), port: await listen(server, host, port) }
  guardedBy(server, gate, app)
  const name = host === '::1' ? '[::1]' : host
  return { url: `http://${name}:${gate.port}`, token: gate.token, close: () => close(server, events) }
}

function boundedServer(requestTimeout: number): Server {
  const server = createServer({
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, tuning.HEAD_DEADLINE_MS),
    connectionsCheckingInterval: tuning.DEADLINE_CHECK_MS,
    maxHeaderSize: tuning.MAX_HEADER_BYTES,
    // The gate checks Host itself, and answers in its own words.
    requireHostHeader: false,
  })
  server.maxConnections = tuning.MAX_CONNECTIONS
  return server
}

/** Every way in which Node hands over a request passes the gate first. */
function guardedBy(server: Server, gate: Gate, app: App): void {
  const admit = (request: IncomingMessage, response: ServerResponse, expects: boolean) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const refused = refusal(request, gate)
    if (refused) {
      refuse(response, refused)
      return
    }
    if (expects) response.writeContinue()
    void app(request, response)
  }
  server.on('request', (request, response) => {
    admit(request, response, false)
  })
  server.on('checkContinue', (request, response) => {
    admit(request, response, true)
  })
  server.on('checkExpectation', (request, response) => {
    admit(request, response, false)
  })
  server.on('upgrade', (_request, socket) => socket.destroy())
  server.on('connect', (_request, socket) => socket.destroy())
}

/** On every answer; and never a header of CORS. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

/** Whoever is refused gets no second request on the connection, and its body is not read. */
function refuse(response: ServerResponse, { status, body }: NonNullable<ReturnType<typeof refusal>>): void {
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length, connection: 'close' }
  response.writeHead(status, headers).end(bytes)
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? portInUse(port, cause) : cause)
    })
    server.listen({ host, port, exclusive: true }, () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function notLoopback(): CallerFault {
  return new CallerFault('not-loopback', {
    message: 'The API is served on loopback alone',
    remedy: 'Choose 127.0.0.1 or ::1',
  })
}

function portInUse(port: number, cause: Error): Unavailable {
  return new Unavailable('port-in-use', {
    message: `Port ${port} is taken by another program`,
    remedy: 'Choose another with --port, or 0 for any that is free',
    cause,
  })
}

async function close(server: Server, events: EventStreams): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  events.close()
  // A connection kept alive becomes idle only after its last answer.
  const sweep = setInterval(() => server.closeIdleConnections(), tuning.SWEEP_MS)
  await Promise.race([closed, delay(tuning.DRAIN_MS, undefined, { ref: false })])
  clearInterval(sweep)
  server.closeAllConnections()
}
