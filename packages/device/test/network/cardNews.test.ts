import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CircleId, DeviceId } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { CardNews } from '../../src/network/cardNews.ts'
import { CARD_NEWS_AT_ONCE, CARD_NEWS_EVERY_MS } from '../../src/tuning.ts'

const CIRCLE = 'circle' as CircleId
const BOB = 'bob' as DeviceId
const CAROL = 'carol' as DeviceId

describe('a card', () => {
  it('is news when it is another one than before, and not when it is seen first', () => {
    const news = new CardNews(createVirtualClock())
    assert.deepEqual(
      ['here', 'here', 'there', 'there'].map((card) => news.isNews(CIRCLE, BOB, card)),
      [false, false, true, false],
    )
  })

  it('is news at once also shortly after another: channels come up one after another', () => {
    const clock = createVirtualClock()
    const news = new CardNews(clock)
    news.isNews(CIRCLE, BOB, 0)
    for (let card = 1; card <= CARD_NEWS_AT_ONCE; card++) {
      assert.ok(news.isNews(CIRCLE, BOB, card))
      assert.equal(news.isOften(CIRCLE, BOB), false)
      clock.advance(1_000)
    }
  })

  it('of a device that makes many has everybody dial it now and then, and the others at once', () => {
    const clock = createVirtualClock()
    const news = new CardNews(clock)
    news.isNews(CIRCLE, CAROL, 'here')
    let dials = 0
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000)
      if (news.isNews(CIRCLE, BOB, second)) dials++
    }
    assert.ok(dials <= CARD_NEWS_AT_ONCE + 60_000 / CARD_NEWS_EVERY_MS, `${String(dials)} times`)
    assert.ok(news.isOften(CIRCLE, BOB))
    assert.ok(news.isNews(CIRCLE, CAROL, 'there'))
    assert.equal(news.isOften(CIRCLE, CAROL), false)
    clock.advance(CARD_NEWS_EVERY_MS)
    assert.ok(news.isNews(CIRCLE, BOB, 59.5), 'the last one is not lost')
  })
})
