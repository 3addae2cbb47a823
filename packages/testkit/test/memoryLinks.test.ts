import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeviceId, PeerLink } from '@triode/core'
import { createVirtualClock, linkInMemory, type Connectable, type MemoryLinkOptions } from '@triode/testkit'

interface End extends Connectable {
  readonly got: string[]
  link: PeerLink | undefined
  gone: number
}

function end(name: string): End {
  const made: End = {
    self: name as DeviceId,
    got: [],
    link: undefined,
    gone: 0,
    connect: (link) => {
      made.link = link
      return {
        receive: (frame) => made.got.push(new TextDecoder().decode(frame)),
        drained: () => undefined,
        disconnected: () => made.gone++,
      }
    },
  }
  return made
}

function linked(options: Partial<MemoryLinkOptions> = {}) {
  const clock = createVirtualClock()
  const [alice, bob] = [end('alice'), end('bob')]
  const pair = linkInMemory(clock, alice, bob, { delayMs: () => 10, ...options })
  const say = (text: string): void => alice.link?.send(new TextEncoder().encode(text))
  return { clock, alice, bob, pair, say }
}

describe('a link in memory', () => {
  it('hands frames over in order, after its delay', () => {
    const { clock, bob, say } = linked()
    say('one')
    say('two')
    clock.advance(9)
    assert.deepEqual(bob.got, [])
    clock.advance(1)
    assert.deepEqual(bob.got, ['one', 'two'])
  })

  it('takes the time that its bytes need', () => {
    const { clock, bob, say } = linked({ bytesPerSecond: 100 })
    say('x'.repeat(50))
    clock.advance(500)
    assert.equal(bob.got.length, 0)
    clock.advance(10)
    assert.equal(bob.got.length, 1)
  })

  it('falls silent in the middle of a frame, and tells nobody', () => {
    const { clock, alice, bob, pair, say } = linked()
    pair.stall(alice.self, 12)
    say('four')
    say('five')
    say('six')
    clock.advance(1_000)
    assert.deepEqual(
      bob.got,
      ['four'],
      'eight bytes with its length; of the next frame only the length arrives',
    )
    assert.ok(pair.isOpen())
    say('waits')
    clock.advance(1_000)
    assert.deepEqual(bob.got, ['four'])
    assert.equal(pair.backlogBytes(), 5)
    bob.link?.send(new TextEncoder().encode('still here'))
    clock.advance(1_000)
    assert.deepEqual(alice.got, ['still here'], 'the other direction goes on')
    pair.cut()
    clock.advance(1)
    assert.deepEqual([alice.gone, bob.gone], [1, 1])
  })

  it('carries what it is told to carry in place of a frame', () => {
    const { clock, bob, say } = linked({ carry: (_from, _to, frame) => [frame, frame] })
    say('twice')
    clock.advance(10)
    assert.deepEqual(bob.got, ['twice', 'twice'])
  })
})
