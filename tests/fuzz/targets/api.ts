/** What the local API is asked and answers, and what a person types. */
import {
  ApiFault,
  BACKUP_CONTENT_PATH,
  CONTENT_PATH,
  createClient,
  PASSPHRASE_HEADER,
  redeem,
  ROUTES,
} from '@triode/api'
import { base32, CallerFault } from '@triode/core'
import { readApiFile } from '@triode/api/local'
import type { IncomingMessage } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { openContent } from '../../../packages/api/src/client/content.ts'
import { openEvents } from '../../../packages/api/src/client/events.ts'
import { cleanLine, cleanText } from '../../../packages/api/src/local/clean.ts'
import { restoreHeadersSchema } from '../../../packages/api/src/schema/device.ts'
import { contentSchema } from '../../../packages/api/src/schema/file.ts'
import { BackupOffers } from '../../../packages/api/src/server/backupOffers.ts'
import { dispositionOf } from '../../../packages/api/src/server/disposition.ts'
import { admission, type Pass } from '../../../packages/api/src/server/gate.ts'
import { inputOf } from '../../../packages/api/src/server/input.ts'
import { shownAs } from '../../../packages/api/src/server/mediaType.ts'
import { placeOf } from '../../../packages/api/src/server/pages/answerPage.ts'
import { encodingOf } from '../../../packages/api/src/server/pages/asset.ts'
import { userIn } from '../../../packages/api/src/server/peerUser.ts'
import { rangeOf } from '../../../packages/api/src/server/range.ts'
import { Sessions } from '../../../packages/api/src/server/sessions.ts'
import { wholeNumber } from '../../../packages/cli/src/argument.ts'
import { sizeOrNone } from '../../../packages/cli/src/print/size.ts'
import { durationOrOff } from '../../../packages/cli/src/print/time.ts'
import { asyncTarget, ContractBroken, textTarget, type Target } from '../target.ts'

const TOKEN = 'token-of-the-fuzz-target'
const home = mkdtempSync(join(tmpdir(), 'triode-fuzz-'))
process.once('exit', () => {
  rmSync(home, { recursive: true, force: true })
})

const utf8 = (text: string) => new TextEncoder().encode(text)
const JSON_WORDS = [
  '{"',
  '":',
  '"}',
  ',',
  '[',
  ']',
  'null',
  '-1',
  '1e400',
  '"__proto__":',
  '"where":',
  '"text":',
  '\u0000',
  '\\ud800',
]

/** A request with these headers, one a line, and this body. */
function request(
  method: string,
  url: string,
  headers: Record<string, string[]>,
  body: Uint8Array,
): IncomingMessage {
  const stream = Readable.from(body.length > 0 ? [Buffer.from(body)] : [])
  const single = Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.join(', ')]),
  )
  return Object.assign(stream, {
    method,
    url,
    headers: single,
    headersDistinct: headers,
  }) as unknown as IncomingMessage
}

function headersOf(text: string): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (const line of text.split('\n')) {
    const at = line.indexOf(':')
    const name = line.slice(0, Math.max(at, 0)).trim().toLowerCase()
    if (name !== '__proto__') (headers[name] ??= []).push(line.slice(at + 1).trim())
  }
  return headers
}

/** A client whose device answers `input`, whatever it is asked. */
function endpoint(input: Uint8Array, status = 200) {
  return {
    url: 'http://127.0.0.1:1',
    token: TOKEN,
    fetch: () => Promise.resolve(new Response(Buffer.from(input), { status })),
  }
}

const GOOD = `GET /api/status\nhost: 127.0.0.1:4711\nauthorization: Bearer ${TOKEN}\nsec-fetch-site: same-origin`
const sessions = new Sessions(() => 0)
const session = begun()
const offers = new BackupOffers(() => 0)
const { code: offer } = offers.add(
  { writeTo: () => Promise.resolve(), [Symbol.dispose]: () => undefined },
  undefined,
)
/** In the place of secrets that are drawn at random: an input has to mean the same in each run. */
const STAND_INS = ['<session>', '<ticket>', '<code>', '<offer>'] as const

function begun() {
  const made = sessions.redeem(sessions.launch().code)
  if (typeof made === 'string') throw new Error('a new code opens nothing')
  return made
}

