import assert from 'node:assert/strict'
import { beforeEach, suite, test } from 'node:test'
import type { Message } from '@triode/api'
import { emojiName } from '../src/timeline/emoji.ts'
import { firstUnread, rowsOf } from '../src/timeline/rows.ts'
import { MAX_HELD, PAGE, TimelineStore, type PageQuery } from '../src/timeline/store.ts'
import type { Page } from '../src/timeline/window.ts'
import { message } from './message.ts'

/** A device that has so many messages, and a clock that moves when told to. */
class Device {
  messages: Message[] = []
  asked: PageQuery[] = []
  now = 1_000
  private timers: { at: number; act: () => void }[] = []

  fill(count: number): void {
    this.messages = Array.from({ length: count }, (_, index) => message(index))
  }

  store(): TimelineStore {
    return new TimelineStore('room', {
      page: async (query) => this.page(query),
      now: () => this.now,
      after: (ms, act) => {
        const timer = { at: this.now + ms, act }
        this.timers.push(timer)
        return () => void (this.timers = this.timers.filter((one) => one !== timer))
      },
    })
  }

  page(query: PageQuery): Page {
    this.asked.push(query)
    const { before, after, around, at, limit } = query
    const place = (id: string) => this.placeOf(id)
    let from = this.messages.length - limit
    if (before !== undefined) from = place(before) - limit
    if (after !== undefined) from = place(after) + 1
    if (around !== undefined) from = place(around) - Math.floor(limit / 2)
    if (at !== undefined) from = this.messages.findIndex((one) => one.at >= at)
    const [start, end] = [Math.max(0, from), Math.max(0, from + limit)]
    return {
      messages: this.messages.slice(start, end),
      more: start > 0,
      moreAfter: end < this.messages.length,
    }
  }

  /** Mostly where its number says: a long walk looks up many. */
  private placeOf(id: string): number {
    const guess = Number(id.slice(1))
    return this.messages[guess]?.id === id ? guess : this.messages.findIndex((one) => one.id === id)
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)
      if (next === undefined) break
      this.now = next.at
      this.timers = this.timers.filter((one) => one !== next)
      next.act()
      await settled()
    }
    this.now = until
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

const ids = (store: TimelineStore) => store.snapshot().messages.map(({ id }) => id)

