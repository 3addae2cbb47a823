import { startChild } from '../../harness/child.ts'
import {
  TRIODE,
  type Case,
  type Contender,
  type Figures,
  type Metric,
  type Round,
} from '../../harness/case.ts'
import type { BigCircleOptions } from './circle.ts'
import type { Costs } from './measure.ts'

/** From here on acknowledgements are no longer handed on (spec §10.5), so that the sizes can be compared. */
const SIZES = [300, 500, 700, 1_000]
const QUICK_SIZES = [300, 500]
/** Where they still are: shown, and left out of the growth. */
const SMALL = 50
/** Of a thousand devices with their stores. */
const HEAP_MEGABYTES = 12_000

const STORIES = ['connecting', 'firstMessage', 'nextMessage', 'healing'] as const
const TITLE = {
  connecting: 'connecting',
  firstMessage: 'first message',
  nextMessage: 'next message',
  healing: 'healing',
} as const

async function measure({ quick }: Round): Promise<Figures> {
  const small = await measureSize({ devices: SMALL })
  checkSame(small, await measureSize({ devices: SMALL, ownLogs: true }))
  const costs: Costs[] = []
  for (const devices of quick ? QUICK_SIZES : SIZES) costs.push(await measureSize({ devices }))
  const sizes = [small, ...costs].flatMap((cost) => Object.entries(figuresOf(cost)))
  return { ...Object.fromEntries(sizes), ...growths(costs) }
}

/** A process for each size: none pays for the garbage of another. */
async function measureSize(options: BigCircleOptions): Promise<Costs> {
  const child = startChild('./circle.child.ts', import.meta.url, [`--max-old-space-size=${HEAP_MEGABYTES}`])
  try {
    return await child.call<Costs>('measure', options)
  } finally {
    await child.end()
  }
}

/** One log for all devices must cost what a log for each does. */
function checkSame(shared: Costs, own: Costs): void {
  for (const story of STORIES) {
    if (shared[story].bytesADevice !== own[story].bytesADevice)
      throw new Error(`${story} costs otherwise when each device has a log of its own`)
  }
}

function figuresOf(costs: Costs): Figures {
  return Object.fromEntries(
    STORIES.flatMap((story) => [
      [bytesName(story, costs.devices), costs[story].bytesADevice],
      [timeName(story, costs.devices), costs[story].convergedMs],
    ]),
  )
}

/** Slope of the logarithms, least squares: 1 is linear. */
function growths(costs: readonly Costs[]): Figures {
  return Object.fromEntries(
    STORIES.map((story) => [
      growthName(story),
      slope(costs.map((cost) => [Math.log(cost.devices), Math.log(cost[story].bytesADevice)])),
    ]),
  )
}

function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const above = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  return above / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
}

type Story = (typeof STORIES)[number]
const bytesName = (story: Story, devices: number): string => `${TITLE[story]}, ${devices} devices`
const timeName = (story: Story, devices: number): string => `${TITLE[story]} takes, ${devices} devices`
const growthName = (story: Story): string => `${TITLE[story]}, growth of bytes a device`

function metricsOf(story: Story): Metric[] {
  const sizes = [SMALL, ...SIZES]
  const lower = { better: 'lower', targets: [] } as const
  return [
    ...sizes.map((devices): Metric => ({
      name: bytesName(story, devices),
      unit: 'bytes a device',
      ...lower,
    })),
    ...(story === 'connecting'
      ? []
      : sizes.map((devices): Metric => ({ name: timeName(story, devices), unit: 'virtual ms', ...lower }))),
    { name: growthName(story), unit: 'exponent', better: 'lower', targets: [{ atMost: 1 }] },
  ]
}

const triode: Contender = {
  name: TRIODE,
  setup:
    'participants of the core on a virtual clock, in one process a size; each dials twelve others, 20 to 40 ms and 100 Mbit/s away.',
  measure,
}

export const largeCircle: Case = {
  name: 'large-circle',
  question:
    'What do one message and the healing of a partition cost each device, in bytes and in time, as a circle grows to 1,000 devices?',
  rounds: 1,
  metrics: STORIES.flatMap(metricsOf),
  contenders: [triode],
  notes: [
    'No rival. Seeded and on a virtual clock: every round gives the same figures, so there is one. Bytes are those of all frames sent, over the number of devices, until everything is quiet.',
    'Connecting: all tunnels open at once, in a circle in which nothing was written. First message: its author seals a key to every device, and every device is handed all envelopes (spec §9.3): that part is linear. Next message: the key is there. Healing: two halves that wrote three messages each, from one device, meet again.',
    'The simulation suite has envelopes of 96 bytes; those of the hybrid suite are 1,088 bytes longer, one for each device and epoch.',
    'With 50 devices, readers that are not connected to the author sign for what they have, and that goes back the way on which the entries came (spec §10.5). From 257 devices on nobody does. So the growth is that from 300 on.',
    'Log and cards are one object that all devices read; with 50 devices it is checked that a log for each costs the same bytes.',
  ],
}
