/** What becomes of frames on their way: some come twice, and those of hostile members are not what an honest one would send. */
import {
  decodeFrame,
  encodeFrame,
  type DeviceId,
  type ErasureProof,
  type Frame,
  type Item,
  type Position,
} from '@triode/core'
import type { SeededRandom } from '../seededRandom.ts'

/** Gives what arrives in place of a frame. */
export type Carrier = (from: DeviceId, to: DeviceId, frame: Uint8Array) => readonly Uint8Array[]

/** Second byte of an encoded frame: its number (spec §10.2). */
const CODE = { logEntries: 2, cards: 4, block: 8, envelopes: 9, acknowledgements: 11, box: 20 } as const
/** Frames remembered for a repetition, of one sender or link. */
const MAX_REMEMBERED = 64
const HASH_BYTES = 32

/** Frames that mean something by themselves: log entries, cards, acknowledgements, boxes, and blocks with their envelopes. */
export class Repeater {
  private readonly random: SeededRandom
  private readonly chance: number
  private readonly acrossLinks: boolean
  private readonly remembered = new Map<string, Uint8Array[][]>()
  /** Envelopes that wait for their block, by sender and receiver. */
  private readonly waiting = new Map<string, Uint8Array[]>()
  repeated = 0

  /**
   * @param chance of a repetition, after each such frame
   * @param acrossLinks to any device, as only a hostile sender does it; else on the link on which it came
   */
  constructor(random: SeededRandom, chance: number, acrossLinks = false) {
    this.random = random
    this.chance = chance
    this.acrossLinks = acrossLinks
  }

  readonly carry: Carrier = (from, to, frame) => {
    const way = `${from}${to}`
    const code = frame[1]
    if (code === CODE.envelopes) {
      this.waiting.set(way, [...(this.waiting.get(way) ?? []), frame])
      return [frame]
    }
    const before = this.waiting.get(way) ?? []
    this.waiting.delete(way)
    if (!isWhole(code)) return [frame]
    const source = this.acrossLinks ? from : way
    this.remember(source, code === CODE.block ? [...before, frame] : [frame])
    return [frame, ...this.again(source)]
  }

  private remember(from: string, frames: Uint8Array[]): void {
    const known = this.remembered.get(from) ?? []
    if (known.length < MAX_REMEMBERED) known.push(frames)
    else known[this.random.int(MAX_REMEMBERED)] = frames
    this.remembered.set(from, known)
  }

  private again(from: string): readonly Uint8Array[] {
    if (!this.random.chance(this.chance)) return []
    this.repeated++
    return this.random.pick(this.remembered.get(from) ?? [[]])
  }
}

function isWhole(code: number | undefined): boolean {
  return (
    code === CODE.block ||
    code === CODE.logEntries ||
    code === CODE.cards ||
    code === CODE.acknowledgements ||
    code === CODE.box
  )
}

export const MISDEED = {
  /** Sends old frames again, its own and others', much more often than any network. */
  replay: 'replay',
  /** Changes bits of entries, cards and log entries of others, and signs for them. */
  forge: 'forge',
  /** Hands on nothing of some devices, and leaves out log entries. */
  withhold: 'withhold',
  /** Says that what others wrote is gone: because its time has come, in their name or in its own. */
  erase: 'erase',
  /** Says that it has what nobody has, and that others have what they lack. */
  lie: 'lie',
  /** Runs twice, and so signs two histories of its feeds and of its log entries. */
  fork: 'fork',
  /** Goes on signing log entries after it was put out, on top of old ones. */
  linger: 'linger',
} as const
export type Misdeed = (typeof MISDEED)[keyof typeof MISDEED]

type Hash = (bytes: Uint8Array) => Uint8Array

