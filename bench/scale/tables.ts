/** The tables of docs/scale.md: what was measured, carried on by formulas that the page shows. */
import {
  DIAL_BACKOFF_MAX_MS,
  DIAL_JITTER_FROM,
  DIAL_TIMEOUT_MS,
  MAX_DIALED_TUNNELS,
  MAX_DIALS,
} from '../../packages/device/src/tuning.ts'
import type { FigureOf } from './figures.ts'
import { simulateLookups, type Lookup } from './routing.ts'

/** What is supposed of a person, and of the network: nothing that could be measured here. */
export const SUPPOSED = {
  /** Messages that a device writes in a day. */
  messagesADay: 50,
  /** Devices of a circle, the writer counted. */
  circleDevices: 10,
  /** Fellow devices that are away all day, and so asked for in the DHT each hour under three names. */
  away: 3,
  /** Addresses of TCP that each of those told, where nobody answers: a machine that is off. */
  addressesAway: 1,
  /** Links that a device opens over the DHT in a day. */
  linksADay: 20,
  /** Milliseconds to a node and back. */
  roundTripMs: 100,
  /** Days that a box waits at a keeper, mean. */
  waitDays: 1,
  /** Of a core, and of a machine's memory. */
  machineMiB: 16_384,
} as const

const [NAMES_A_DEVICE, LOOKUPS_A_NAME] = [3, 24]
const MEASURED_NODES = [32, 128, 512] as const
const SIMULATED_NODES = [10_000, 1_000_000, 100_000_000] as const
/** The DHT in which costs were measured. */
const COST_NODES = 128
const LOOKUPS = 40
const SEED = 20
/** Where a name lies: at the nodes that are closest to its topic, and its key at so many; at all where there are fewer nodes. */
const [NAME_COPIES, KEY_COPIES] = [20, 3]
/** Records that a node of the library holds at most. */
const RECORDS = 65_536
const DEVICES = [10_000, 1_000_000, 100_000_000] as const
const SHARES = [0.1, 0.01, 0.001] as const
const FELLOWS = [10, 100, 1_000] as const
const [HOURS, SECONDS] = [24, 86_400]
/** What a call of TCP begins with, IPv4's header and the usual options included. */
const SYN_BYTES = 60
/** Milliseconds until it is sent again where nothing comes; twice as long each time (RFC 6298 §2, §5). */
const SYN_AGAIN_MS = 1_000
/** Links that a channel of one process holds (spec §8). */
const LINKS = 2_048

export interface Tables {
  readonly lookups: string
  readonly idle: string
  readonly nodes: string
  readonly keepers: string
}

export function tables(figure: FigureOf): Tables {
  const sizes = [...MEASURED_NODES, ...SIMULATED_NODES]
  const simulated = new Map(sizes.map((nodes) => [nodes as number, simulateLookups(nodes, LOOKUPS, SEED)]))
  const model = new Model(figure, simulated)
  return {
    lookups: lookupTable(figure, model, simulated),
    idle: idleTable(figure),
    nodes: nodeTable(model),
    keepers: keeperTable(figure),
  }
}

class Model {
  private readonly figure: FigureOf
  private readonly simulated: ReadonlyMap<number, Lookup>

  constructor(figure: FigureOf, simulated: ReadonlyMap<number, Lookup>) {
    this.figure = figure
    this.simulated = simulated
  }

  /** Nodes that a look-up asks: simulated, times what the largest measured DHT asks beyond its simulation. */
  asked(nodes: number): number {
    const largest = MEASURED_NODES[2]
    const beyond =
      this.figure('dht-cost', `nodes asked, ${String(largest)} nodes`) /
      (this.simulated.get(largest)?.asked ?? NaN)
    return this.simulatedAt(nodes).asked * beyond
  }

  hops(nodes: number): number {
    return this.simulatedAt(nodes).hops
  }

  /** Bytes a day, both ways, that a device with one name spends in a DHT of so many nodes. */
  deviceBytes(nodes: number): number {
    const dht = (name: string): number => this.figure('dht-cost', `${name}, bytes`)
    const perHour = (name: string): number => this.figure('dht-cost', `${name}, bytes an hour`)
    const grows = this.asked(nodes) / this.figure('dht-cost', `nodes asked, ${String(COST_NODES)} nodes`)
    const { away, linksADay } = SUPPOSED
    const lookups = away * NAMES_A_DEVICE * LOOKUPS_A_NAME * dht('look-up, nobody')
    const staying = (perHour('in the DHT') + perHour('a name announced')) * HOURS
    return (staying + lookups + linksADay * dht('link, caller')) * grows
  }

  /** That a node answers a day. */
  requests(nodes: number, share: number): number {
    const bytesARequest =
      this.figure('dht-cost', 'look-up, nobody, bytes') /
      (this.figure('dht-cost', 'look-up, nobody, packets') / 2)
    return this.deviceBytes(nodes) / share / bytesARequest
  }

