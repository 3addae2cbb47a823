/** An API over the double, for one test. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient, type Client } from '@triode/api'
import { serveApi, type ApiServer, type ApiServerOptions } from '@triode/api/server'
import { doubleDevice, type Double } from './double.ts'

export interface Served {
  readonly device: Double
  readonly api: ApiServer
  readonly client: Client
  readonly port: number
  /** What the server logged. */
  readonly log: string[]
}

export async function served(t: TestContext, options: Partial<ApiServerOptions> = {}): Promise<Served> {
  const device = doubleDevice({ home: '/nowhere', version: '0.0.0-test' })
  const log: string[] = []
  const api = await serveApi({ device, version: '0.0.0-test', log: (line) => log.push(line), ...options })
  t.after(() => api.close())
  return { device, api, client: createClient(api), port: Number(new URL(api.url).port), log }
}

/** As `served`, with a vault, the circle Family and Bob in it. */
export async function servedFamily(t: TestContext): Promise<Served> {
  const all = await served(t)
  await all.client.init({ passphrase: 'correct horse', name: 'Alice' })
  await all.client.join({ link: 'triode:join-family' })
  return all
}

export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** Sends these very bytes and reads until the server closes: no client in between to tidy anything up. */
export function raw(port: number, ...lines: string[]): Promise<RawAnswer> {
  return rawBytes(port, `${lines.join('\r\n')}\r\n\r\n`)
}

export function rawBytes(port: number, bytes: string, host = '127.0.0.1'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8').setTimeout(20_000, () => socket.destroy(new Error('no answer in time')))
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2)
      resolve({ status: Number(head.split(' ', 2)[1]), head: head.toLowerCase(), body })
    })
  })
}

/** Looks every few milliseconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!condition()) {
    assert.ok(performance.now() < deadline, `waited in vain: ${what}`)
    await delay(5)
  }
}

/** A body that goes on until somebody stops it. */
export function endlessBytes(stop: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await delay(1)
      // Node’s fetch goes on reading what nobody wants any more.
      if (stop.aborted) controller.close()
      else controller.enqueue(randomBytes(1_000))
    },
  })
}
