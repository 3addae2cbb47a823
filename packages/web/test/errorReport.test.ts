import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportOf } from '../src/app/errorReport.ts'

const HERE = { path: '/c/k3jq7ab', userAgent: 'Mozilla/5.0 Test', language: 'de' }

/** As V8 writes it: the message comes first. */
function failure(message: string, places: readonly string[], cause?: unknown): Error {
  const error = new TypeError(message, { cause })
  error.stack = [`TypeError: ${message}`, ...places.map((place) => `    at f (${place})`)].join('\n')
  return error
}

test('a report tells where, in which browser and on which screen', () => {
  const error = failure('x is undefined', ['http://127.0.0.1:8746/assets/index-Bx3.js:1:204'])
  assert.deepEqual(reportOf(error, HERE).split('\n'), [
    'error: TypeError',
    '  at /assets/index-Bx3.js:1:204',
    'screen: conversation',
    'language: de',
    'browser: Mozilla/5.0 Test',
  ])
})

test('what an error quotes, the address and the causes’ words stay out of it', () => {
  const cause = failure('Unexpected token in "meet me at the pier"', ['/assets/api.js:3:9'])
  const error = failure('no message k3jq7ab: meet me\n    at the pier', ['/assets/index.js:1:2'], cause)
  const report = reportOf(error, HERE)
  assert.doesNotMatch(report, /pier|k3jq7ab|meet|8746/u)
  assert.match(report, /cause: TypeError\n {2}at \/assets\/api\.js:3:9/u)
})

test('whatever is thrown has a report, of bounded length', () => {
  const deep = failure('deep', Array<string>(500).fill('/assets/index.js:1:2'))
  deep.name = 'a secret name'
  deep.cause = deep
  assert.match(reportOf(deep, HERE), /^error: unknown\n/u)
  assert.ok(reportOf(deep, HERE).length < 3_000)
  for (const thrown of ['a secret', undefined, null, { secret: 1 }])
    assert.doesNotMatch(reportOf(thrown, HERE), /secret/u)
})