  /** Milliseconds. */
  get cpuARequest(): number {
    return this.figure('dht-cost', 'a request, CPU of both ends') / 1_000
  }

  /** Between the sizes that were simulated: along the logarithm. */
  private simulatedAt(nodes: number): Lookup {
    const sizes = [...this.simulated.keys()].sort((one, other) => one - other)
    const above = sizes.find((size) => size >= nodes) ?? sizes.at(-1) ?? NaN
    const below = sizes.findLast((size) => size <= nodes) ?? sizes[0] ?? NaN
    const [low, high] = [this.simulated.get(below), this.simulated.get(above)]
    if (low === undefined || high === undefined) throw new RangeError('nothing was simulated')
    const part = above === below ? 0 : Math.log(nodes / below) / Math.log(above / below)
    const between = (one: number, other: number): number => one + (other - one) * part
    return { hops: between(low.hops, high.hops), asked: between(low.asked, high.asked) }
  }
}

/** Packets of TCP that a device sends in a day to those who are away, by its own constants. @param tunnels that it has */
function dialPackets(tunnels: number): number {
  // Who has as many dials nobody but keepers.
  if (tunnels >= MAX_DIALED_TUNNELS) return 0
  const meanWaitMs = DIAL_BACKOFF_MAX_MS * ((1 + DIAL_JITTER_FROM) / 2)
  const wanted = SUPPOSED.away / (DIAL_TIMEOUT_MS + meanWaitMs)
  const dials = Math.min(wanted, MAX_DIALS / DIAL_TIMEOUT_MS) * SECONDS * 1_000
  let packets = 0
  for (let at = 0, wait = SYN_AGAIN_MS; at < DIAL_TIMEOUT_MS; at += wait, wait *= 2) packets++
  return dials * SUPPOSED.addressesAway * packets
}

function lookupTable(figure: FigureOf, model: Model, simulated: ReadonlyMap<number, Lookup>): string {
  const measured = (what: string, nodes: number): string =>
    MEASURED_NODES.some((one) => one === nodes)
      ? figure('dht-cost', `${what}, ${String(nodes)} nodes`).toFixed(1)
      : '–'
  const bytesAsked =
    figure('dht-cost', 'look-up, nobody, bytes') /
    figure('dht-cost', `nodes asked, ${String(COST_NODES)} nodes`)
  return table(
    [
      'nodes',
      'hops, measured',
      'hops, simulated',
      'asked, measured',
      'asked, simulated',
      'asked, expected',
      'bytes',
      `time at ${String(SUPPOSED.roundTripMs)} ms`,
    ],
    [...simulated].map(([nodes, { hops, asked }]) => [
      count(nodes),
      measured('hops', nodes),
      hops.toFixed(1),
      measured('nodes asked', nodes),
      asked.toFixed(0),
      model.asked(nodes).toFixed(0),
      bytes(model.asked(nodes) * bytesAsked),
      `${((hops * SUPPOSED.roundTripMs) / 1_000).toFixed(1)} s`,
    ]),
  )
}

function idleTable(figure: FigureOf): string {
  const idle = (what: string, fellows: number): number =>
    figure('idle-day', `${what}, ${String(fellows)} fellows`)
  const dht = (what: string): number => figure('dht-cost', `${what}, bytes an hour`) * HOURS
  const times = SUPPOSED.away * NAMES_A_DEVICE * LOOKUPS_A_NAME
  const lookups = times * figure('dht-cost', 'look-up, nobody, bytes')
  const overTcp = (fellows: number): number =>
    idle('tunnels', fellows) * figure('idle-day', 'a tunnel over TCP, packets') +
    dialPackets(idle('tunnels', fellows))
  const perHour = (what: string): number => figure('dht-cost', `${what}, packets an hour`)
  const overDht = (fellows: number): number =>
    overTcp(fellows) +
    HOURS *
      (idle('tunnels', fellows) * perHour('a link') + perHour('in the DHT') + perHour('a name announced')) +
    times * figure('dht-cost', 'look-up, nobody, packets')
  const rows: [string, (fellows: number) => number][] = [
    ['sync', (fellows) => idle('sync', fellows)],
    ['cards that are renewed', (fellows) => idle('cards', fellows)],
    ['pings of tunnels', (fellows) => idle('tunnels over TCP', fellows)],
    [
      `${String(SUPPOSED.away)} devices away, called`,
      (fellows) => dialPackets(idle('tunnels', fellows)) * SYN_BYTES,
    ],
  ]
  const inDht: typeof rows = [
    ['ways through NATs, each 25 s', (fellows) => idle('tunnels', fellows) * dht('a link')],
    ['being in the DHT', () => dht('in the DHT')],
    ['one name announced', () => dht('a name announced')],
    [`${String(SUPPOSED.away)} devices away, asked for`, () => lookups],
  ]
  const sum = (of: typeof rows, fellows: number): number =>
    of.reduce((total, [, at]) => total + at(fellows), 0)
  const line = ([what, at]: (typeof rows)[number]): string[] => [
    what,
    ...FELLOWS.map((each) => bytes(at(each))),
  ]
  const total = (what: string, of: typeof rows): string[] => [
    `**${what}**`,
    ...FELLOWS.map((each) => `**${bytes(sum(of, each))}**`),
  ]
  return table(
    ['a day', ...FELLOWS.map((fellows) => `${count(fellows)} fellow devices`)],
    [
      ['tunnels', ...FELLOWS.map((fellows) => idle('tunnels', fellows).toFixed(0))],
      ...rows.map(line),
      total('all over TCP', rows),
      ...inDht.map(line),
      total('all over the DHT', [...rows, ...inDht]),
      ['packets over TCP, without cards', ...FELLOWS.map((each) => count(overTcp(each)))],
      ['packets over the DHT, without cards', ...FELLOWS.map((each) => count(overDht(each)))],
    ],
  )
}

