import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  messageId,
  type Body,
  type MessageId,
  type OpenedEntry,
  type Timeline,
  type TimelineMessage,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import fc from 'fast-check'
import { NOW, Pen, openReader, type Reader } from './cast.ts'

const WRITERS: readonly [who: string, device: string][] = [
  ['alice', 'phone'],
  ['alice', 'laptop'],
  ['bob', 'phone'],
  ['bob', 'laptop'],
]

/** What one writer does: `of` picks the target among all that is or will be written, so also what is still to come. */
const act = fc.record({
  writer: fc.nat(WRITERS.length - 1),
  kind: fc.constantFrom('text', 'text', 'reaction', 'edit', 'delete', 'timer', 'room-name'),
  of: fc.nat(9),
  lamport: fc.integer({ min: 1, max: 12 }),
  on: fc.boolean(),
})
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** What a reader does between arrivals. */
const use = fc.record({
  what: fc.constantFrom('read-some', 'read-all', 'hide', 'expire', 'reopen', 'fail'),
  which: fc.nat(99),
})

const scenario = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 30 }),
  seeds: fc.array(fc.integer(), { minLength: 2, maxLength: 3 }),
})

function write(acts: readonly Act[]): OpenedEntry[][] {
  const pens = WRITERS.map(([who, device]) => new Pen(who, device))
  const counts = pens.map(() => 0)
  const ids = acts.map(({ writer }): MessageId => {
    counts[writer] = (counts[writer] ?? 0) + 1
    return messageId((pens[writer] as Pen).feed, counts[writer])
  })
  const feeds: OpenedEntry[][] = pens.map(() => [])
  acts.forEach((one, i) => {
    const body = bodyOf(one, i, ids[one.of % ids.length] as MessageId)
    feeds[one.writer]?.push((pens[one.writer] as Pen).write(one.lamport, body))
  })
  return feeds
}

function bodyOf({ kind, on, of }: Act, i: number, target: MessageId): Body {
  switch (kind) {
    case 'text':
      return {
        kind,
        text: `text ${i}`,
        mentions: [],
        ...(of % 3 === 0 && { expiresAfterMs: 1_000 + of * 100 }),
      }
    case 'reaction':
      return { kind, target, emoji: of % 2 === 0 ? '👍' : '🎉', on }
    case 'edit':
      return { kind, target, text: `edit ${i}`, mentions: [] }
    case 'delete':
      return { kind, target, erasures: [{ entry: target, signature: Uint8Array.of(i) }] }
    case 'timer':
      return { kind, afterMs: on ? 1_000 + of : null }
    default:
      return { kind: 'room-name', name: `room ${i}` }
  }
}

interface Outcome {
  messages: TimelineMessage[]
  timer: number | undefined
  roomName: string | undefined
  next: number
  unread: number
  erased: string[]
}

/** Delivers the feeds, each in its order, interleaved, cut into transactions, repeated and restarted as `seed` says. */
function deliver(feeds: readonly OpenedEntry[][], seed: number): Outcome {
  const random = createSeededRandom(seed)
  const reader = openReader('dave')
  const rest = feeds.map((feed) => [...feed])
  const given: OpenedEntry[] = []
  const erased = new Set<string>()
  const take = (...entries: OpenedEntry[]): void => {
    for (const change of reader.take(...entries)) {
      if (change.kind === 'erase') erased.add(`${change.feed} ${change.seq}`)
    }
  }
  for (;;) {
    const waiting = rest.filter((feed) => feed.length > 0)
    if (waiting.length === 0) break
    const batch = random.pick(waiting).splice(0, 1 + random.int(4))
    take(...batch)
    given.push(...batch)
    if (random.chance(0.2)) take(random.pick(given))
    if (random.chance(0.1)) reader.reopen()
  }
  const { timeline } = reader
  return {
    messages: timeline.page({ limit: 100 }).messages,
    timer: timeline.timer(),
    roomName: timeline.roomName(),
    next: timeline.nextLamport(),
    unread: timeline.unread(),
    erased: [...erased].sort(),
  }
}

