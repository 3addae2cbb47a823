/**
 * The port on loopback that says how a keeper is: GET /health and GET /metrics, for a supervisor and for Prometheus on the same
 * machine (spec §13.11). It takes no token, and has nothing that needs one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Unavailable } from '@triode/core'
import type { DeviceService } from '@triode/device'
import { DEADLINE_CHECK_MS, HEAD_DEADLINE_MS, MAX_HEADER_BYTES } from '../tuning.ts'
import { healthOf } from './health.ts'
import { metricsText } from './metrics.ts'

/** A supervisor and a scraper have one each. */
const MAX_DOOR_CONNECTIONS = 16

export interface KeeperDoor {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  close(): Promise<void>
}

/** @param port 0 takes a free one @throws Unavailable 'port-in-use' */
export async function serveKeeperDoor(
  device: Pick<DeviceService, 'keeping'>,
  port: number,
): Promise<KeeperDoor> {
  const server = createServer(
    {
      requestTimeout: HEAD_DEADLINE_MS,
      headersTimeout: HEAD_DEADLINE_MS,
      connectionsCheckingInterval: DEADLINE_CHECK_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => {
      void answer(device, request).then(
        (made) => {
          send(response, made)
        },
        () => {
          send(response, { status: 500, type: JSON_TYPE, body: '{"ok":false}\n' })
        },
      )
    },
  )
  server.maxConnections = MAX_DOOR_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(portInUse(port, cause))
    })
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

const JSON_TYPE = 'application/json'
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

async function answer(
  device: Pick<DeviceService, 'keeping'>,
  { method, url, headers }: IncomingMessage,
): Promise<Answer> {
  // A page whose name was rebound to this machine is none of those that ask here.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')) return refusal(403, 'host-refused')
  if (method !== 'GET') return refusal(405, 'method-unknown')
  if (url !== '/health' && url !== '/metrics') return refusal(404, 'not-found')
  const report = await device.keeping()
  const health = healthOf(report)
  if (url === '/metrics') return { status: 200, type: METRICS_TYPE, body: metricsText(report, health) }
  return { status: health.ok ? 200 : 503, type: JSON_TYPE, body: `${JSON.stringify(health)}\n` }
}

function refusal(status: number, code: string): Answer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify({ code })}\n` }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}

function portInUse(port: number, cause: unknown): Unavailable {
  return new Unavailable('port-in-use', {
    message: `Port ${String(port)} of this machine is taken`,
    remedy: 'Choose another with --health-port',
    cause,
  })
}
