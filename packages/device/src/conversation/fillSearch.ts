/** Fills the search index after unlocking, a slice at a time, so that calls are answered meanwhile. */
import type { Clock, ConversationId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { listedConversations } from '../circle/standing.ts'
import { FILL_BATCH, FILL_SLICE_MS } from '../tuning.ts'

/** @param isStopped asked between two slices */
export async function fillSearch(
  circles: readonly CircleRuntime[],
  clock: Clock,
  isStopped: () => boolean,
): Promise<void> {
  for (const circle of circles) {
    for (const { id } of listedConversations(circle)) await fillFrom(circle, id, clock, isStopped)
  }
}

async function fillFrom(
  circle: CircleRuntime,
  conversation: ConversationId,
  clock: Clock,
  isStopped: () => boolean,
): Promise<void> {
  const batches = circle.participant.timeline(conversation).fillSearch(FILL_BATCH)
  for (let done = false; !isStopped() && !done;) {
    const pauseAt = clock.elapsed() + FILL_SLICE_MS
    while (!done && clock.elapsed() < pauseAt) done = batches.next().done === true
    await new Promise<void>((resolve) => {
      clock.after(0, resolve)
    })
  }
}
