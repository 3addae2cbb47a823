/** Handing out entries that a device asked for, no faster than its link takes them (spec §10.4). */
import { equalBytes } from '../bytes.ts'
import { epochAfter, lastSeq, sliceBlock, type Block } from '../feed/block.ts'
import { envelopeTag, type Envelope } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import type { DeviceId } from '../id.ts'
import type { Frame } from './frame.ts'
import { MAX_ENVELOPES_PER_FRAME } from './spec.ts'
import type { SyncHost } from './host.ts'
import type { ServeJob, Session } from './session.ts'

/** Serves waiting requests in turn, a block each, until the link has enough. @returns whether work is left */
export function serve(host: SyncHost, session: Session): boolean {
  for (const [feed, job] of session.jobs) {
    if (session.isFull) return true
    session.jobs.delete(feed)
    if (host.shares(session.device, job.conversation) && serveBlock(host, session, job))
      session.jobs.set(feed, job)
    session.flush()
  }
  return session.jobs.size > 0
}

/** Sends one block. @returns whether there may be more */
function serveBlock(host: SyncHost, session: Session, job: ServeJob): boolean {
  const feeds = host.feeds(job.conversation)
  const feed = feeds.get(job.feed)
  const block = feed === undefined ? undefined : nextBlock(host, feeds, session, job)
  if (feed === undefined || block === undefined) {
    const atEnd = feed !== undefined && job.served && feed.head.seq < job.next
    if (!atEnd) {
      session.send({ type: 'nothing', conversation: job.conversation, feed: job.feed, from: job.next })
    }
    return false
  }
  sendBlock(session, feeds, feed, block)
  job.next = lastSeq(block) + 1
  job.served = true
  return true
}

/** What the far device asked for next; nothing if this device has left out some of it. */
function nextBlock(host: SyncHost, feeds: FeedSet, session: Session, job: ServeJob): Block | undefined {
  const log = feeds.log(job.feed)
  if (!job.readable) {
    const epochs = feeds.epochs(job.feed)
    const start = epochs.firstFor(session.device, job.next)
    if (start === undefined || !mayBegin(session.device, epochs.envelopes(start.epoch), job.next))
      return undefined
    job.next = start.seq
    job.readable = true
  }
  const block = log.at(job.next)
  return block === undefined || block.from > job.next
    ? undefined
    : sliceBlock(host.suite, job.feed, block, job.next)
}

/** Whether `device` lacks nothing that was sealed to it before the epoch of these envelopes; else it begins elsewhere. */
function mayBegin(device: DeviceId, envelopes: readonly Envelope[], next: number): boolean {
  const tag = envelopeTag(device)
  return envelopes.some((envelope) => equalBytes(envelope.tag, tag) && envelope.previous < next)
}

/** Queues a block, and before it the envelopes of the epoch that starts with it. */
export function sendBlock(session: Session, feeds: FeedSet, feed: Feed, block: Block): void {
  const [first] = block.items
  if (first?.kind === 'epoch')
    for (const frame of envelopeFrames(feeds, feed, epochAfter(block.epoch, first))) session.send(frame)
  session.send({
    type: 'block',
    conversation: feeds.conversation,
    device: feed.device,
    incarnation: feed.incarnation,
    block,
  })
  session.sentTo.set(feed.id, Math.max(session.sentTo.get(feed.id) ?? 0, lastSeq(block)))
}

/** The frames that bring all envelopes of an epoch. */
export function envelopeFrames(feeds: FeedSet, feed: Feed, epoch: number): Frame[] {
  const { conversation } = feeds
  const envelopes = feeds.epochs(feed.id).envelopes(epoch)
  const frames: Frame[] = []
  for (let at = 0; at < envelopes.length; at += MAX_ENVELOPES_PER_FRAME) {
    const part = envelopes.slice(at, at + MAX_ENVELOPES_PER_FRAME)
    frames.push({ type: 'envelopes', conversation, feed: feed.id, epoch, envelopes: part })
  }
  return frames
}