suite('a timeline', () => {
  let device: Device
  let store: TimelineStore
  beforeEach(() => {
    device = new Device()
    store = device.store()
  })

  test('opens at the end', async () => {
    device.fill(1_000)
    await store.open()
    assert.deepEqual(ids(store).at(-1), 'm999')
    assert.deepEqual(store.snapshot().target, { kind: 'end' })
    assert.equal(store.snapshot().hasOlder, true)
    assert.equal(store.snapshot().hasNewer, false)
  })

  test('opens at the first new message, however many there are', async () => {
    device.fill(1_000)
    await store.open({ unread: 200 })
    assert.equal(store.snapshot().firstNew, 'm800')
    assert.deepEqual(store.snapshot().target, { kind: 'message', id: 'm800' })
  })

  test('walks through 100,000 messages and back, and holds no more than its bound', async () => {
    device.fill(100_000)
    await store.open()
    for (let at = 0; store.snapshot().hasOlder; at++) {
      await store.loadOlder()
      assert.ok(ids(store).length <= MAX_HELD)
      assert.ok(at < 100_000 / PAGE + 1)
    }
    assert.equal(ids(store)[0], 'm0')
    while (store.snapshot().hasNewer) await store.loadNewer()
    assert.equal(ids(store).at(-1), 'm99999')
    const first = Number(ids(store)[0]?.slice(1))
    assert.deepEqual(
      ids(store),
      Array.from({ length: MAX_HELD }, (_, index) => `m${first + index}`),
    )
  })

  test('puts what comes at the end, and draws many at once', async () => {
    device.fill(10)
    await store.open()
    let drawn = 0
    store.subscribe(() => (drawn += 1))
    for (let index = 10; index < 60; index++) {
      device.messages.push(message(index))
      store.heard({ type: 'message', message: message(index) })
    }
    await device.pass(50)
    assert.equal(drawn, 1)
    assert.deepEqual(store.snapshot().target, { kind: 'end' })
    assert.equal(ids(store).at(-1), 'm59')
    await device.pass(1_000)
    assert.deepEqual(
      ids(store),
      device.messages.map(({ id }) => id),
    )
  })

  test('puts what came late where it belongs', async () => {
    device.fill(300)
    await store.open()
    await store.loadOlder()
    const late = message(1_000, { id: 'late' })
    device.messages.splice(295, 0, late)
    const older = message(1_001, { id: 'older' })
    device.messages.splice(200, 0, older)
    store.heard({ type: 'message', message: late })
    store.heard({ type: 'message', message: older })
    await device.pass(1_000)
    const held = ids(store)
    assert.deepEqual(
      held,
      device.messages.slice(-held.length).map(({ id }) => id),
    )
    assert.ok(held.includes('late') && held.includes('older'))
  })

  test('counts what comes below while one reads further up', async () => {
    device.fill(100)
    await store.open()
    store.setFollows(false)
    store.heard({ type: 'message', message: message(100) })
    store.heard({ type: 'message', message: message(101, { state: 'received', kind: 'system' }) })
    await device.pass(50)
    assert.equal(store.snapshot().below, 1)
    store.setFollows(true)
    assert.equal(store.snapshot().below, 0)
  })

  test('goes to the end with what one writes oneself', async () => {
    device.fill(1_000)
    await store.open()
    await store.jumpTo('m10')
    assert.equal(store.snapshot().hasNewer, true)
    const mine = message(1_000, { state: 'queued' })
    device.messages.push(mine)
    store.heard({ type: 'message', message: mine })
    await device.pass(50)
    assert.equal(ids(store).at(-1), 'm1000')
    assert.deepEqual(store.snapshot().target, { kind: 'end' })
  })

  test('jumps to a message, a day, the beginning', async () => {
    device.fill(1_000)
    await store.open()
    await store.jumpTo('m500')
    assert.ok(ids(store).includes('m500') && !ids(store).includes('m999'))
    const asked = device.asked.length
    await store.jumpTo('m501')
    assert.equal(device.asked.length, asked)
    await store.jumpToTime(message(700).at)
    assert.deepEqual(store.snapshot().target, { kind: 'message', id: 'm700' })
    await store.jumpToOldest()
    assert.equal(ids(store)[0], 'm0')
    await store.jumpToNewest()
    assert.equal(ids(store).at(-1), 'm999')
  })

  test('an answer that comes after one has gone elsewhere changes nothing', async () => {
    device.fill(1_000)
    await store.open()
    const older = store.loadOlder()
    await store.jumpTo('m10')
    await older
    assert.ok(ids(store).includes('m10') && !ids(store).includes('m999'))
    assert.equal(store.snapshot().isLoading, undefined)
  })

  test('takes changes and deliveries of what it holds', async () => {
    device.fill(3)
    await store.open()
    store.heard({ type: 'message-changed', message: message(1, { text: 'Edited' }) })
    const tally = { count: 1, of: 2 }
    const delivery = { id: 'm2', conversation: 'room', state: 'held', delivered: tally, read: tally } as const
    store.heard({ type: 'delivery', ...delivery })
    store.heard({ type: 'message-changed', message: message(7, { text: 'Elsewhere' }) })
    assert.equal(store.snapshot().messages[1]?.text, 'Edited')
    assert.deepEqual(store.snapshot().messages[2]?.delivered, tally)
    assert.equal(ids(store).length, 3)
  })

  test('drops what disappears, at its time', async () => {
    device.messages = [message(0), message(1, { expiresAt: 2_000 }), message(2, { expiresAt: 3_000 })]
    await store.open()
    await device.pass(500)
    assert.deepEqual(ids(store), ['m0', 'm1', 'm2'])
    await device.pass(500)
    assert.deepEqual(ids(store), ['m0', 'm2'])
    await device.pass(1_000)
    assert.deepEqual(ids(store), ['m0'])
  })

  test('says what failed, and forgets it once it works', async () => {
    device.fill(100)
    const page = device.page.bind(device)
    device.page = () => {
      throw new Error('no answer')
    }
    await store.open()
    assert.ok(store.snapshot().fault instanceof Error)
    assert.equal(store.snapshot().isOpening, false)
    device.page = page
    await store.open()
    assert.equal(store.snapshot().fault, undefined)
    assert.equal(ids(store).length, PAGE)
  })

  test('reads anew what it holds after events were missed', async () => {
    device.fill(100)
    await store.open()
    device.messages[90] = message(90, { text: 'Edited' })
    device.messages.push(message(100))
    await store.refresh()
    assert.equal(store.snapshot().messages.find(({ id }) => id === 'm90')?.text, 'Edited')
    assert.equal(ids(store).at(-1), 'm100')
  })
})

suite('rows', () => {
  const minute = 60_000
  const noon = new Date(2026, 0, 31, 12).getTime()

  test('a day begins with its first message; one author\u2019s messages in a row are a group', () => {
    const rows = rowsOf(
      [
        message(0, { at: noon }),
        message(1, { at: noon + minute }),
        message(2, { at: noon + 2 * minute, from: 'carol' }),
        message(3, { at: noon + 30 * minute, from: 'carol' }),
        message(4, { at: noon + 13 * 60 * minute, from: 'carol' }),
      ],
      undefined,
    )
    const days = rows.map(({ day }) => day !== undefined)
    assert.deepEqual(days, [true, false, false, false, true])
    assert.deepEqual(
      rows.map(({ startsGroup }) => startsGroup),
      [true, false, true, true, true],
    )
  })

  test('times that no calendar holds are of one day, its last', () => {
    const at = Number.MAX_SAFE_INTEGER
    const days = rowsOf([message(0, { at }), message(1, { at: at - 1 })], undefined).map(({ day }) => day)
    assert.ok(Number.isFinite(days[0]))
    assert.equal(days[1], undefined)
  })

  test('a reaction of any text has a name or none', () => {
    assert.equal(emojiName('👍'), 'emoji.thumbs-up')
    for (const text of ['constructor', '__proto__', 'toString', 'x']) assert.equal(emojiName(text), undefined)
  })

  test('the first unread is found behind one\u2019s own and deleted messages', () => {
    const messages = [
      message(0),
      message(1),
      message(2, { state: 'read' }),
      message(3, { deleted: true }),
      message(4),
    ]
    assert.equal(firstUnread(messages, 2), 'm1')
    assert.equal(firstUnread(messages, 0), undefined)
    assert.equal(firstUnread(messages, 9), undefined)
  })
})
