/** Writing to one's own feed (spec §9.4): start an epoch when one is due, seal, chain, sign the head. */
import { sealWithMessageKey, nextKeys } from '../crypto/ratchet.ts'
import type { Suite } from '../crypto/suite.ts'
import { concat, equalBytes, utf8 } from '../bytes.ts'
import { CallerFault } from '../fault.ts'
import type { DeviceId, FeedId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import { windowStart, type Block } from './block.ts'
import { Chain, headStatement } from './chain.ts'
import {
  decodeEpochStart,
  envelopeTag,
  startEpoch,
  type Envelope,
  type EnvelopeTarget,
  type EpochStart,
} from './epoch.ts'
import { expiryHourAt } from './erasure.ts'
import type { Feed } from './feed.ts'
import type { Item } from './item.ts'
import { pad } from './padding.ts'
import { entryAad } from './receive.ts'
import {
  EPOCH_MAX_AGE_MS,
  EPOCH_MAX_ENTRIES,
  LOST_KEY_MIN_AGE_MS,
  MAX_PLAINTEXT_BYTES,
  SEALING_KEY_LIFE_S,
  WINDOW_ENTRIES,
} from './spec.ts'

const DIGEST_BYTES = 32

export interface AppendContext {
  readonly suite: Suite
  readonly random: Random
  readonly signingKey: SigningKey
  readonly now: number
  /** Every device that may read the conversation now, and whose card is known. */
  readonly targets: readonly EnvelopeTarget[]
  /** Where the feed's last epoch that was sealed to a device started, for those of `devices` that one was sealed to. */
  lastStarts(devices: readonly DeviceId[]): ReadonlyMap<DeviceId, number>
  /** The stored envelopes of an epoch of the feed; without it, nobody is found to have lost a key. */
  readonly envelopes?: (epoch: number) => readonly Envelope[]
}

export interface Appended {
  readonly feed: Feed
  /** To be stored and sent, in order: one, or two where a window ends between. */
  readonly blocks: readonly Block[]
  readonly epoch:
    { readonly start: EpochStart; readonly seq: number; readonly envelopes: readonly Envelope[] } | undefined
  /** Sequence number of the entry. */
  readonly seq: number
}

/** Whether the next entry must start a new epoch. */
export function epochIsDue(feed: Feed, readers: Uint8Array, now: number): boolean {
  const age = now - feed.epochStartedAt
  return (
    feed.chainKey === undefined ||
    !equalBytes(feed.readers.subarray(0, DIGEST_BYTES), readers) ||
    feed.epochEntries >= EPOCH_MAX_ENTRIES ||
    age >= EPOCH_MAX_AGE_MS ||
    age < 0
  )
}

/**
 * Whether a device lost the key that the present epoch was sealed to: a sealing key lives a week, so one that followed
 * sooner is that of a device which was restored, and did not have the one before in its backup.
 */
function keyWasLost(context: AppendContext, feed: Feed): boolean {
  const known = lostKeys.get(context.targets)
  if (known?.feed === feed.id && known.epoch === feed.epoch) return known.lost
  const lost = findLostKey(context, feed)
  lostKeys.set(context.targets, { feed: feed.id, epoch: feed.epoch, lost })
  return lost
}

/** By the list of targets: asked for with each entry, like its digests. */
const lostKeys = new WeakMap<
  readonly EnvelopeTarget[],
  { readonly feed: FeedId; readonly epoch: number; readonly lost: boolean }
>()

function findLostKey({ targets, envelopes }: AppendContext, feed: Feed): boolean {
  const sealed = new Map(
    (envelopes?.(feed.epoch) ?? []).map(({ tag, generation }) => [tag.toHex(), generation]),
  )
  return targets.some(({ device, generation }) => {
    const before = sealed.get(envelopeTag(device).toHex()) ?? generation
    return generation > before && generation - before < SEALING_KEY_LIFE_S
  })
}

/** Digest of whom an epoch is sealed to. */
export function readersDigest(suite: Suite, targets: readonly EnvelopeTarget[]): Uint8Array {
  return digestsOf(suite, targets).readers
}

interface Digests {
  readonly suite: Suite
  readonly readers: Uint8Array
  /** Of the sealing keys of those whom an epoch is sealed to. */
  readonly keys: Uint8Array
}

const digests = new WeakMap<readonly EnvelopeTarget[], Digests>()

/** Made once for one list, as they are asked for with each entry. */
function digestsOf(suite: Suite, targets: readonly EnvelopeTarget[]): Digests {
  const known = digests.get(targets)
  if (known?.suite === suite) return known
  const digest = (lines: string[]): Uint8Array =>
    suite.hash(utf8(lines.sort().join('\n'))).subarray(0, DIGEST_BYTES)
  const made = {
    suite,
    readers: digest(targets.map(({ device }) => device)),
    keys: digest(targets.map(({ device, generation }) => `${device} ${generation}`)),
  }
  digests.set(targets, made)
  return made
}

/**
 * The feed with `plaintext` as its next entry.
 * @param expiresAt when it is to disappear, ms since 1970: carried rounded up, for all to see who carry it
 * @throws CallerFault 'entry-too-long'
 */
export function appendEntry(
  context: AppendContext,
  feed: Feed,
  plaintext: Uint8Array,
  expiresAt?: number,
): Appended {
  if (plaintext.length > MAX_PLAINTEXT_BYTES) {
    throw new CallerFault('entry-too-long', {
      message: 'The message is too long.',
      remedy: 'Send it in parts or as a file.',
    })
  }
  const { readers, keys } = digestsOf(context.suite, context.targets)
  const keysChanged = !equalBytes(feed.readers.subarray(DIGEST_BYTES), keys)
  // A device that shows a new key again and again must not make an epoch of every entry.
  const looks = keysChanged && context.now - feed.epochStartedAt >= LOST_KEY_MIN_AGE_MS
  const due = epochIsDue(feed, readers, context.now) || (looks && keyWasLost(context, feed))
  const run = new Run(context, looks ? { ...feed, readers: concat(readers, keys) } : feed)
  const epoch = due ? run.startEpoch(concat(readers, keys)) : undefined
  run.seal(plaintext, expiresAt)
  return { feed: run.feed, blocks: run.blocks(), epoch, seq: run.feed.head.seq }
}

/** Items being added to a feed, and the feed as it stands after them. */
class Run {
  feed: Feed
  private readonly context: AppendContext
  private readonly storedKey: Uint8Array | undefined
  private readonly chain: Chain
  private readonly items: { item: Item; before: Feed; after: Feed }[] = []

  constructor(context: AppendContext, feed: Feed) {
    this.context = context
    this.feed = feed
    this.storedKey = feed.chainKey
    this.chain = new Chain(context.suite, feed.id)
  }

  startEpoch(readers: Uint8Array): NonNullable<Appended['epoch']> {
    const { suite, random, targets, now } = this.context
    const epoch = this.feed.epoch + 1
    const previous = this.context.lastStarts(targets.map((target) => target.device))
    const fresh = startEpoch(suite, random, this.feed.id, epoch, targets, previous)
    this.add({ kind: 'epoch', body: fresh.body }, epoch)
    this.feed = { ...this.feed, chainKey: fresh.chainKey, epochStartedAt: now, epochEntries: 0, readers }
    return { start: decodeEpochStart(fresh.body), seq: this.feed.head.seq, envelopes: fresh.envelopes }
  }

  seal(plaintext: Uint8Array, expiresAt: number | undefined): void {
    const { suite } = this.context
    const { chainKey, epoch, head } = this.feed
    if (chainKey === undefined) throw new CallerFault('epoch-missing')
    const keys = nextKeys(suite, chainKey)
    const aad = entryAad(this.feed)(head.seq + 1, epoch)
    const padded = pad(plaintext)
    const body = sealWithMessageKey(suite, keys.messageKey, aad, padded)
    this.add(
      { kind: 'data', body, ...(expiresAt !== undefined && { expiryHour: expiryHourAt(expiresAt) }) },
      epoch,
    )
    padded.fill(0)
    this.feed = { ...this.feed, chainKey: keys.nextChainKey, epochEntries: this.feed.epochEntries + 1 }
    keys.messageKey.fill(0)
    // The stored feed's key is erased where its successor is stored.
    if (chainKey !== this.storedKey) chainKey.fill(0)
  }

  /** The items as signed blocks, none of which crosses a window's end. */
  blocks(): Block[] {
    const groups: (typeof this.items)[] = []
    for (const entry of this.items) {
      const open = groups.at(-1)
      const seq = entry.after.head.seq
      if (open === undefined || windowStart(seq) === seq) groups.push([entry])
      else open.push(entry)
    }
    return groups.flatMap((group) => this.sign(group))
  }

  private sign(group: typeof this.items): Block[] {
    const [first, last] = [group[0], group.at(-1)]
    if (first === undefined || last === undefined || group.length > WINDOW_ENTRIES) return []
    const statement = headStatement(this.feed.id, last.after.head)
    return [
      {
        from: first.after.head.seq,
        prev: first.before.head.hash,
        epoch: first.before.epoch,
        items: group.map((entry) => entry.item),
        signature: this.context.signingKey.sign(statement),
      },
    ]
  }

  private add(item: Item, epoch: number): void {
    const before = this.feed
    this.feed = { ...before, head: this.chain.next(before.head, epoch, item), epoch }
    this.items.push({ item, before, after: this.feed })
  }
}
