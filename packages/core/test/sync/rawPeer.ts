/** A device of the circle whose every frame the test writes, and what it gets to see of the one it attacks. */
import {
  appendEntry,
  decodeFrame,
  emptyFeed,
  encodeFrame,
  utf8,
  type Appended,
  type ConversationId,
  type Fault,
  type Feed,
  type Frame,
  type FrameType,
  type Sync,
  type SyncConnection,
  type SyncHost,
} from '@triode/core'
import { createSeededRandom, type SeededRandom } from '@triode/testkit'
import { suite, type TestCircle, type TestDevice } from './circleOf.ts'

export const HELLO: Frame = { type: 'hello', version: 1, cards: new Uint8Array(32) }

export class RawPeer {
  readonly received: Frame[] = []
  closedWith: Fault | undefined
  closed = false
  /** Whether it takes what is sent to it; if not, that waits on the link. */
  reads = true
  paused = false
  waiting = 0
  private readonly circle: Pick<TestCircle, 'clock'>
  private readonly connection: SyncConnection

  /** Connects to `victim` as `device`, whose own participant stays alone; greets unless told not to. */
  constructor(
    circle: Pick<TestCircle, 'clock'>,
    victim: Pick<TestDevice, 'participant'>,
    device: Pick<TestDevice, 'id'>,
    greets = true,
  ) {
    this.circle = circle
    this.connection = victim.participant.connect({
      device: device.id,
      send: (frame) => {
        if (this.closed) throw new Error('sent after close')
        if (this.reads) this.received.push(decodeFrame(frame, suite.hashBytes))
        else this.waiting += frame.length
      },
      backlogBytes: () => this.waiting,
      setPaused: (paused) => {
        this.paused = paused
      },
      close: (fault) => {
        if (this.closed) return
        this.closed = true
        this.closedWith = fault
        // As a stream does whose other end is gone, and in the middle of whatever is going on.
        this.connection.disconnected()
      },
    })
    if (greets) this.say(HELLO)
  }

  /** Sends frames, and lets the far device take them. */
  say(...frames: readonly (Frame | Uint8Array)[]): this {
    for (const frame of frames) this.queue(frame)
    this.circle.clock.advance(0)
    return this
  }

  queue(frame: Frame | Uint8Array): void {
    this.connection.receive(frame instanceof Uint8Array ? frame : encodeFrame(frame))
  }

  /** Reads all that waits, and from now on. */
  drain(): void {
    this.waiting = 0
    this.reads = true
    this.connection.drained()
  }

  leave(): void {
    this.closed = true
    this.connection.disconnected()
  }

  of<T extends FrameType>(type: T): Extract<Frame, { type: T }>[] {
    return this.received.filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type)
  }
}

/** Writes feeds of a device by hand: as many as it likes, and as many histories of each. */
export class Forger {
  readonly conversation: ConversationId
  readonly device: TestDevice
  readonly random: SeededRandom
  private readonly circle: TestCircle

  constructor(circle: TestCircle, device: TestDevice, conversation = circle.everyone) {
    this.circle = circle
    this.device = device
    this.conversation = conversation
    this.random = createSeededRandom(`forger ${device.name}`)
  }

  feed(incarnation: number): Feed {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setUint32(0, incarnation)
    return emptyFeed(suite, this.conversation, this.device.id, bytes)
  }

  append(feed: Feed, text: string): Appended {
    const { membership } = this.device.participant
    const targets = membership
      .readers(this.conversation)
      .flatMap((device) => membership.sealingTarget(device) ?? [])
    return appendEntry(
      {
        suite,
        random: this.random,
        signingKey: this.device.signing,
        now: this.circle.clock.now(),
        targets,
        lastStarts: () => new Map(),
      },
      { ...feed, chainKey: feed.chainKey?.slice() },
      utf8(text),
    )
  }

  /** What carries an entry that was appended. */
  frames({ feed, blocks, epoch }: Appended): Frame[] {
    const { conversation } = this
    const { device, incarnation } = feed
    const envelopes: Frame[] =
      epoch === undefined
        ? []
        : [
            {
              type: 'envelopes',
              conversation,
              feed: feed.id,
              epoch: epoch.start.epoch,
              envelopes: epoch.envelopes,
            },
          ]
    return [
      ...envelopes,
      ...blocks.map((block): Frame => ({ type: 'block', conversation, device, incarnation, block })),
    ]
  }
}

/** What sync works for: what that holds is not sync's own. */
export function hostOf(sync: Sync): SyncHost {
  return (sync as unknown as { readonly host: SyncHost }).host
}

/** How much a thing holds: entries of collections and bytes of arrays that can be reached from it, but not through `not`. */
export function held(from: unknown, not: readonly unknown[]): number {
  const seen = new Set<unknown>(not)
  const waiting: unknown[] = [from]
  let total = 0
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    if (ArrayBuffer.isView(one)) total += one.byteLength
    else if (one instanceof Map) {
      total += one.size
      for (const [key, value] of one as Map<unknown, unknown>) waiting.push(key, value)
    } else if (one instanceof Set || Array.isArray(one)) {
      const items = [...(one as Iterable<unknown>)]
      total += items.length
      waiting.push(...items.slice(0, 100_000))
    } else waiting.push(...(Object.values(one) as unknown[]))
  }
  return total
}
