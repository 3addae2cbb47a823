/** The description of the API is whole and well-formed, since others generate code from it. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MAX_MENTIONS, MAX_TEXT_BYTES, MAX_TIMER_MS, MIN_TIMER_MS } from '@triode/core'
import { MAX_PAGE_MESSAGES } from '@triode/device'
import {
  BACKUP_CONTENT_PATH,
  CONTENT_PATH,
  EVENTS_PATH,
  OPENAPI_PATH,
  RESTORE_CONTENT_PATH,
  ROUTES,
  SESSION_END_PATH,
  SESSION_PATH,
  UPLOAD_PATH,
  type Route,
} from '@triode/api'
import { openApi } from '@triode/api/server'
import { served } from './served.ts'

type Json = Record<string, unknown>

/** Rules of OpenAPI 3.1 that a generator would stumble over. @returns complaints */
function complaints(document: Json): string[] {
  const found: string[] = []
  const must = (condition: boolean, what: string) => condition || found.push(what)
  const info = document['info'] as Json
  must(document['openapi'] === '3.1.0', 'openapi version')
  must(typeof info['title'] === 'string' && typeof info['version'] === 'string', 'info')
  const operationIds = new Set<unknown>()
  for (const [path, item] of Object.entries(document['paths'] as Record<string, Json>)) {
    must(path.startsWith('/'), `${path} starts with a slash`)
    for (const [method, operation] of Object.entries(item) as [string, Json][]) {
      const door = `${method} ${path}`
      must(['get', 'head', 'post', 'put'].includes(method), `${door}: method`)
      must(!operationIds.has(operation['operationId']), `${door}: operationId is unique`)
      operationIds.add(operation['operationId'])
      must(typeof operation['summary'] === 'string', `${door}: summary`)
      for (const [status, response] of Object.entries(operation['responses'] as Record<string, Json>)) {
        must(/^([1-5]\d\d|default)$/.test(status), `${door}: status ${status}`)
        must(typeof response['description'] === 'string', `${door}: description of ${status}`)
      }
      for (const parameter of (operation['parameters'] ?? []) as Json[]) {
        must(parameter['in'] !== 'path' && typeof parameter['required'] === 'boolean', `${door}: parameter`)
        must(typeof parameter['schema'] === 'object', `${door}: schema of ${String(parameter['name'])}`)
      }
      must(method !== 'get' || operation['requestBody'] === undefined, `${door}: no body`)
    }
  }
  for (const [ref] of JSON.stringify(document).matchAll(/(?<="\$ref":")[^"]+/g)) {
    const target = ref
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document)
    must(target !== undefined, `${ref} leads somewhere`)
  }
  return found
}

/** Beside the table. */
const READ_PATHS = [EVENTS_PATH, OPENAPI_PATH, BACKUP_CONTENT_PATH]
const SENT_PATHS = [SESSION_PATH, SESSION_END_PATH, UPLOAD_PATH, RESTORE_CONTENT_PATH]

suite('the OpenAPI document', () => {
  const document = openApi('1.2.3')

  test('is well-formed', () => {
    assert.deepEqual(complaints(document as unknown as Json), [])
  })

  test('says the limits that the device keeps', () => {
    const { paths } = document as unknown as { paths: Record<string, Record<string, Json>> }
    const send = JSON.stringify(paths['/api/messages']?.['post']?.['requestBody'])
    assert.match(send, new RegExp(`"text":{[^}]*"maxLength":${MAX_TEXT_BYTES}`))
    assert.match(send, new RegExp(`"mentions":{[^}]*}?[^}]*"maxItems":${MAX_MENTIONS}`))
    const page = JSON.stringify(paths['/api/messages']?.['get']?.['parameters'])
    assert.match(page, new RegExp(`"maximum":${MAX_PAGE_MESSAGES}`))
    const timer = JSON.stringify(Object.values(paths['/api/conversation/expiry'] ?? {}))
    assert.match(timer, new RegExp(`"minimum":${MIN_TIMER_MS},"maximum":${MAX_TIMER_MS}`))
  })

  test('and the check would notice if it were not', () => {
    const broken = structuredClone(document) as unknown as Json
    const paths = broken['paths'] as Record<string, Record<string, Json>>
    delete paths['/api/status']?.['get']?.['summary']
    Object.assign(paths, { '/api/again': { get: { ...paths['/api/circles']?.['get'] } } })
    ;(broken['components'] as Json)['schemas'] = {}
    const found = complaints(broken).join('\n')
    for (const what of ['get /api/status: summary', 'get /api/again: operationId', '/Fault leads']) {
      assert.ok(found.includes(what), what)
    }
  })

  test('has every route, with what it takes and gives', () => {
    const paths = document.paths as Record<string, Record<string, Json>>
    for (const [name, { method, path, does }] of Object.entries<Route>(ROUTES)) {
      const operation = paths[path]?.[method.toLowerCase()]
      assert.deepEqual([operation?.['operationId'], operation?.['summary']], [name, does])
      assert.equal(operation?.['requestBody'] !== undefined, method !== 'GET')
    }
    const beside = [...READ_PATHS, CONTENT_PATH, ...SENT_PATHS].map((path) => Object.keys(paths[path] ?? {}))
    const [read, sent] = [READ_PATHS.map(() => ['get']), SENT_PATHS.map(() => ['post'])]
    assert.deepEqual(beside, [...read, ['get', 'head'], ...sent])
    const listed = Object.values(paths).flatMap((item) => Object.keys(item)).length
    assert.equal(listed, Object.keys(ROUTES).length + beside.flat().length)
  })

  test('shows types and bounds as the server checks them', () => {
    const paths = document.paths as Record<
      string,
      Record<string, { parameters?: Json[]; requestBody?: Json }>
    >
    const limit = paths['/api/messages']?.['get']?.parameters?.find(({ name }) => name === 'limit')
    assert.equal(limit?.['required'], false)
    assert.partialDeepStrictEqual(limit['schema'], { type: 'integer', minimum: 1, maximum: 500, default: 50 })
    const init = JSON.stringify(paths['/api/init']?.['post']?.requestBody)
    assert.match(init, /"additionalProperties":false/)
    assert.match(init, /"format":"password"/)
  })

  test('is served as it is', async (t) => {
    const { api } = await served(t)
    const answer = await fetch(`${api.url}${OPENAPI_PATH}`, {
      headers: { authorization: `Bearer ${api.token}` },
    })
    assert.deepEqual(await answer.json(), JSON.parse(JSON.stringify(openApi('0.0.0-test'))))
  })
})
