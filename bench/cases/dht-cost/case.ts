import { setTimeout as sleep } from 'node:timers/promises'
import { startChild, withOne, type Child } from '../../harness/child.ts'
import { TRIODE, type Case, type Figures, type Metric, type Round } from '../../harness/case.ts'
import type { Hops } from '../../harness/dhtNet.child.ts'
import { FASTER } from '../../harness/fastClock.ts'
import { since, type Traffic } from '../../harness/udpTraffic.ts'
import type { Cost } from './device.child.ts'

const NET = '../../harness/dhtNet.child.ts'
const DEVICE = './device.child.ts'
const FAST_CLOCK = ['--import', new URL('../../harness/fastClockNow.ts', import.meta.url).href]

/** Nodes of the DHTs in which look-ups are followed; and of the one in which everything else is measured. */
const SIZES = [32, 128, 512] as const
const SIZE = 128
const LOOKUPS = 100
/** Virtual minutes until what is asked often at first is asked seldom, and that are measured then. */
const [WARM_UP_MIN, WINDOW_MIN] = [20, 60]
const QUICK = { sizes: [32] as readonly number[], size: 32, warmUpMin: 1, windowMin: 5 }
const NAME = 'bench'.padEnd(26, 'a')
const NOBODY = 'nobody'.padEnd(26, 'a')
/** Of six times each operation is done, the first is not counted: what is loaded and compiled then is no cost of it. */
const TIMES = 6

const ACTS = ['enter', 'announce', 'look-up, found', 'look-up, nobody', 'link, caller'] as const
const STATES = ['in the DHT', 'a name announced', 'a link'] as const

async function measure({ quick }: Round): Promise<Figures> {
  const { sizes, size } = quick ? QUICK : { sizes: SIZES, size: SIZE }
  const figures: Record<string, number> = {}
  for (const count of sizes) {
    const { hops, asked } = await inNet(count, (net) => net.call<Hops>('hops', LOOKUPS))
    figures[`hops, ${String(count)} nodes`] = hops
    figures[`nodes asked, ${String(count)} nodes`] = asked
  }
  await inNet(size, async (net, nodes) => {
    Object.assign(figures, await acts(net, nodes))
    Object.assign(figures, await states(nodes, quick))
  })
  return figures
}

async function inNet<T>(
  count: number,
  work: (net: Child, nodes: readonly string[]) => Promise<T>,
): Promise<T> {
  return await withOne(NET, import.meta.url, async (net) => await work(net, await net.call('start', count)))
}

/** What each thing that a device does costs it: means. */
async function acts(net: Child, nodes: readonly string[]): Promise<Figures> {
  const costs = new Map<string, Cost[]>()
  const note = (act: (typeof ACTS)[number], cost: Cost): void => {
    costs.set(act, [...(costs.get(act) ?? []), cost])
  }
  for (let time = 0; time < TIMES; time++) {
    await withDevices(2, [], async ([one, other]) => {
      if (one === undefined || other === undefined) throw new Error('two devices were asked for')
      await one.call('enter', nodes)
      note('announce', await one.call<Cost>('announce', NAME))
      note('enter', await other.call<Cost>('enter', nodes))
      note('look-up, nobody', await other.call<Cost>('miss', NOBODY))
      note('look-up, found', await other.call<Cost>('find', NAME))
      note('link, caller', await other.call<Cost>('dial', await one.call<string>('address')))
    })
  }
  const figures: Record<string, number> = {}
  for (const [act, all] of costs) {
    const counted = all.slice(1)
    const mean = (of: (cost: Cost) => number): number =>
      counted.reduce((sum, cost) => sum + of(cost), 0) / counted.length
    figures[`${act}, packets`] = mean((cost) => cost.sentPackets + cost.receivedPackets)
    figures[`${act}, bytes`] = mean((cost) => cost.sentBytes + cost.receivedBytes)
    figures[`${act}, CPU`] = mean((cost) => cost.cpuMs)
  }
  const before = await net.call<number>('cpu')
  const { asked } = await net.call<Hops>('hops', LOOKUPS)
  // Half of it is the caller's, which is in that process as well: an upper bound.
  figures['a request, CPU of both ends'] = ((await net.call<number>('cpu')) - before) / (asked * LOOKUPS)
  return figures
}

