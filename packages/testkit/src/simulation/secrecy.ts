/**
 * Who steals a device reads nothing that it must not: checked by trying, with every key that the device had. Of those who are out,
 * and of keepers, see outsiders.ts. What a member that is still inside hands to one that is out is no matter of keys, and not looked at.
 */
import { activeDevices } from './activeDevices.ts'
import { RULE } from './rule.ts'
import { Loot } from './loot.ts'
import { opens } from './outsiders.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { SentEntry } from './sentEntry.ts'
import type { TheftReport } from './theft.ts'
import type { Sent } from './traffic.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000
/** A week until there is a new sealing key, a day until there is a new epoch, and some hours for its card to get around. */
const RECOVERED_MS = 8.5 * DAY_MS
/** A sealing key is used for a week, and kept for two more; one epoch may have begun a day before. */
const FORGOTTEN_MS = 22 * DAY_MS
/** Entries looked at that were sent before a theft: the last ones, as their keys are the most likely to be there still. */
const LOOKED_AT = 60

/** Takes a copy of what `victim` holds, and tries it on what was sent before. */
export function steal(world: World, victim: SimulatedDevice): void {
  const { sent } = world.traffic
  const loot = new Loot(world.suite, victim.holdsNow())
  world.thefts.push({ victim, loot, at: world.clock.elapsed(), sentBefore: sent.length })
  for (const one of sent.slice(-LOOKED_AT)) {
    if (!isHeldBy(victim, one) || !loot.opensByChain(entryFor(one, victim))) continue
    world.violated(
      RULE.forwardSecrecy,
      `the state of ${victim.name} opens entry ${one.seq} of ${one.author.name}, which it had read before`,
    )
  }
}

/** How far back and ahead the stolen states of a run open what was recorded. */
export function reportThefts(world: World): TheftReport {
  const report = { thefts: world.thefts.length, oldestMs: 0, newestMs: 0 }
  // Whoever is out gets no new cards, and what it writes nobody takes.
  const writers = new Set(activeDevices(world))
  for (const { victim, loot, at, sentBefore } of world.thefts) {
    for (const [index, one] of world.traffic.sent.entries()) {
      if (
        !writers.has(one.author) ||
        !one.sealedTo.has(victim.self) ||
        !opens(world.traffic, loot, one, victim.self)
      )
        continue
      if (index < sentBefore) report.oldestMs = Math.max(report.oldestMs, at - one.at)
      else report.newestMs = Math.max(report.newestMs, one.at - at)
    }
  }
  return report
}

/** Where nobody is away, stolen keys end with the life of the sealing key, and of the last epoch that was sealed to it. */
export function checkRecovery(world: World, { oldestMs, newestMs }: TheftReport): void {
  if (newestMs > RECOVERED_MS)
    world.violated(RULE.recovery, `a stolen state opens what was written ${days(newestMs)} days later`)
  if (oldestMs > FORGOTTEN_MS)
    world.violated(RULE.forwardSecrecy, `a stolen state opens what was written ${days(oldestMs)} days before`)
}

function days(ms: number): string {
  return (ms / DAY_MS).toFixed(1)
}

function isHeldBy(victim: SimulatedDevice, { feed, seq }: Sent): boolean {
  return (victim.participant.feeds(feed.conversation).get(feed.id)?.head.seq ?? 0) >= seq
}

function entryFor(sent: Sent, { self: victim }: SimulatedDevice): SentEntry {
  return { ...sent, victim }
}
