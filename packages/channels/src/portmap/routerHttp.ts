/** Calls over HTTP to the router: to it alone, without following anywhere, bounded in time and size. */
import { PeerFault } from '@triode/core'
import { request } from 'node:http'
import { silent } from './mapping.ts'
import { MAX_DOCUMENT_CHARS } from './spec.ts'
import { HTTP_MS } from './tuning.ts'

export interface RouterCall {
  /** Its host is an IP literal: nothing is looked up. */
  readonly url: URL
  /** Where it is called, in place of the host of `url`: an address of IPv6, with its zone. */
  readonly to?: string
  /** This machine's address to call from. */
  readonly local: string
  /** Absent: the document is fetched. */
  readonly post?: { readonly body: string; readonly headers: Readonly<Record<string, string>> }
  readonly signal: AbortSignal
}

const MAX_HEADER_BYTES = 8_192

/**
 * The document that it answers with; also with status 500, where UPnP tells what is wrong.
 * @throws Unavailable 'router-silent'; PeerFault 'malformed' | 'oversize'
 */
export function callRouter({ url, to, local, post, signal }: RouterCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(HTTP_MS)])
    const call = request(url, {
      agent: false,
      localAddress: local,
      ...(to !== undefined && { hostname: to }),
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: within,
      method: post === undefined ? 'GET' : 'POST',
      headers: { host: url.host, connection: 'close', ...post?.headers },
    })
    call.on('error', (cause) => {
      reject(silent(cause))
    })
    let isAnswered = false
    // Such as after a switch to another protocol, of which Node tells nothing else.
    call.on('close', () => {
      if (!isAnswered) reject(silent())
    })
    call.on('response', (answer) => {
      isAnswered = true
      if (answer.statusCode !== 200 && answer.statusCode !== 500) {
        call.destroy()
        reject(new PeerFault('malformed'))
        return
      }
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
        if (text.length <= MAX_DOCUMENT_CHARS) return
        call.destroy()
        reject(new PeerFault('oversize'))
      })
      answer.on('end', () => {
        resolve(text)
      })
      answer.on('error', (cause) => {
        reject(silent(cause))
      })
      answer.on('close', () => {
        reject(silent())
      })
    })
    call.end(post?.body)
  })
}
