import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DRAFT_MS, DraftKeeper, EDIT_MS, type Draft, type UnsentEdit } from '../src/composer/draftKeeper.ts'
import { completed, mentionAt, mentioned, offered } from '../src/composer/mention.ts'
import { parts, snippet } from '../src/search/highlight.ts'
import { Announcer, QUIET_MS, whoSaid, type Heard } from '../src/timeline/announcer.ts'
import { systemText } from '../src/timeline/systemText.ts'

/** Time that moves when told to. */
class Time {
  private now = 0
  private timers: { at: number; act: () => void }[] = []

  readonly after = (ms: number, act: () => void) => {
    const timer = { at: this.now + ms, act }
    this.timers.push(timer)
    return () => void (this.timers = this.timers.filter((one) => one !== timer))
  }

  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)
      if (next === undefined) break
      this.now = next.at
      this.timers = this.timers.filter((one) => one !== next)
      next.act()
    }
    this.now = until
  }
}

suite('a draft', () => {
  const started = (first?: Draft) => {
    const time = new Time()
    const kept: (Draft | null)[] = []
    return {
      time,
      kept,
      keeper: new DraftKeeper(first, undefined, {
        after: time.after,
        keep: (draft) => Promise.resolve(kept.push(draft)),
        keepEdit: () => Promise.reject(new Error('nothing is edited')),
      }),
    }
  }

  test('is kept once one pauses, not at each key', () => {
    const { time, kept, keeper } = started()
    for (const text of ['H', 'He', 'Hey']) {
      keeper.set(text, undefined)
      time.pass(DRAFT_MS / 2)
    }
    assert.deepEqual(kept, [])
    time.pass(DRAFT_MS)
    assert.deepEqual(kept, [{ text: 'Hey' }])
  })

  test('is kept at once when one leaves, with what it answers; and goes when nothing is left of it', () => {
    const { time, kept, keeper } = started()
    keeper.set('Yes', 'm1')
    keeper.flush()
    keeper.flush()
    time.pass(DRAFT_MS)
    assert.deepEqual(kept, [{ text: 'Yes', replyTo: 'm1' }])
    keeper.set('', undefined)
    time.pass(DRAFT_MS)
    assert.deepEqual(kept.at(-1), null)
  })

  test('that is there already is not written again', () => {
    const { kept, keeper } = started({ text: 'Hey' })
    keeper.set('Hey', undefined)
    keeper.flush()
    assert.deepEqual(kept, [])
  })

  test('stays one while it is on its way, whatever becomes of the page, and goes once it was sent', () => {
    const { time, kept, keeper } = started({ text: 'On my w' })
    keeper.set('On my way', 'm1')
    const sending = keeper.send('On my way', 'm1')
    assert.equal(kept.length, 0, 'nothing is written for a message that goes at once')
    keeper.flush()
    assert.deepEqual(kept, [{ text: 'On my way', replyTo: 'm1' }])
    keeper.set('And you?', undefined)
    time.pass(DRAFT_MS)
    assert.deepEqual(kept.at(-1), { text: 'On my way\nAnd you?', replyTo: 'm1' })
    sending.sent()
    assert.deepEqual(kept.at(-1), { text: 'And you?' })
  })

  test('that was refused is kept at once, in front of what was written since', () => {
    const { kept, keeper } = started()
    const first = keeper.send('On my way', undefined)
    const second = keeper.send('In five minutes', 'm1')
    keeper.set('Wait', undefined)
    second.refused()
    assert.deepEqual(kept, [{ text: 'On my way\nIn five minutes\nWait', replyTo: 'm1' }])
    first.sent()
    assert.deepEqual(kept.at(-1), { text: 'In five minutes\nWait', replyTo: 'm1' })
  })

  test('goes with the files with which it was sent, unless it was changed since', () => {
    const { kept, keeper } = started()
    keeper.set('The plan ', undefined)
    keeper.flush()
    keeper.sentWithFiles('The plan')
    assert.deepEqual(kept, [{ text: 'The plan ' }, null])
    keeper.set('The plan, again', undefined)
    keeper.sentWithFiles('The plan')
    keeper.flush()
    assert.deepEqual(kept.at(-1), { text: 'The plan, again' })
  })

  test('that the device did not take is handed over again', async () => {
    const asked: (Draft | null)[] = []
    const keep = (draft: Draft | null) => {
      asked.push(draft)
      return asked.length === 1 ? Promise.reject(new Error('disk-full')) : Promise.resolve()
    }
    const keepEdit = () => Promise.resolve()
    const keeper = new DraftKeeper(undefined, undefined, { after: () => () => undefined, keep, keepEdit })
    keeper.set('Hey', undefined)
    keeper.flush()
    keeper.flush()
    await Promise.resolve()
    keeper.flush()
    assert.deepEqual(asked, [{ text: 'Hey' }, { text: 'Hey' }])
  })
})

