import assert from 'node:assert/strict'
import { duplexPair, type Duplex } from 'node:stream'
import { describe, it } from 'node:test'
import { decodeFrame, encodeFrame, FrameSplitter, frameLength, type Frame } from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import { sayFarewell } from '../../src/network/farewell.ts'

const REMOVAL = new TextEncoder().encode('the entry that removed it')
const HASH = new Uint8Array(32).fill(7)
const ID = 'a'.repeat(52)

/** A device that is out, at the other end of a tunnel on which it may say what it likes. */
class Removed {
  readonly heard: Frame[] = []
  /** What it said to have, as the circle was asked. */
  readonly claims: (readonly Uint8Array[])[] = []
  ended: string | undefined
  private open: (path: string, stream: Duplex) => void = () => undefined
  private settle: () => void = () => undefined

  constructor() {
    const closed = new Promise<undefined>((resolve) => {
      this.settle = () => {
        resolve(undefined)
      }
    })
    const tunnel = {
      closed,
      onStream: (handler: (path: string, stream: Duplex) => void) => {
        this.open = handler
      },
      destroy: (fault?: Error & { code?: string }) => {
        this.ended = fault?.code ?? 'ended'
        this.settle()
      },
    } as unknown as Tunnel
    const circle = {
      suite: { hashBytes: 32 },
      farewellTo: (_device: string, known: readonly Uint8Array[]) => {
        this.claims.push(known)
        return [[REMOVAL]]
      },
    }
    sayFarewell(circle as never, ID as never, tunnel, '/sync')
  }

  /** Opens a stream; gives its end of it. */
  stream(path = '/sync'): Duplex {
    const [mine, theirs] = duplexPair()
    mine.on('error', () => undefined)
    const frames = new FrameSplitter()
    mine.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) this.heard.push(decodeFrame(frame, 32))
    })
    this.open(path, theirs)
    return mine
  }

  end(): void {
    this.settle()
  }
}

function say(stream: Duplex, frame: Frame): void {
  const bytes = encodeFrame(frame)
  stream.write(Buffer.concat([frameLength(bytes.length), bytes]))
}

const hello: Frame = { type: 'hello', version: 1, cards: new Uint8Array(32) }
const heads: Frame = { type: 'log-heads', heads: [HASH], locator: [] }
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

describe('a removed device that calls', () => {
  it('gets a greeting and the entries that removed it', async () => {
    const removed = new Removed()
    const stream = removed.stream()
    say(stream, hello)
    say(stream, heads)
    await turn()
    assert.deepEqual(
      removed.heard.map(({ type }) => type),
      ['hello', 'log-entries'],
    )
    assert.deepEqual(removed.claims, [[HASH]])
    removed.end()
  })

  it('gets nothing else, whatever it asks for', async () => {
    const removed = new Removed()
    const stream = removed.stream()
    say(stream, hello)
    say(stream, { type: 'have-request', conversation: 'a'.repeat(26) as never })
    say(stream, heads)
    say(stream, heads)
    say(stream, {
      type: 'want',
      conversation: 'a'.repeat(26) as never,
      feed: 'a'.repeat(26) as never,
      from: 1,
      readable: true,
    })
    say(stream, { type: 'typing', conversation: 'a'.repeat(26) as never })
    await turn()
    assert.deepEqual(
      removed.heard.map(({ type }) => type),
      ['hello', 'log-entries'],
    )
    assert.equal(removed.claims.length, 1)
    removed.end()
  })

  it('has one stream of one path', async () => {
    const removed = new Removed()
    const join = removed.stream('/join')
    const second = removed.stream()
    say(second, hello)
    say(second, heads)
    await turn()
    assert.deepEqual(removed.heard, [])
    assert.equal(join.readable && second.readable && removed.claims.length > 0, false)
    removed.end()
  })

  it('is cut when it says nonsense, or goes on without saying where its log ends', async () => {
    const nonsense = new Removed()
    nonsense.stream().write(Buffer.from([0, 0, 0, 1, 0xff]))
    await turn()
    assert.match(nonsense.ended ?? '', /malformed|oversize|frame-unknown/)
    const endless = new Removed()
    const stream = endless.stream()
    for (let sent = 0; sent < 2_000; sent++) say(stream, hello)
    await turn()
    assert.equal(endless.ended, 'oversize')
    assert.deepEqual(endless.heard, [])
  })

  it('is cut after two seconds, whatever it does', async () => {
    const idle = new Removed()
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    assert.equal(idle.ended, 'not-a-member')
  })
})
