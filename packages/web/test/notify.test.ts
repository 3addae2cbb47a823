import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Message } from '@triode/api'
import { gather, type Told } from '../src/notify/pending.ts'
import { hide, show, showUnlessOver } from '../src/notify/shown.ts'

const EVERY_MS = 5_000
const message = (id: string) => ({ id }) as Message

suite('new messages', () => {
  test('are told at once, then together', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const told: Told[] = []
    const pending = gather(EVERY_MS, (one) => told.push(one))
    pending.note(message('1'))
    assert.equal(told.length, 1, 'the first at once')
    for (let id = 2; id <= 100; id++) pending.note(message(String(id)))
    assert.equal(told.length, 1, 'a flood waits')
    t.mock.timers.tick(EVERY_MS)
    assert.deepEqual(told[1], { count: 99, latest: message('100') })
    t.mock.timers.tick(EVERY_MS)
    pending.note(message('101'))
    assert.equal(told.length, 3, 'after a pause at once again')
  })

  test('are not told any more once nobody listens', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const told: Told[] = []
    const pending = gather(EVERY_MS, (one) => told.push(one))
    pending.note(message('1'))
    pending.note(message('2'))
    pending.stop()
    t.mock.timers.tick(EVERY_MS * 2)
    assert.equal(told.length, 1)
  })
})

suite('a notification', () => {
  test('goes when its conversation was read, and when everything does, but not with another', (t) => {
    const closed: string[] = []
    const before = Object.getOwnPropertyDescriptor(globalThis, 'Notification')
    Object.assign(globalThis, {
      Notification: class extends EventTarget {
        readonly title: string
        constructor(title: string) {
          super()
          this.title = title
        }
        close() {
          closed.push(this.title)
        }
      },
    })
    t.after(() => {
      if (before) Object.defineProperty(globalThis, 'Notification', before)
      else Reflect.deleteProperty(globalThis, 'Notification')
    })
    hide()
    show({ title: 'first', conversation: 'a' }, () => undefined)
    hide('b')
    assert.deepEqual(closed, [])
    hide('a')
    hide('a')
    show({ title: 'second', conversation: 'b' }, () => undefined)
    hide()
    assert.deepEqual(closed, ['first', 'second'])
    const late = showUnlessOver()
    hide()
    late({ title: 'third', conversation: 'c' }, () => undefined)
    hide()
    assert.deepEqual(closed, ['first', 'second'], 'nothing is shown after everything was over')
  })
})