suite('a message that is being changed', () => {
  const started = (first?: UnsentEdit) => {
    const time = new Time()
    const kept: unknown[] = []
    let isRefused = false
    const keeper = new DraftKeeper(undefined, first, {
      after: time.after,
      keep: () => Promise.reject(new Error('there is no draft')),
      keepEdit: (edit) =>
        isRefused ? Promise.reject(new Error('locked')) : Promise.resolve(kept.push(edit)),
    })
    return { time, kept, keeper, refuse: (refused: boolean) => void (isRefused = refused) }
  }
  const typed = (text: string): UnsentEdit => ({ id: 'm1', text })

  test('is kept at the first letter, and every few seconds however one types', () => {
    const { time, kept, keeper } = started()
    keeper.setEdit(typed('S'))
    assert.deepEqual(kept, [typed('S')])
    for (let at = 0; at < EDIT_MS; at += DRAFT_MS / 2) {
      keeper.setEdit(typed(`S${at}`))
      time.pass(DRAFT_MS / 2)
    }
    assert.equal(kept.length, 2)
    time.pass(DRAFT_MS)
    assert.deepEqual(kept.at(-1), typed('S2800'))
  })

  test('is given up once it is changed, or won’t be', () => {
    const { kept, keeper } = started(typed('See you at the p'))
    keeper.setEdit(typed('See you at the p'))
    assert.deepEqual(kept, [], 'that is kept already')
    keeper.setEdit(undefined)
    keeper.setEdit(undefined)
    assert.deepEqual(kept, [{ id: 'm1', text: null }])
  })

  test('that the device did not take is handed over again', async () => {
    const { kept, keeper, refuse } = started()
    refuse(true)
    keeper.setEdit(typed('See you'))
    await Promise.resolve()
    await Promise.resolve()
    refuse(false)
    keeper.flush()
    assert.deepEqual(kept, [typed('See you')])
  })
})

suite('a mention', () => {
  const people = [
    { id: 'b', name: 'Bob' },
    { id: 'q', name: 'Bob Q' },
    { id: 'c', name: 'Carol B' },
  ]

  test('begins with an @ that stands alone, and may be two words', () => {
    assert.deepEqual(mentionAt('Hi @bo', 6), { from: 3, to: 6, typed: 'bo' })
    assert.equal(mentionAt('Hi @Bob Q', 9)?.typed, 'Bob Q')
    assert.equal(mentionAt('me@example', 10), undefined)
    assert.equal(mentionAt('@a b c', 6), undefined)
  })

  test('is offered by the beginning of a name or of a word in it', () => {
    assert.deepEqual(
      offered(people, 'b').map(({ id }) => id),
      ['b', 'q', 'c'],
    )
    assert.deepEqual(offered(people, 'x'), [])
  })

  test('is completed where it stands', () => {
    const at = mentionAt('Hi @bo there', 6)
    assert.ok(at !== undefined)
    assert.deepEqual(completed('Hi @bo there', at, 'Bob'), { text: 'Hi @Bob there', caret: 8 })
  })

  test('names whoever stands in the text, the longer name first', () => {
    assert.deepEqual(mentioned('@Bob Q and @Carol B', people).toSorted(), ['c', 'q'])
    assert.deepEqual(mentioned('@Bob Q, @Bob', people).toSorted(), ['b', 'q'])
    assert.deepEqual(mentioned('@Bobby', people), [])
  })
})

suite('what a screen reader hears', () => {
  test('the first message, then what came meanwhile in one', () => {
    const time = new Time()
    const said: (readonly Heard[])[] = []
    const announcer = new Announcer({ after: time.after, say: (heard) => said.push(heard) })
    announcer.add({ who: 'Alice', text: '1' })
    time.pass(1_000)
    for (let index = 0; index < 50; index++) announcer.add({ who: index < 40 ? 'Bob' : 'Carol', text: 'x' })
    assert.equal(said.length, 1)
    time.pass(QUIET_MS)
    assert.equal(said.length, 2)
    const together = said.flat().slice(1)
    assert.equal(together.length, 50)
    time.pass(10 * QUIET_MS)
    assert.equal(said.length, 2)
    assert.deepEqual(whoSaid(together, 1), { names: ['Bob'], others: 1 })
  })
})

suite('lines of the conversation itself', () => {
  const formatted = (ms: number) => `${ms} ms`

  test('those of the device are known, others stay as they are', () => {
    assert.deepEqual(systemText('named the room "A "b""', formatted), {
      key: 'system.named',
      values: { name: 'A "b"' },
    })
    assert.equal(systemText('turned disappearing messages off', formatted)?.key, 'system.timer.off')
    assert.deepEqual(systemText('set messages to disappear after 2 hours', formatted)?.values, {
      duration: '7200000 ms',
    })
    assert.equal(systemText('did something new', formatted), undefined)
  })
})

suite('what was found', () => {
  test('is marked, and shown from near the first of the words', () => {
    assert.deepEqual(parts('The cart and the car', 'car cart'), [
      { text: 'The ', isFound: false },
      { text: 'cart', isFound: true },
      { text: ' and the ', isFound: false },
      { text: 'car', isFound: true },
    ])
    const shown = snippet(`${'before '.repeat(40)}needle ${'after '.repeat(60)}`, 'needle')
    assert.ok(shown.startsWith('…') && shown.includes('needle') && shown.endsWith('…'), shown)
  })

  test('whatever is searched for, nothing of the text is lost', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, words) => {
        const together = parts(text, words).map((part) => part.text)
        assert.equal(together.join(''), text)
      }),
    )
  })
})
