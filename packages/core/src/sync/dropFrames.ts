/** What is left at a keeper in a drop, as frames (spec §16.3): notices for its readers, and a box for each block. */
import type { Suite } from '../crypto/suite.ts'
import { epochAfter, lastSeq, type Block } from '../feed/block.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import { sealBox, sealNotice } from '../keeping/dropKeys.ts'
import { MAX_NOTICES_PER_FRAME } from '../keeping/spec.ts'
import type { Random } from '../ports/random.ts'
import type { Deposit } from './deposit.ts'
import { encodeFrame, type Frame } from './frame.ts'
import { inPlaceOfTag } from './keepingFrames.ts'
import { envelopeFrames } from './serving.ts'

/** What they are sealed with. */
export interface DropSealing {
  readonly suite: Suite
  readonly random: Random
}

/** One for each reader: who wrote the drop, and what opens its boxes. */
export function noticeFrames(
  { suite, random }: DropSealing,
  { drop, targets }: Deposit,
  feed: Feed,
): Frame[] {
  const { conversation, device, incarnation } = feed
  const content = { secret: drop.secret, conversation, device, incarnation }
  const sealed = targets.flatMap((target) => sealNotice(suite, random, content, target) ?? [])
  const notices = sealed.map((notice) => ({ ...notice, tag: inPlaceOfTag(drop.handle) }))
  const frames: Frame[] = []
  for (let at = 0; at < notices.length; at += MAX_NOTICES_PER_FRAME)
    frames.push({ type: 'notices', notices: notices.slice(at, at + MAX_NOTICES_PER_FRAME) })
  return frames
}

/** The parts of the box of one block: where that begins an epoch, the envelopes of it come first. @param feeds of the drop's conversation */
export function boxFrames(
  { suite, random }: DropSealing,
  { drop, conversation }: Deposit,
  feeds: FeedSet,
  feed: Feed,
  block: Block,
): Frame[] {
  const { device, incarnation } = feed
  const [start] = block.items
  const epoch = start?.kind === 'epoch' ? epochAfter(block.epoch, start) : undefined
  const frames: Frame[] = epoch === undefined ? [] : envelopeFrames(feeds, feed, epoch)
  frames.push({ type: 'block', conversation, device, incarnation, block })
  return frames.map((frame, part): Frame => {
    const final = part === frames.length - 1
    const place = { tag: drop.tag, from: block.from, last: lastSeq(block), part, final }
    const bytes = sealBox(suite, random, drop.secret, place, encodeFrame(frame))
    return { type: 'box', ...place, tag: inPlaceOfTag(drop.handle), bytes }
  })
}