/** A line of a request, then its headers. @returns by what it was let in, or undefined */
function admitted(text: string): Pass | undefined {
  const secrets: readonly string[] = [session.token, session.ticket, sessions.launch().code, offer]
  const filled = STAND_INS.reduce((so, word, at) => so.replaceAll(word, secrets[at] ?? ''), text)
  const [line = '', ...headers] = filled.split('\n')
  const [method = '', url = ''] = line.split(' ')
  const made = request(method, url, headersOf(headers.join('\n')), new Uint8Array(0))
  const found = admission(made, { token: TOKEN, port: 4_711, sessions, offers })
  return 'refused' in found ? undefined : found
}

/** What must stand in a request that is let in so. */
const SHOWN: Readonly<Record<Pass['by'], RegExp>> = {
  page: /^(?![^ \n]* \/api(?:[/? \n]|$))/,
  token: new RegExp(`bearer ${TOKEN}`, 'i'),
  session: /bearer <session>/i,
  ticket: new RegExp(`^(GET|HEAD) ${CONTENT_PATH}[?].*ticket=`),
  offer: new RegExp(`^GET ${BACKUP_CONTENT_PATH}[?]code=<offer>`),
  code: /^POST \/api\/session(\?\S*)?\n[^]*bearer <code>/i,
}

