/** Every fault has a sentence and a remedy by the time it reaches a person (spec §13.4). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallerFault, IntegrityFault, PEER_WORDS, PeerFault, Unavailable, type Fault } from '@triode/core'
import { WORDS, worded, wordsOf } from '../../packages/device/src/faultWords.ts'
import { faultsIn, faultsOf, gapsOf } from './faults.ts'

const made = faultsOf(process.cwd())
const BY_NAME = { CallerFault, IntegrityFault, PeerFault, Unavailable } as const

/** Codes that are computed: the rules of the membership log, and what a chore is called that failed. */
const COMPUTED = ['housekeeping-failed']

test('every fault of the sources has both, where it is made or in the table of the device', () => {
  assert.ok(made.length > 250, `only ${String(made.length)} faults were found`)
  assert.deepEqual(gapsOf(made, WORDS), [])
})

test('the tables have no code that nobody throws', () => {
  const thrown = (isPeer: boolean): Set<string | undefined> =>
    new Set(made.filter(({ className }) => (className === 'PeerFault') === isPeer).map(({ code }) => code))
  const [ours, theirs] = [thrown(false).union(new Set(COMPUTED)), thrown(true)]
  const dead = [
    ...Object.keys(WORDS).filter((code) => !ours.has(code)),
    ...Object.keys(PEER_WORDS).filter((code) => !theirs.has(code)),
  ]
  assert.deepEqual(dead, [])
})

test('what leaves the device bare leaves it with both, under its code and class, and tells no more', () => {
  for (const { className, code = 'target-is-member' } of made) {
    const Class = BY_NAME[className as keyof typeof BY_NAME] as
      (typeof BY_NAME)[keyof typeof BY_NAME] | undefined
    if (Class === undefined) continue
    const bare = new Class(code)
    const { message, remedy } = wordsOf(bare)
    for (const text of [message, remedy]) assert.match(text, /^[A-Z`'].*[.]$/, code)
    const fault = worded(bare) as Fault
    assert.ok(fault instanceof Class)
    assert.deepEqual([fault.code, fault.message, fault.remedy, fault.cause], [code, message, remedy, bare])
    assert.equal(worded(fault), fault, 'once is enough')
  }
})

test('words of its own stay', () => {
  const own = new CallerFault('not-found', { message: 'No such cat.' })
  const { message, remedy } = worded(own) as Fault
  assert.deepEqual([message, remedy], ['No such cat.', WORDS['not-found']?.[1]])
  const error = new TypeError('a defect')
  assert.equal(worded(error), error)
})

test('a fault without is named: anywhere if its code has no words, and in a face always', () => {
  const source = `
    throw new CallerFault('new-thing', { message: 'So.' })
    throw new Unavailable('not-found')
    throw new CallerFault('fine', { message: 'So.', remedy: 'Do.' })
    throw new PeerFault('whatever')
    throw new ApiFault({ status: 0, code: 'bare', message: 'So.' })`
  assert.deepEqual(gapsOf(faultsIn('core/x.ts', source).slice(0, 4), WORDS), [
    'core/x.ts:2: new-thing has no message or no remedy',
  ])
  assert.deepEqual(gapsOf(faultsIn('cli/x.ts', source), WORDS), [
    'cli/x.ts:2: new-thing has no message or no remedy',
    'cli/x.ts:3: not-found has no message or no remedy',
    'cli/x.ts:6: bare has no message or no remedy',
  ])
})
