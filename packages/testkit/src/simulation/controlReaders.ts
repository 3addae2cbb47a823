/** Whom the epochs of the control conversation were sealed to: those who hand its entries on to each other. */
import { envelopeTag, type Feed } from '@triode/core'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** Of each epoch that somebody has, those of `active` that it was sealed to, and its author. */
export function controlReaders(active: readonly SimulatedDevice[]): SimulatedDevice[][] {
  const tags = new Map(active.map((device) => [device, envelopeTag(device.self).toHex()]))
  const groups = new Map<string, SimulatedDevice[]>()
  for (const holder of active) {
    for (const feed of toldBy(holder, active)) {
      const epochs = controlFeeds(holder).epochs(feed.id).startsFrom(1)
      for (const { seq, tags: sealed } of epochs) {
        const mayRead = (device: SimulatedDevice): boolean =>
          device.self === feed.device || sealed.includes(tags.get(device) ?? '')
        const place = `${feed.id}/${seq}`
        if (!groups.has(place)) groups.set(place, active.filter(mayRead))
      }
    }
  }
  return [...groups.values()]
}

/** Feeds of whose epochs `holder` is asked: its author knows all of them, unless it is away or was set back. */
function toldBy(holder: SimulatedDevice, active: readonly SimulatedDevice[]): Feed[] {
  const knows = (author: SimulatedDevice): boolean => !author.restored
  const authors = new Set(active.filter(knows).map(({ self }) => self))
  return [...controlFeeds(holder).all()].filter(
    ({ device }) => device === holder.self || !authors.has(device),
  )
}

function controlFeeds({ participant, state }: SimulatedDevice): ReturnType<typeof participant.feeds> {
  return participant.feeds(state.conversations.control)
}
