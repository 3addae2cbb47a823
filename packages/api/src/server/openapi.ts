/** The OpenAPI 3.1 document of the route table. */
import { z } from 'zod'
import { eventSchema } from '../schema/event.ts'
import { backupContentSchema, PASSPHRASE_HEADER, statusSchema } from '../schema/device.ts'
import { faultSchema } from '../schema/fault.ts'
import { contentSchema, uploadFileSchema, uploadSchema } from '../schema/file.ts'
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
} from '../schema/routes.ts'
import { sessionSchema } from '../schema/session.ts'

type Json = Record<string, unknown>

export interface OpenApi {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly security: readonly Json[]
  readonly components: { readonly securitySchemes: Json; readonly schemas: Json }
  readonly paths: Readonly<Record<string, Json>>
}

/** @param version of the program that serves it */
export function openApi(version: string): OpenApi {
  return {
    openapi: '3.1.0',
    info: { title: 'Triode', version, description: 'The local API of one Triode device' },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Of the device, or of a session' },
        launchCode: { type: 'http', scheme: 'bearer', description: 'Of /api/launch; used up' },
        ticket: { type: 'apiKey', in: 'query', name: 'ticket' },
        pass: { type: 'apiKey', in: 'query', name: 'pass', description: 'Of one file' },
        offer: { type: 'apiKey', in: 'query', name: 'code' },
      },
      schemas: { Fault: jsonSchema(faultSchema, 'output'), Event: jsonSchema(eventSchema, 'output') },
    },
    paths: paths(),
  }
}

function paths(): Record<string, Json> {
  const out: Record<string, Json> = {
    [EVENTS_PATH]: { get: operation('events', 'Every event from now on', eventAnswer()) },
    [CONTENT_PATH]: contentPath(),
    [SESSION_PATH]: sessionPath(),
    [SESSION_END_PATH]: {
      post: operation('endSession', 'Ends the session of the token', answer({ type: 'object' })),
    },
    [UPLOAD_PATH]: uploadPath(),
    [BACKUP_CONTENT_PATH]: backupPath(),
    [RESTORE_CONTENT_PATH]: restorePath(),
    [OPENAPI_PATH]: { get: operation('openapi', 'This document', answer({ type: 'object' })) },
  }
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const described = operation(name, route.does, answer(jsonSchema(route.output, 'output')))
    out[route.path] = {
      ...out[route.path],
      [route.method.toLowerCase()]: { ...described, ...inputOf(route) },
    }
  }
  return out
}

function operation(operationId: string, summary: string, ok: Json): Json {
  return { operationId, summary, responses: { 200: ok, default: FAULT_ANSWER } }
}

function sessionPath(): Json {
  const post = operation(
    'redeem',
    'Makes a session of a launch code',
    answer(jsonSchema(sessionSchema, 'output')),
  )
  return { post: { ...post, security: [{ launchCode: [] }] } }
}

/** Beside the table. A range is defined of GET alone: `bytes=a-b`, `bytes=a-`, `bytes=-n`. */
function contentPath(): Json {
  const { ticket: _, pass: __, ...parts } = contentSchema.shape
  const parameters = queryParameters(jsonSchema(z.object(parts), 'input'))
  const security = [{ token: [] }, { ticket: [] }, { pass: [] }]
  const header = (name: string) => ({ name, in: 'header', required: false, schema: { type: 'string' } })
  const all = { description: 'All of them', ...BYTES }
  const get = operation('fileContent', 'The bytes of a file, while it still arrives', all)
  const head = operation('fileContentHead', 'How many there are, their type and name', all)
  const responses = {
    ...(get['responses'] as Json),
    206: { description: 'The range, which Content-Range names', ...BYTES },
    416: { ...FAULT_ANSWER, description: 'Nothing of the range is there; Content-Range has the size' },
  }
  return {
    get: { ...get, security, parameters: [...parameters, header('Range'), header('If-Range')], responses },
    head: { ...head, security, parameters },
  }
}

function uploadPath(): Json {
  const does = 'Takes and seals the bytes of a file, to be sent later'
  const described = operation('uploadFile', does, answer(jsonSchema(uploadSchema, 'output')))
  const parameters = queryParameters(jsonSchema(uploadFileSchema, 'input'))
  const { content } = BYTES
  const description = 'All of its bytes; what they are stands in Content-Type'
  return { post: { ...described, parameters, requestBody: { required: true, description, content } } }
}

function backupPath(): Json {
  const get = operation('backupContent', 'A backup that was offered, once', {
    description: 'All of it',
    ...BYTES,
  })
  const parameters = queryParameters(jsonSchema(backupContentSchema, 'input'))
  return { get: { ...get, security: [{ token: [] }, { offer: [] }], parameters } }
}

function restorePath(): Json {
  const does = 'Makes the vault from a backup that comes as bytes'
  const described = operation('restoreContent', does, answer(jsonSchema(statusSchema, 'output')))
  const description = 'Its passphrase, in UTF-8, in base32'
  const header = { name: PASSPHRASE_HEADER, in: 'header', required: true, description }
  const parameters = [{ ...header, schema: { type: 'string' } }]
  return { post: { ...described, parameters, requestBody: { required: true, ...BYTES } } }
}

function inputOf(route: Route): Json {
  const schema = jsonSchema(route.input, 'input')
  if (route.method !== 'GET') {
    return {
      requestBody: { required: requires(schema).length > 0, content: { 'application/json': { schema } } },
    }
  }
  const parameters = queryParameters(schema)
  return parameters.length > 0 ? { parameters } : {}
}

function queryParameters(schema: Json): Json[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
  return properties.map(([name, of]) => ({
    name,
    in: 'query',
    required: requires(schema).includes(name),
    schema: of,
  }))
}

function requires(schema: Json): unknown[] {
  return Array.isArray(schema['required']) ? schema['required'] : []
}

function answer(schema: Json): Json {
  return { description: 'Done', content: { 'application/json': { schema } } }
}

function eventAnswer(): Json {
  const description = 'Blocks of `id`, `event` and `data`; `data` is one Event as JSON'
  return { description, content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/Event' } } } }
}

const BYTES = { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } }

const FAULT_ANSWER = {
  description: 'Not done; nothing changed',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, reused: 'inline' })
  return json
}