/** What it costs to stay: bytes and packets an hour, in both directions, beside what there is without. */
async function states(nodes: readonly string[], quick: boolean): Promise<Figures> {
  const [warmUpMin, windowMin] = quick ? [QUICK.warmUpMin, QUICK.windowMin] : [WARM_UP_MIN, WINDOW_MIN]
  return await withDevices(4, FAST_CLOCK, async ([idle, named, caller, called]) => {
    if (!idle || !named || !caller || !called) throw new Error('four devices were asked for')
    const all = [idle, named, caller, called]
    await Promise.all(all.map((device) => device.call('enter', nodes)))
    await named.call('announce', NAME)
    await called.call('announce', NOBODY)
    await caller.call('dial', await called.call<string>('address'))
    await sleep(virtual(warmUpMin))
    const before = await Promise.all(all.map((device) => device.call<Traffic>('traffic')))
    await sleep(virtual(windowMin))
    const after = await Promise.all(all.map((device) => device.call<Traffic>('traffic')))
    const hour = (at: number): Traffic => {
      const [from, to] = [before[at], after[at]]
      if (from === undefined || to === undefined) throw new RangeError('no such device')
      return since(from, to)
    }
    const [alone, withName, atCaller, atCalled] = [hour(0), hour(1), hour(2), hour(3)]
    const bytes = (one: Traffic): number => one.sentBytes + one.receivedBytes
    const packets = (one: Traffic): number => one.sentPackets + one.receivedPackets
    const share = 60 / windowMin
    return {
      'in the DHT, bytes an hour': bytes(alone) * share,
      'in the DHT, packets an hour': packets(alone) * share,
      'a name announced, bytes an hour': (bytes(withName) - bytes(alone)) * share,
      'a name announced, packets an hour': (packets(withName) - packets(alone)) * share,
      // What one end sends the other receives.
      'a link, bytes an hour': (atCaller.streamBytes + atCalled.streamBytes) * share,
      'a link, packets an hour': (atCaller.streamPackets + atCalled.streamPackets) * share,
    }
  })
}

/** Real milliseconds that so many minutes take by the devices' clock. */
function virtual(minutes: number): number {
  return (minutes * 60_000) / FASTER
}

async function withDevices<T>(
  count: number,
  options: readonly string[],
  work: (devices: readonly Child[]) => Promise<T>,
): Promise<T> {
  const devices = Array.from({ length: count }, () => startChild(DEVICE, import.meta.url, options))
  try {
    return await work(devices)
  } finally {
    await Promise.all(devices.map((device) => device.end()))
  }
}

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower', targets: [] })

export const dhtCost: Case = {
  name: 'dht-cost',
  question:
    'What does each thing that a device does in a DHT cost it, what does it cost to stay there, and how many nodes does a look-up ask?',
  rounds: 1,
  metrics: [
    ...SIZES.flatMap((count) => [
      lower(`hops, ${String(count)} nodes`, 'mean'),
      lower(`nodes asked, ${String(count)} nodes`, 'mean'),
    ]),
    ...ACTS.flatMap((act) => [
      lower(`${act}, packets`, 'both ways'),
      lower(`${act}, bytes`, 'both ways'),
      lower(`${act}, CPU`, 'ms'),
    ]),
    lower('a request, CPU of both ends', 'µs'),
    ...STATES.flatMap((state) => [
      lower(`${state}, bytes an hour`, 'both ways'),
      lower(`${state}, packets an hour`, 'both ways'),
    ]),
  ],
  contenders: [
    {
      name: TRIODE,
      setup: `the DHT channel, alone in a process, in a DHT of ${String(SIZE)} nodes of its own on loopback.`,
      measure,
    },
  ],
  notes: [
    'No rival and no target: the figures stand behind `docs/scale.md` and the case `idle-day`. Bytes are those of IPv4 packets, with headers. Counted at the sockets of the library.',
    `Means of ${String(TIMES - 1)} times; hops and nodes asked, of ${String(LOOKUPS)} look-ups. A hop is a node that had to be heard before the next could be asked, the closest node itself counted.`,
    `What it costs to stay is measured over an hour in processes whose clocks run ${String(FASTER)} times faster (\`bench/harness/fastClock.ts\`): timers are sped up, sockets and patience with answers are not.`,
    'Nothing is lost on loopback, and no NAT is in between: punching through some costs a few packets more, through one that maps at random some hundred.',
  ],
}