describe('devices that got the same entries', () => {
  it('show the same conversation, whatever order the feeds came in', () => {
    fc.assert(
      fc.property(scenario, ({ acts, seeds }) => {
        const feeds = write(acts)
        const [first, ...others] = seeds.map((seed) => deliver(feeds, seed))
        for (const other of others) assert.deepEqual(other, first)
      }),
      { numRuns: 300 },
    )
  })

  it('count as unread exactly the texts of others that are shown', () => {
    fc.assert(
      fc.property(scenario, ({ acts, seeds }) => {
        const { messages, unread } = deliver(write(acts), seeds[0] ?? 0)
        assert.equal(unread, messages.filter((message) => message.unread).length)
        assert.equal(unread, messages.filter(({ kind, deleted }) => kind === 'text' && !deleted).length)
      }),
      { numRuns: 100 },
    )
  })

  it('gives the same messages in pages of any size, from either end', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 1, max: 5 }), ({ acts, seeds }, limit) => {
        const reader = openReader('dave')
        for (const feed of write(acts)) reader.take(...feed)
        const all = reader.timeline.page({ limit: 100 }).messages
        const [back, forth]: TimelineMessage[][] = [[], []]
        for (let page = reader.timeline.page({ limit }); ;) {
          back?.unshift(...page.messages)
          if (!page.more) break
          page = reader.timeline.page({ before: (page.messages[0] as TimelineMessage).id, limit })
        }
        assert.deepEqual(back, all)
        const first = all[0]
        if (first === undefined) return
        for (let page = reader.timeline.page({ after: first.id, limit }); ;) {
          forth?.push(...page.messages)
          if (!page.moreAfter) break
          page = reader.timeline.page({ after: (page.messages.at(-1) as TimelineMessage).id, limit })
        }
        assert.deepEqual(forth, all.slice(1))
        assert.ok(seeds.length > 0)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a device that reads, hides, lets expire, restarts and fails in between', () => {
  it('keeps its counters in step with what it shows', () => {
    fc.assert(
      fc.property(scenario, fc.array(use, { maxLength: 20 }), ({ acts, seeds }, uses) => {
        const random = createSeededRandom(seeds[0] ?? 0)
        const reader = openReader('alice')
        const rest = write(acts)
        for (const one of uses) {
          const feed = random.pick(rest)
          reader.take(...feed.splice(0, random.int(4)))
          behave(reader, one, feed[0])
          checkCounters(reader.timeline)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function behave(reader: Reader, { what, which }: { what: string; which: number }, next?: OpenedEntry): void {
  const { messages } = reader.timeline.page({ limit: 100 })
  const chosen = messages[which % Math.max(1, messages.length)]
  if (what === 'read-all') assert.equal(reader.timeline.markRead().unread, 0)
  if (what === 'read-some' && chosen !== undefined) reader.timeline.markRead(chosen.id)
  if (what === 'hide' && chosen !== undefined) reader.timeline.hide(chosen.id)
  if (what === 'expire') reader.timeline.expire(NOW + 1_000 + which * 50)
  if (what === 'reopen') reader.reopen()
  if (what !== 'fail' || next === undefined) return
  assert.throws(() =>
    reader.store.transaction(() => {
      reader.timeline.apply(next)
      reader.timeline.flush()
      throw new Error('the disk is full')
    }),
  )
  reader.timeline.discard()
}

function checkCounters(timeline: Timeline): void {
  const { messages } = timeline.page({ limit: 100 })
  assert.equal(timeline.unread(), messages.filter(({ unread }) => unread).length)
  const expiries = messages.flatMap(({ expiresAt }) => expiresAt ?? [])
  // Earlier if a message was hidden that would have expired then.
  assert.ok((timeline.nextExpiry() ?? Infinity) <= Math.min(Infinity, ...expiries))
}