const server: readonly Target[] = [
  textTarget({
    name: 'api-gate',
    covers: ['api/server/gate.ts'],
    faults: [],
    seeds: () => [
      GOOD,
      GOOD.replace('127.0.0.1', 'localhost'),
      GOOD.replace(TOKEN, '<session>'),
      'POST /api/session\nhost: 127.0.0.1:4711\nauthorization: Bearer <code>',
      `GET ${CONTENT_PATH}?id=a&ticket=<ticket>\nhost: 127.0.0.1:4711`,
      `GET ${BACKUP_CONTENT_PATH}?code=<offer>\nhost: 127.0.0.1:4711`,
      'GET /c/abc\nhost: [::1]:4711',
      'GET /\nhost: evil.example\norigin: null',
      '',
    ],
    words: [
      'host: ',
      '\n',
      'origin: http://127.0.0.1:4711',
      'authorization: Bearer ',
      TOKEN,
      ...STAND_INS,
      ':',
      '127.0.0.1:4711',
      'null',
      '@',
      '/api',
      '%61',
      'HEAD ',
      'POST ',
      '&ticket=',
      'http://127.0.0.1:4711/api/status',
    ],
    decode: (text) => {
      const pass = admitted(text)
      if (pass === undefined) return
      if (!/(127\.0\.0\.1|localhost|\[::1\]):4711/.test(text))
        throw new ContractBroken('it let in who means another host')
      if (!SHOWN[pass.by].test(text)) throw new ContractBroken(`it let in by ${pass.by} who shows none`)
    },
  }),
  textTarget({
    name: 'connection-table',
    covers: [],
    faults: [],
    seeds: () => [
      '   7: 0100007F:C350 0100007F:222A 01 00000000:00000000 00:00000000 00000000 1000',
      '0: 0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:222A 01 0 0 0 7',
    ],
    words: [':C350', ':222A', ' ', '\n', '0100007F', '7F000001', 'FFFF0000', '00000000', '-1', '4294967296'],
    decode: (table) => {
      const user = userIn(
        table,
        { address: '127.0.0.1', port: 50_000 },
        { address: '127.0.0.1', port: 8_746 },
      )
      if (user !== undefined && !(Number.isSafeInteger(user) && user >= 0))
        throw new ContractBroken('a user that there is not')
      return user
    },
  }),
  textTarget({
    name: 'page-path',
    covers: [],
    faults: [],
    seeds: () => ['/', '/c/abc', '/assets/a.js?x', '/sw.js', '/../a.txt', 'http://a/b'],
    words: ['/', '/assets/', '.', '..', '?', '%2e', '%2f', '\0', '//', '\\', 'index.html'],
    decode: (url) => {
      const place = placeOf(url)
      if (place !== '/index.html' && (place.includes('?') || !url.startsWith(place)))
        throw new ContractBroken('a file that was not asked for')
      return place
    },
  }),
  textTarget({
    name: 'page-encoding',
    covers: [],
    faults: [],
    seeds: () => ['gzip, deflate, br, zstd', 'br;q=0, gzip;q=0.5', '*', ''],
    words: ['br', 'gzip', ';q=0', ';q=0.001', ',', ' ', '*', 'q'],
    decode: (header) => {
      const encoding = encodingOf(header)
      if (encoding !== undefined && !header.toLowerCase().includes(encoding))
        throw new ContractBroken('an encoding that was not asked for')
      return encoding
    },
  }),
  asyncTarget({
    name: 'api-body',
    covers: ['api/server/input.ts', 'api/server/app.ts'],
    faults: [CallerFault],
    seeds: () => [utf8('{"where":"The Band","text":"Hello"}'), utf8('{}'), utf8('[1]')],
    words: JSON_WORDS,
    decode: async (input) => {
      const body = await inputOf(request('POST', '/', { 'content-type': ['application/json'] }, input))
      return Object.values(ROUTES).map((route) => route.input.safeParse(body).success)
    },
  }),
  asyncTarget({
    name: 'api-query',
    covers: [],
    faults: [CallerFault],
    seeds: () => [utf8('where=The%20Band&limit=20'), utf8('circle=%C3%A4'), utf8('')],
    words: ['&', '=', '%', '%00', '%ff', 'limit=', 'where=', '__proto__=', '+', '1e3'],
    decode: async (input) => {
      const query = await inputOf(
        request('GET', `/api/messages?${new TextDecoder().decode(input)}`, {}, new Uint8Array(0)),
      )
      return [...Object.values(ROUTES).map((route) => route.input), contentSchema].map(
        (schema) => schema.safeParse(query).success,
      )
    },
  }),
  textTarget({
    name: 'api-range',
    covers: ['api/server/range.ts'],
    faults: [],
    seeds: () => ['bytes=0-0', 'bytes=10-', 'bytes=-5', 'bytes=0-1,5-6', 'BYTES= 1-2 '],
    words: ['bytes=', '-', ',', '0', '9', '99999999999999999999', ' ', '\t', '-0'],
    decode: (header) => [0, 1, 262_144, 2 ** 48].map((size) => checkedRange(header, size)),
  }),
  textTarget({
    name: 'api-restore-header',
    covers: [],
    faults: [],
    seeds: () => [base32(utf8('correct horse')), base32(utf8('\u30ab\u30ae')), ''],
    words: ['a', '7', '=', 'A'],
    decode: (text) => restoreHeadersSchema.safeParse({ [PASSPHRASE_HEADER]: text }).success,
  }),
  textTarget({
    name: 'api-disposition',
    covers: ['api/server/disposition.ts', 'api/server/mediaType.ts'],
    faults: [],
    seeds: () => ['cake.jpg', 'K\u00e4se "1".txt', "it's (1)*", 'text/html', 'image/png; q=1'],
    words: ['"', '\\', '%', "'", '*', '\r\n', '\u202e', '/', ';', 'text/html', 'image/svg+xml', 'image/png'],
    decode: (text) => {
      const header = dispositionOf('attachment', text)
      if (!/^attachment; filename="[^"\\%]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/.test(header))
        throw new ContractBroken('a name that leads out of its header')
      if (/[^\x20-\x7e]/.test(header)) throw new ContractBroken('a header that is not plain')
      const { contentType, disposition } = shownAs(text)
      if (disposition === 'inline' && /html|xml|script/.test(contentType))
        throw new ContractBroken('a document that runs scripts')
      return header
    },
  }),
]

/** A range that is not empty and lies within the whole. */
function checkedRange(header: string, size: number): unknown {
  const range = rangeOf(header, size)
  if (typeof range === 'string') return range
  const { from, to } = range
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from >= to || to > size)
    throw new ContractBroken('a range that is not there')
  return range
}