/** The carrier of a hostile member's frames. */
export function hostileCarrier(misdeed: Misdeed, random: SeededRandom, hash: Hash): Carrier {
  switch (misdeed) {
    case MISDEED.replay:
      return new Repeater(random, 0.5, true).carry
    case MISDEED.forge:
      return forger(random)
    case MISDEED.withhold:
      return withholder(random)
    case MISDEED.erase:
      return eraser(random, hash)
    case MISDEED.lie:
      return liar(random)
    case MISDEED.fork:
    case MISDEED.linger:
      return (_from, _to, frame) => [frame]
  }
}

function forger(random: SeededRandom): Carrier {
  return (_from, _to, frame) => {
    const code = frame[1]
    if (!isWhole(code) || !random.chance(0.2)) return [frame]
    const forged = frame.slice()
    // Not the first bytes: then it would be malformed rather than forged.
    const at = Math.min(frame.length - 1, 4 + random.int(frame.length))
    forged[at] = (forged[at] ?? 0) ^ (1 << random.int(8))
    return [forged]
  }
}

function withholder(random: SeededRandom): Carrier {
  const withheld = new Map<DeviceId, boolean>()
  const withholds = (device: DeviceId): boolean => {
    const known = withheld.get(device) ?? random.chance(0.5)
    withheld.set(device, known)
    return known
  }
  return (from, _to, bytes) => {
    if (bytes[1] === CODE.logEntries) return random.chance(0.5) ? [] : [bytes]
    if (bytes[1] === CODE.cards || bytes[1] === CODE.box) return random.chance(0.5) ? [] : [bytes]
    if (bytes[1] !== CODE.block) return [bytes]
    const frame = decodeFrame(bytes, HASH_BYTES)
    return frame.type === 'block' && frame.device !== from && withholds(frame.device) ? [] : [bytes]
  }
}

function eraser(random: SeededRandom, hash: Hash): Carrier {
  return (from, _to, bytes) => {
    if (bytes[1] !== CODE.block || !random.chance(0.5)) return [bytes]
    const frame = decodeFrame(bytes, HASH_BYTES)
    if (frame.type !== 'block' || frame.device === from) return [bytes]
    const { block } = frame
    const device = random.chance(0.8) ? from : frame.device
    const items = block.items.map((item) =>
      withoutContent(item, hash, { device, signature: random.bytes(64) }),
    )
    return [encodeFrame({ ...frame, block: { ...block, items } })]
  }
}

/** What is said to disappear is said to have done so; for the rest a word is needed. */
function withoutContent(item: Item, hash: Hash, proof: ErasureProof): Item {
  if (item.kind !== 'data') return item
  const { body, expiryHour } = item
  const bodyHash = hash(body)
  return { kind: 'erased', bodyHash, ...(expiryHour === undefined ? { proof } : { expiryHour }) }
}

function liar(random: SeededRandom): Carrier {
  const inflate = (position: Position): Position => ({
    ...position,
    seq: position.seq + (random.chance(0.5) ? 1 + random.int(1_000) : 0),
    read: position.read + (random.chance(0.3) ? random.int(1_000) : 0),
  })
  return (_from, _to, bytes) => {
    const frame = decodeFrame(bytes, HASH_BYTES)
    if (frame.type === 'have') return [encodeFrame({ ...frame, positions: frame.positions.map(inflate) })]
    if (frame.type === 'acknowledgements' && random.chance(0.3)) return [encodeFrame(lyingAck(frame))]
    if (frame.type === 'card-news') return [encodeFrame(lyingNews(frame, random))]
    return [bytes]
  }
}

/** Of cards that nobody has. */
function lyingNews(
  frame: Extract<Frame, { type: 'card-news' }>,
  random: SeededRandom,
): Extract<Frame, { type: 'card-news' }> {
  const notices = frame.notices.map((notice) =>
    random.chance(0.5) ? { ...notice, generation: 0xffff_ffff - random.int(1_000) } : notice,
  )
  return { ...frame, notices }
}

function lyingAck(frame: Extract<Frame, { type: 'acknowledgements' }>): typeof frame {
  const acknowledgements = frame.acknowledgements.map((ack) => ({ ...ack, seq: ack.seq + 5 }))
  return { ...frame, acknowledgements }
}
