/** Handing out entries that a device asked for, no faster than its link takes them (spec §10.4). */
import { epochAfter, lastSeq, sliceBlock, type Block } from '../feed/block.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import { MAX_ENVELOPES_PER_FRAME } from './spec.ts'
import type { SyncHost } from './host.ts'
import type { ServeJob, Session } from './session.ts'
import { LINK_HIGH_WATER_BYTES } from './tuning.ts'

/** Serves waiting requests in turn, a block each, until the link has enough. @returns whether work is left */
export function serve(host: SyncHost, session: Session): boolean {
  for (const [feed, job] of session.jobs) {
    if (session.link.backlogBytes() >= LINK_HIGH_WATER_BYTES) return true
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
    if (!job.served) {
      session.send({ type: 'nothing', conversation: job.conversation, feed: job.feed, from: job.next })
    }
    return false
  }
  sendBlock(session, feeds, feed, block)
  job.next = lastSeq(block) + 1
  job.served = true
  return true
}

function nextBlock(host: SyncHost, feeds: FeedSet, session: Session, job: ServeJob): Block | undefined {
  const log = feeds.log(job.feed)
  const stored = job.readable ? log.at(job.next) : undefined
  if (stored !== undefined && stored.from <= job.next)
    return sliceBlock(host.suite, job.feed, stored, job.next)
  if (job.readable && stored === undefined) return undefined
  const start = feeds.epochs(job.feed).firstFor(session.device, job.next)
  const block = start === undefined ? undefined : log.at(start.seq)
  if (start === undefined || block === undefined || block.from > start.seq) return undefined
  job.readable = true
  return sliceBlock(host.suite, job.feed, block, start.seq)
}

/** Queues a block, and before it the envelopes of the epochs that start in it. */
export function sendBlock(session: Session, feeds: FeedSet, feed: Feed, block: Block): void {
  let epoch = block.epoch
  for (const item of block.items) {
    const next = epochAfter(epoch, item)
    if (next !== epoch) sendEnvelopes(session, feeds, feed, next)
    epoch = next
  }
  session.send({
    type: 'block',
    conversation: feeds.conversation,
    device: feed.device,
    incarnation: feed.incarnation,
    block,
  })
  session.sentTo.set(feed.id, Math.max(session.sentTo.get(feed.id) ?? 0, lastSeq(block)))
}

function sendEnvelopes(session: Session, feeds: FeedSet, feed: Feed, epoch: number): void {
  const envelopes = feeds.epochs(feed.id).envelopes(epoch)
  for (let at = 0; at < envelopes.length; at += MAX_ENVELOPES_PER_FRAME) {
    session.send({
      type: 'envelopes',
      conversation: feeds.conversation,
      feed: feed.id,
      epoch,
      envelopes: envelopes.slice(at, at + MAX_ENVELOPES_PER_FRAME),
    })
  }
}
