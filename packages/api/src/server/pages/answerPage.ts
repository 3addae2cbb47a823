/**
 * The page over HTTP (spec §13.10). It is the same for everybody and holds nothing of anybody, so no token is asked for; what it shows
 * it gets through the API.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CallerFault } from '@triode/core'
import { encodingOf, type Asset } from './asset.ts'
import { INDEX_PATH, type Bundle } from './bundle.ts'
import { contentPolicy, PERMISSIONS } from './policy.ts'

/** Where index.html has the nonce of the answer. */
const NONCE_PLACE = '__CSP_NONCE__'
const NONCE_BYTES = 16
const WORKER_PATH = '/sw.js'
/**
 * Whoever sat on our port while no device ran may have left a service worker in the browser, which answers for us from then on. Browsers
 * look for a new version of it past the worker itself, and say so (Service Workers, "Update"): they get one that ends itself and loads
 * what it stands behind anew. Without the fragment: with the same one it would not be loaded.
 */
const ENDING_WORKER = `addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(end()))
async function end() {
  await registration.unregister()
  for (const page of await clients.matchAll({ type: 'window' })) await page.navigate(page.url.split('#', 1)[0])
}
`
const UNBUILT = `This device runs, but its web page is not built.

Build it in the folder of the program, and start the device again:

  npm run build
`

/** @throws CallerFault 'no-such-path' | 'no-such-method' */
export async function answerPage(
  bundle: Bundle | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request
  // What anyone may send is not waited for.
  if (!['GET', 'HEAD'].includes(method)) {
    response.setHeader('connection', 'close')
    throw noSuchMethod()
  }
  const path = placeOf(url)
  response.setHeader('permissions-policy', PERMISSIONS)
  response.setHeader('cache-control', 'no-cache')
  response.setHeader('content-security-policy', contentPolicy())
  const asset = bundle?.get(path)
  if (isStrayWorker(request, path, asset)) {
    send(request, response, 'text/javascript; charset=utf-8', Buffer.from(ENDING_WORKER))
    return
  }
  if (path === INDEX_PATH) sendIndex(asset, request, response)
  else if (asset) await sendAsset(asset, path, request, response)
  else throw noSuchPath()
}

function isStrayWorker({ headers }: IncomingMessage, path: string, asset: Asset | undefined): boolean {
  return headers['service-worker'] !== undefined && (path !== WORKER_PATH || asset === undefined)
}

/** The path in the bundle that a request is for; what looks like no file is a place in the page, which knows itself what to show there. */
export function placeOf(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  if (!path.startsWith('/')) return path
  const isFile = path.startsWith('/assets/') || path.slice(path.lastIndexOf('/')).includes('.')
  return isFile ? path : INDEX_PATH
}

/** A fresh nonce for each answer, so it is compressed for none and has no tag. */
function sendIndex(asset: Asset | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (!asset) {
    send(request, response, 'text/plain; charset=utf-8', Buffer.from(UNBUILT))
    return
  }
  const nonce = randomBytes(NONCE_BYTES).toString('base64')
  response.setHeader('content-security-policy', contentPolicy(nonce))
  const text = asset.bytes.toString().replaceAll(NONCE_PLACE, () => nonce)
  send(request, response, asset.type, Buffer.from(text))
}

async function sendAsset(
  asset: Asset,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const encoding = asset.isCompressible ? encodingOf(String(request.headers['accept-encoding'])) : undefined
  // Names there hold a hash of the content.
  if (path.startsWith('/assets/')) response.setHeader('cache-control', 'public, max-age=31536000, immutable')
  const etag = `"${asset.hash}${encoding === undefined ? '' : `-${encoding}`}"`
  response.setHeader('etag', etag)
  if (asset.isCompressible) response.setHeader('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return
  }
  const bytes = encoding === undefined ? asset.bytes : await asset.as(encoding)
  if (encoding !== undefined) response.setHeader('content-encoding', encoding)
  send(request, response, asset.type, bytes)
}

function send(request: IncomingMessage, response: ServerResponse, type: string, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function noSuchPath(): CallerFault {
  return new CallerFault('no-such-path', {
    message: 'The web page has no such file',
    remedy: 'Load the page anew',
  })
}

function noSuchMethod(): CallerFault {
  return new CallerFault('no-such-method', {
    message: 'The web page is only read',
    remedy: 'Use GET or HEAD',
  })
}
