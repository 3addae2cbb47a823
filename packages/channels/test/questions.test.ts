/** Who asks on a network of many, and what is answered (spec §8.2). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askingIn, type Packet } from '../src/lan/packets.ts'
import { Questions } from '../src/lan/questions.ts'
import { LOOK_INTERVAL_MS, MAX_QUESTIONS_LEFT_OUT } from '../src/lan/tuning.ts'

const [ALICE, BOB] = ['alice'.padEnd(26, 'a'), 'bob'.padEnd(26, 'a')]
const SERVICE = '_triode._tcp.local'
const NOTHING: ReadonlySet<string> = new Set()

describe('a question that comes of itself', () => {
  it('is left out after that of another, and asked again when there was none', () => {
    const questions = new Questions()
    assert.equal(questions.isDue(0), true)
    questions.asks(0)
    assert.equal(questions.isDue(LOOK_INTERVAL_MS), true)
    questions.heard(NOTHING, LOOK_INTERVAL_MS / 2)
    assert.equal(questions.isDue(LOOK_INTERVAL_MS), false)
    assert.equal(questions.isDue(2 * LOOK_INTERVAL_MS), true)
  })

  it('is not left out for one that tells what is known: its answers are not for all', () => {
    const questions = new Questions()
    questions.heard(new Set([ALICE]), 0)
    assert.equal(questions.isDue(1), true)
  })

  it('is asked now and then whoever asks this device all the time', () => {
    const questions = new Questions()
    let asked = 0
    const looks = 3 * (MAX_QUESTIONS_LEFT_OUT + 1)
    for (let look = 0; look < looks; look++) {
      const now = look * LOOK_INTERVAL_MS
      questions.heard(NOTHING, now - 1)
      if (!questions.isDue(now)) continue
      questions.asks(now)
      asked++
    }
    assert.equal(asked, 3)
  })

  it('is one an interval for a hundred devices, whichever leaves', () => {
    const all = Array.from({ length: 100 }, (_, n) => ({ phase: n / 100, questions: new Questions() }))
    let asked = 0
    const intervals = 20
    for (let interval = 0; interval < intervals; interval++) {
      // Each time the first goes, which was the one that asked.
      all.shift()
      for (const one of all) {
        const now = (interval + one.phase) * LOOK_INTERVAL_MS
        if (!one.questions.isDue(now)) continue
        asked++
        for (const { questions } of all)
          if (questions === one.questions) questions.asks(now)
          else questions.heard(NOTHING, now)
      }
    }
    assert.ok(asked >= intervals / 2 && asked <= intervals + 1, `${String(asked)} questions`)
  })
})

describe('what is answered', () => {
  it('is what one of those who asked does not know', () => {
    const questions = new Questions()
    assert.deepEqual(questions.answers([ALICE, BOB]), [], 'nobody asked')
    questions.heard(new Set([ALICE, BOB]), 0)
    assert.deepEqual(questions.answers([ALICE, BOB]), [])
    questions.heard(new Set([ALICE, BOB]), 0)
    questions.heard(new Set([BOB]), 0)
    assert.deepEqual(questions.answers([ALICE, BOB]), [ALICE])
    questions.heard(new Set([ALICE]), 0)
    questions.heard(NOTHING, 0)
    assert.deepEqual(questions.answers([ALICE, BOB]), [ALICE, BOB])
    assert.deepEqual(questions.answers([ALICE, BOB]), [], 'once')
  })

  it('leaves out well-formed names of the service that are known for half their time, 256 records at most', () => {
    const known = (name: string, ttl: number, of = SERVICE) =>
      ({ name: of, type: 'PTR', ttl, data: `${name}.${SERVICE}` }) as const
    const asking = (answers: Packet['answers']): string[] => [
      ...(askingIn({ type: 'query', questions: [{ name: SERVICE, type: 'PTR' }], answers: answers ?? [] })
        ?.known ?? []),
    ]
    assert.deepEqual(asking([known(ALICE, 60), known(BOB, 59)]), [ALICE])
    assert.deepEqual(asking([known(ALICE.toUpperCase(), 120), known('x', 120)]), [ALICE])
    assert.deepEqual(asking([known(ALICE, 120, '_http._tcp.local')]), [])
    const many = Array.from({ length: 1_000 }, (_, n) =>
      known(n.toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(26, 'c'), 120),
    )
    assert.equal(asking(many).length, 256)
    assert.equal(
      askingIn({ type: 'query', questions: [{ name: '_http._tcp.local', type: 'PTR' }] }),
      undefined,
    )
  })
})
