/**
 * Who must read nothing of what is written: whoever was put out, and keepers, by what each author knew. What is new is tried when it
 * comes about: an entry with all the keys that they ever held, and a key on all entries that it must not open.
 */
import type { DeviceId, FeedId, Suite } from '@triode/core'
import { Loot } from './loot.ts'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { Sent, Traffic } from './traffic.ts'

/** What is looked at. */
interface Scene {
  readonly suite: Suite
  readonly traffic: Traffic
  readonly devices: readonly SimulatedDevice[]
  violated(rule: string, what: string): void
}

interface Outsider {
  readonly loot: Loot
  /** Records of keys that were looked at. */
  taken: number
  /** What it must not open, by feed. */
  readonly barred: Map<FeedId, Sent[]>
}

export class Outsiders {
  private looked = 0
  private readonly known = new Map<SimulatedDevice, Outsider>()

  /** Tries what has come about since the last call. */
  look(world: Scene): void {
    for (const [device, outsider] of this.known) {
      for (const feed of takeKeys(device, outsider)) {
        for (const sent of barredIn(outsider, feed)) this.try(world, device, outsider, sent)
      }
    }
    const { sent } = world.traffic
    for (; this.looked < sent.length; this.looked++) {
      const one = sent[this.looked] as Sent
      for (const device of barredFrom(world, one)) {
        const outsider = this.outsider(world, device)
        const barred = outsider.barred.get(one.feed.id) ?? []
        outsider.barred.set(one.feed.id, barred)
        barred.push(one)
        this.try(world, device, outsider, one)
      }
    }
  }

  /** Tries everything on everything, whatever was tried before. */
  lookAtAll(world: Scene): void {
    this.look(world)
    for (const sent of world.traffic.sent)
      for (const device of barredFrom(world, sent))
        this.try(world, device, this.outsider(world, device), sent)
  }

  private try(world: Scene, device: SimulatedDevice, { loot }: Outsider, sent: Sent): void {
    if (!opens(world.traffic, loot, sent, device.self)) return
    const entry = `${device.name} opens entry ${sent.seq} of ${sent.author.name}`
    if (sent.out.includes(device.self))
      world.violated(RULE.removedReadsNothing, `${entry}, who knew that it is out`)
    if (sent.keepers.includes(device.self))
      world.violated(RULE.keeperReadsNothing, `${entry}, who knew that it is a keeper`)
  }

  private outsider(world: Scene, device: SimulatedDevice): Outsider {
    const known = this.known.get(device) ?? { loot: new Loot(world.suite), taken: 0, barred: new Map() }
    this.known.set(device, known)
    takeKeys(device, known)
    return known
  }
}

/** Whether the keys in `loot`, of `victim`, open an entry that was sent. */
export function opens(traffic: Traffic, loot: Loot, sent: Sent, victim: DeviceId): boolean {
  const entry = { ...sent, victim }
  if (loot.opensByChain(entry)) return true
  const epoch = traffic.epochOf(sent)
  return epoch !== undefined && loot.opensByEnvelope(entry, epoch)
}

/** Takes in the keys that came since the last time. @returns the feeds of which they may open something; 'any': of all */
function takeKeys(device: SimulatedDevice, outsider: Outsider): Set<FeedId | 'any'> {
  const held = device.everHeld()
  const opened = new Set<FeedId | 'any'>()
  for (; outsider.taken < held.length; outsider.taken++) {
    const record = held[outsider.taken]
    const feed = record && outsider.loot.add(record)
    if (feed !== undefined) opened.add(feed)
  }
  return opened
}

function barredIn({ barred }: Outsider, feed: FeedId | 'any'): readonly Sent[] {
  return feed === 'any' ? [...barred.values()].flat() : (barred.get(feed) ?? [])
}

/** A device that runs twice is two. */
function barredFrom({ devices }: Scene, { out, keepers }: Sent): SimulatedDevice[] {
  if (out.length + keepers.length === 0) return []
  return devices.filter(({ self }) => out.includes(self) || keepers.includes(self))
}