function nodeTable(model: Model): string {
  const rows = DEVICES.flatMap((devices) =>
    SHARES.map((share) => {
      const nodes = devices * share
      const perDevice = model.deviceBytes(nodes)
      const perNode = perDevice / share
      const records = (Math.min(NAME_COPIES, nodes) + Math.min(KEY_COPIES, nodes)) / share
      return [
        count(devices),
        `${String(share * 100)} %`,
        count(nodes),
        bytes(perDevice),
        bytes(perNode),
        `${((perNode * 8) / SECONDS / 1e6).toFixed(2)} Mbit/s`,
        `${(((model.requests(nodes, share) * model.cpuARequest) / 1_000 / SECONDS) * 100).toFixed(1)} %`,
        `${count(records)} (${((records / RECORDS) * 100).toFixed(1)} %)`,
      ]
    }),
  )
  return table(
    [
      'devices',
      'that serve',
      'nodes',
      'a device, a day',
      'a node, a day',
      'mean',
      'of a core',
      'names held (of its room)',
    ],
    rows,
  )
}

function keeperTable(figure: FigureOf): string {
  const { messagesADay, circleDevices, waitDays, machineMiB } = SUPPOSED
  const takeMs = figure('keeper', 'take, CPU a box') / 1_000
  const handMs = figure('keeper', 'hand over, CPU a box') / 1_000
  const cpuMs = messagesADay * (takeMs + (circleDevices - 1) * handMs)
  const boxes = messagesADay * waitDays
  const [held, before] = [figure('keeper', 'resident, holding'), figure('keeper', 'resident before')]
  const boxMiB = (held - before) / 100_000
  const tunnelMiB = figure('keeper', 'a tunnel, resident')
  const deviceMiB = tunnelMiB + boxes * boxMiB
  const diskBytes = boxes * ((figure('keeper', 'database') * 1e6) / 100_000)
  const byMemory = Math.floor(machineMiB / (before + LINKS * deviceMiB)) * LINKS
  const byCpu = (SECONDS * 1_000) / cpuMs
  return [
    table(
      ['a device costs its keeper', 'figure'],
      [
        ['CPU a day', `${cpuMs.toFixed(0)} ms`],
        [
          'memory, while it is there',
          `${deviceMiB.toFixed(2)} MiB, of which ${tunnelMiB.toFixed(2)} its tunnel`,
        ],
        ['disk', bytes(diskBytes)],
        ['devices that a core could serve', count(Math.floor(byCpu))],
        [
          `devices that ${String(machineMiB / 1_024)} GiB could serve, ${count(LINKS)} a process`,
          count(byMemory),
        ],
      ],
    ),
    table(
      [
        'devices',
        'circles',
        'keepers, one a circle',
        'memory of each',
        'boxes a second, all',
        'disk, all',
        'cores, all',
      ],
      DEVICES.map((devices) => {
        const circles = devices / circleDevices
        return [
          count(devices),
          count(circles),
          count(circles),
          `${(before + circleDevices * deviceMiB).toFixed(0)} MiB`,
          count(Math.round((devices * messagesADay) / SECONDS)),
          bytes(devices * diskBytes),
          ((devices * cpuMs) / 1_000 / SECONDS).toFixed(2),
        ]
      }),
    ),
  ].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** With a unit that leaves two or three digits. */
function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let [left, unit] = [value, 0]
  while (left >= 1_000 && unit < units.length - 1) {
    left /= 1_000
    unit++
  }
  return `${left >= 100 || unit === 0 ? left.toFixed(0) : left.toFixed(1)} ${units[unit] ?? ''}`
}
