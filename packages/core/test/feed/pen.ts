/** One author's feed and its readers, without a circle around them: blocks are handed over by the test. */
import {
  appendEntry,
  base32,
  bodyHashOf,
  deviceIdOf,
  emptyFeed,
  envelopesComplete,
  openEpoch,
  PeerFault,
  receiveBlock,
  signErasure,
  createSimulationSuite,
  utf8,
  type Appended,
  type Block,
  type ConversationId,
  type DeviceId,
  type Envelope,
  type EnvelopeTarget,
  type Feed,
  type Item,
  type Receipt,
  type ReceiveContext,
  type SealingKey,
  type SigningKey,
  type Suite,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom, type SeededRandom } from '@triode/testkit'

export const suite: Suite = createSimulationSuite(nodePrimitives())
export const CONVERSATION = base32(new Uint8Array(16).fill(7)) as ConversationId
export const NOW = 1_800_000_000_000

export class Someone {
  readonly id: DeviceId
  readonly signing: SigningKey
  readonly sealing: SealingKey
  readonly target: EnvelopeTarget

  constructor(random: SeededRandom, generation = 1, signing = suite.signing.generate(random)) {
    this.signing = signing
    this.sealing = suite.sealing.generate(random)
    this.id = deviceIdOf(suite, this.signing.publicKey)
    this.target = { device: this.id, generation, sealingKey: this.sealing.publicKey }
  }
}

/** An author: writes entries, and remembers every block and every epoch's envelopes. */
export class Pen {
  readonly random: SeededRandom
  readonly author: Someone
  feed: Feed
  now = NOW
  private written = 0
  /** Where the last epoch sealed to a device started. */
  private readonly starts = new Map<DeviceId, number>()
  readers: Someone[] = []
  readonly blocks: Block[] = []
  readonly envelopes = new Map<number, readonly Envelope[]>()

  constructor(seed: string, incarnation = 1) {
    this.random = createSeededRandom(seed)
    this.author = new Someone(this.random)
    this.feed = emptyFeed(suite, CONVERSATION, this.author.id, new Uint8Array(8).fill(incarnation))
  }

  someone(): Someone {
    return new Someone(this.random)
  }

  /** The same device with another sealing key, so many generations later. */
  renewed(someone: Someone, later = 1): Someone {
    const { generation } = someone.target
    return new Someone(this.random, generation + later, someone.signing)
  }

  write(text: string, expiresAt?: number): Appended {
    const appended = appendEntry(
      {
        suite,
        random: this.random,
        signingKey: this.author.signing,
        now: this.now,
        targets: this.readers.map((reader) => reader.target),
        lastStarts: () => this.starts,
        envelopes: (epoch) => this.envelopes.get(epoch) ?? [],
      },
      this.feed,
      utf8(text),
      expiresAt,
    )
    this.feed = { ...appended.feed, chainKey: appended.feed.chainKey?.slice() }
    this.blocks.push(...appended.blocks)
    if (appended.epoch !== undefined) {
      this.envelopes.set(appended.epoch.start.epoch, appended.epoch.envelopes)
      for (const { id } of this.readers) this.starts.set(id, appended.epoch.seq)
    }
    return appended
  }

  writeMany(count: number): void {
    for (let n = 0; n < count; n++) this.write(`entry ${++this.written}`)
  }

  reader(someone: Someone): Reader {
    return new Reader(this, someone)
  }
}

/** A device that takes blocks of one author in. */
export class Reader {
  feed: Feed
  readonly texts: string[] = []
  readonly stored: Block[] = []
  private readonly pen: Pen
  private readonly someone: Someone

  /** This device's own clock. */
  now = NOW
  /** Devices of the author's member. */
  erasers: Someone[] = []
  fromAuthor = false
  /** Another member said before that the hour has passed. */
  vouchedFor = false

  constructor(pen: Pen, someone: Someone) {
    this.pen = pen
    this.someone = someone
    this.feed = emptyFeed(suite, CONVERSATION, pen.author.id, pen.feed.incarnation)
  }

  context(change: Partial<ReceiveContext> = {}): ReceiveContext {
    return {
      suite,
      authorKey: this.pen.author.signing.publicKey,
      erasure: {
        now: this.now,
        eraserKey: (device) => this.erasers.find(({ id }) => id === device)?.signing.publicKey,
        fromAuthor: this.fromAuthor,
        isVouchedFor: () => this.vouchedFor,
      },
      openEpoch: (start) => {
        const envelopes = this.pen.envelopes.get(start.epoch) ?? []
        if (!envelopesComplete(suite, start, envelopes)) throw new PeerFault('envelopes-wrong')
        const { id, target, sealing } = this.someone
        return openEpoch(suite, this.feed.id, start, envelopes, id, (generation) =>
          generation === target.generation ? sealing : undefined,
        )
      },
      ...change,
    }
  }

  /** @throws PeerFault as receiveBlock() */
  take(block: Block, change: Partial<ReceiveContext> = {}): Receipt | undefined {
    // The feed's own key stays whole, as it does until its successor is stored.
    const receipt = receiveBlock(this.context(change), this.feed, block)
    if (receipt === undefined) return undefined
    this.feed = receipt.feed
    this.stored.push(receipt.block)
    for (const { plaintext } of receipt.opened) this.texts.push(new TextDecoder().decode(plaintext))
    return receipt
  }
}

/** Blocks next to each other as one, signed at the end of the last. */
export function joined(blocks: readonly Block[]): Block {
  const [first, last] = [blocks[0], blocks.at(-1)]
  if (first === undefined || last === undefined) throw new Error('no blocks')
  return { ...first, items: blocks.flatMap((block) => block.items), signature: last.signature }
}

/** `item`, entry `seq` of `pen`'s feed, with its content gone by the word of `eraser`. */
export function erasedBy(eraser: Someone, pen: Pen, seq: number, item: Item): Item {
  if (item.kind === 'epoch') throw new Error('an epoch\u2019s start has no content')
  const bodyHash = bodyHashOf(suite, item)
  const signature = signErasure(eraser.signing, pen.feed.id, seq, bodyHash)
  const { expiryHour } = item
  return {
    kind: 'erased',
    bodyHash,
    ...(expiryHour !== undefined && { expiryHour }),
    proof: { device: eraser.id, signature },
  }
}

/** `item` with its content gone, and no word about it. */
export function erased(item: Item): Item {
  if (item.kind === 'epoch') throw new Error('an epoch\u2019s start has no content')
  const { expiryHour } = item
  return {
    kind: 'erased',
    bodyHash: bodyHashOf(suite, item),
    ...(expiryHour !== undefined && { expiryHour }),
  }
}

export function fault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof PeerFault && error.code === code
}

export function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice()
  out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return out
}