const client: readonly Target[] = [
  asyncTarget({
    name: 'api-answer',
    covers: ['api/client/request.ts', 'api/client/client.ts'],
    faults: [ApiFault],
    seeds: () => [utf8('{"conversations":[]}'), utf8('{"error":{"code":"a","message":"b"}}')],
    words: JSON_WORDS,
    decode: async (input) => createClient(endpoint(input)).conversations({}),
  }),
  asyncTarget({
    name: 'api-session',
    covers: ['api/client/session.ts'],
    faults: [ApiFault],
    seeds: () => [utf8('{"token":"a","ticket":"b"}'), utf8('{}')],
    words: [...JSON_WORDS, '"token":', '"ticket":'],
    decode: async (input) => redeem('http://127.0.0.1:1', 'code', endpoint(input)),
  }),
  asyncTarget({
    name: 'api-restored',
    covers: ['api/client/restore.ts restoreFrom'],
    faults: [ApiFault],
    seeds: () => [utf8('{"state":"new","version":"1","home":"/","circles":0,"tunnels":0,"channels":[]}')],
    words: [...JSON_WORDS, '"state":', '"unlocked"', '"vault":'],
    decode: async (input) => createClient(endpoint(input)).restoreFrom(new Uint8Array(1), 'passphrase'),
  }),
  asyncTarget({
    name: 'api-refusal',
    covers: [],
    faults: [ApiFault],
    seeds: () => [utf8('{"error":{"code":"locked","message":"Locked","remedy":"Unlock"}}')],
    words: JSON_WORDS,
    decode: async (input) => createClient(endpoint(input, 409)).conversations({}),
  }),
  asyncTarget({
    name: 'api-events',
    covers: ['api/client/events.ts openEvents'],
    faults: [ApiFault],
    seeds: () => [utf8('id: 1\nevent: lock\ndata: {"type":"lock"}\n\n'), utf8(': still here\n\n')],
    words: ['data: ', '\n\n', '\n', 'event: ', ...JSON_WORDS],
    decode: async (input) => {
      let count = 0
      for await (const _ of await openEvents(endpoint(input))) count++
      return count
    },
  }),
  asyncTarget({
    name: 'api-content',
    covers: ['api/client/content.ts openContent'],
    faults: [ApiFault],
    seeds: () => [utf8('bytes 5-9/10'), utf8('bytes */10'), utf8('bytes 5-')],
    words: ['bytes ', '5-', '9', '/', '*', ','],
    decode: async (input) => {
      const range = Buffer.from(input)
        .toString('latin1')
        .replaceAll(/[^ -~]/g, '')
      const answer = { status: 206, headers: { 'content-range': range } }
      const of = { ...endpoint(input), fetch: () => Promise.resolve(new Response('01234', answer)) }
      const { headers } = await openContent(of, 'abc', { from: 5 })
      if (headers.get('content-range')?.startsWith('bytes 5-') !== true)
        throw new ContractBroken('bytes of another place')
    },
  }),
  asyncTarget({
    name: 'api-file',
    covers: ['api/local/apiFile.ts readApiFile'],
    faults: [],
    seeds: () => [utf8(`{"url":"http://127.0.0.1:1","token":"a","pid":${process.pid}}`)],
    words: JSON_WORDS,
    decode: async (input) => {
      writeFileSync(join(home, 'api.json'), input)
      return readApiFile(home)
    },
  }),
]

const typed: readonly Target[] = [
  textTarget({
    name: 'cli-number',
    covers: ['cli/argument.ts'],
    faults: [ApiFault],
    seeds: () => ['1', '100', '999999999'],
    words: ['0', '1', '-', '.', 'e', '_'],
    decode: wholeNumber,
    format: String,
  }),
  textTarget({
    name: 'cli-duration',
    covers: ['cli/print/time.ts'],
    faults: [ApiFault],
    seeds: () => ['90s', '30m', '24h', '7d', '2w', 'off'],
    words: ['s', 'm', 'h', '9', 'off', '-', '.'],
    decode: durationOrOff,
  }),
  textTarget({
    name: 'cli-size',
    covers: ['cli/print/size.ts'],
    faults: [ApiFault],
    seeds: () => ['500', '64k', '10M', '1.5G', '2TB', '10 MB', 'none'],
    words: ['k', 'M', 'G', 'T', 'B', '.', ' ', '9', '0', 'none', '-', 'e'],
    decode: (text) => {
      const bytes = sizeOrNone(text)
      if (bytes !== null && !(Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= 2 ** 48))
        throw new ContractBroken('a size that no file has')
      return bytes
    },
  }),
  textTarget({
    name: 'terminal-text',
    covers: ['api/local/clean.ts'],
    faults: [],
    seeds: () => ['plain', 'a\u001b[31mb', 'a\u202eb\r\nc'],
    words: ['\u001b]0;', '\u0007', '\u009b', '\u2028', '\ufeff', '\u200e', '\n', '\r'],
    decode: (text) => {
      // eslint-disable-next-line no-control-regex
      if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(cleanLine(text)))
        throw new ContractBroken('a line that moves the cursor')
      return cleanText(text)
    },
  }),
]

export const apiTargets: readonly Target[] = [...server, ...client, ...typed]
