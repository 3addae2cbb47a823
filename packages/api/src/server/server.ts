/** The HTTP server: loopback only, the gate before everything, bounds on whatever a client may hold open. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { base32, CallerFault, Fault, Unavailable } from '@triode/core'
import type { DeviceService } from '@triode/device'
import { createApp, type App } from './app.ts'
import { BackupOffers } from './backupOffers.ts'
import { LongRequests } from './clientError.ts'
import { eventStreams, type EventStreams } from './eventStream.ts'
import { admission, isLaunching, type Gate, type Refusal } from './gate.ts'
import { pageDoor, type LaunchAddress } from './pageDoor.ts'
import { loadBundle, type Bundle } from './pages/bundle.ts'
import { isAnotherUsers } from './peerUser.ts'
import { Sessions } from './sessions.ts'
import { TOKEN_BYTES } from './spec.ts'
import * as tuning from './tuning.ts'

export interface ApiServerOptions {
  readonly device: DeviceService
  readonly version: string
  /** Default 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1'
  /** 0 takes a free one. */
  readonly port?: number
  /** Folder of the built page; without it, a sentence says how to build one. */
  readonly pages?: string
  /** Gets one entry a failure of our own, without anyone's words in it. */
  readonly log?: (line: string) => void
  /** Milliseconds since 1970. For tests; default: the system's. */
  readonly now?: () => number
  /** For tests: a shorter deadline for a request to arrive. */
  readonly requestDeadlineMs?: number
  /** For tests: gives up sooner on an upload of which nothing comes. */
  readonly uploadIdleMs?: number
  /** For tests: says sooner that an answer takes its time. */
  readonly stillWorkingMs?: number
}

export interface ApiServer {
  /** `http://HOST:PORT`. */
  readonly url: string
  readonly token: string
  /** Whether there is a page to open. */
  readonly hasPage: boolean
  /** A new address that opens the page, once. */
  launch(): LaunchAddress
  /** Ends event streams, lets requests under way end, then cuts what is left. */
  close(): Promise<void>
}

/** @throws CallerFault 'not-loopback' @throws Unavailable 'port-in-use' */
export async function serveApi(options: ApiServerOptions): Promise<ApiServer> {
  const { device, version, host = '127.0.0.1', port = 0, log = () => undefined } = options
  if (!['127.0.0.1', '::1'].includes(host)) throw notLoopback()
  const events = eventStreams(device, log)
  const {
    stillWorkingMs = tuning.STILL_WORKING_MS,
    now = Date.now,
    uploadIdleMs = tuning.UPLOAD_IDLE_MS,
  } = options
  const bundle = await bundleIn(options.pages, log)
  const server = boundedServer(options.requestDeadlineMs ?? tuning.REQUEST_DEADLINE_MS)
  const long = new LongRequests(server)
  const sessions = new Sessions(now)
  const offers = new BackupOffers(now)
  const token = base32(randomBytes(TOKEN_BYTES))
  const gate = { token, port: await listen(server, host, port), sessions, offers }
  const url = `http://${host === '::1' ? '[::1]' : host}:${gate.port}`
  const door = pageDoor(sessions, offers, url)
  const times = { now, stillWorkingMs, uploadIdleMs }
  const app = createApp({ device, events, door, bundle, long, version, log, ...times })
  guardedBy(server, gate, app, log)
  return {
    url,
    token,
    hasPage: bundle !== undefined,
    launch: () => door.launch(),
    close: async () => {
      await close(server, events)
      offers.dropAll()
    },
  }
}

/** A device without a page is one all the same. */
async function bundleIn(
  folder: string | undefined,
  log: (line: string) => void,
): Promise<Bundle | undefined> {
  if (folder === undefined) return undefined
  try {
    return await loadBundle(folder)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log(`triode: ${error.message}. ${error.remedy ?? ''}.`)
    return undefined
  }
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
function guardedBy(server: Server, gate: Gate, app: App, log: (line: string) => void): void {
  const admit = (request: IncomingMessage, response: ServerResponse, expects: boolean) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    if (!isLaunching(request)) enter(request, response, expects, false)
    else
      void isAnotherUsers(request.socket).then((isForeign) => {
        enter(request, response, expects, isForeign)
      })
  }
  const enter = (
    request: IncomingMessage,
    response: ServerResponse,
    expects: boolean,
    isForeign: boolean,
  ) => {
    const admitted = admission(request, gate, isForeign)
    if ('refused' in admitted) {
      if (admitted.refused.body.error.code === 'launch-code-used') log(USED_AGAIN)
      refuse(response, admitted.refused)
      return
    }
    if (expects) response.writeContinue()
    void app(request, response, admitted)
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

/** On every answer, unless it has its own; and never a header of CORS. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

/** Whoever used it first may not have been who it was for. */
const USED_AGAIN =
  'triode: a launch code was shown a second time and refused; if the page did not open for you, lock the device and start it anew'

/** Whoever is refused gets no second request on the connection, and its body is not read. */
function refuse(response: ServerResponse, { status, body }: Refusal): void {
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
