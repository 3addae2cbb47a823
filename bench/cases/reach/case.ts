import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  TRIODE,
  type Case,
  type Contender,
  type Figures,
  type Metric,
  type Round,
} from '../../harness/case.ts'
import { lacksTor } from '../../../tests/lab/torNetwork.ts'
import { withOne } from '../../harness/child.ts'
import type { RawTask } from './raw.child.ts'
import { reachDaemons, type Reached } from './triode.ts'
import { TOR, WAYS, type Setting, type Way } from './ways.ts'

const RAW = 'raw'
const TIMES = 5
const QUICK_TIMES = 1

const tunnelName = (way: Way): string => `${way.name}, tunnel`
const messageName = (way: Way): string => `${way.name}, message`

type Reach = (way: Way, setting: Setting, scratch: string, times: number) => Promise<Reached | undefined>

/** Each way in turn; where there is no tor, all but that. */
async function measure({ quick, scratch, number }: Round, reach: Reach): Promise<Figures> {
  const figures: Record<string, number> = {}
  const ways = lacksTor() === false ? [...WAYS, TOR] : WAYS
  for (const [index, way] of ways.entries()) {
    const folder = join(scratch, `${String(number)}-${String(index)}`)
    mkdirSync(folder, { recursive: true })
    const reached = await way.within(folder, (setting) =>
      reach(way, setting, folder, quick ? QUICK_TIMES : TIMES),
    )
    if (reached === undefined) continue
    figures[tunnelName(way)] = reached.tunnelMs
    figures[messageName(way)] = reached.messageMs
  }
  return figures
}

const metrics = [...WAYS, TOR].flatMap((way): Metric[] =>
  [tunnelName(way), messageName(way)].map((name) => ({ name, unit: 'ms', better: 'lower', targets: [] })),
)

const triode: Contender = {
  name: TRIODE,
  setup:
    'two daemons in one circle (with a third in between for `forward`), hybrid suite: one turns its channel off and on again, and gets a message to it alone that was written meanwhile.',
  measure: (round) =>
    measure(round, (_way, setting, scratch, times) => reachDaemons(setting, scratch, times)),
}

async function reachRaw(task: RawTask): Promise<Reached | undefined> {
  const reached = await withOne('./raw.child.ts', import.meta.url, (child) =>
    child.call<Reached | null>('reach', task),
  )
  return reached ?? undefined
}

const raw: Contender = {
  name: RAW,
  setup:
    'what the channel is made of: mutual TLS 1.3 on TCP; hyperdht, which enters, looks a topic up and connects; a plain tor that starts and connects to an onion service. The message is 300 bytes there and back.',
  measure: (round) =>
    measure(round, (way, setting, scratch, times) => reachRaw({ way: way.name, setting, scratch, times })),
}

export const reach: Case = {
  name: 'reach',
  question:
    'How long from turning a channel on to the first tunnel, and to the first message that waited, over each channel?',
  rounds: 1,
  metrics,
  contenders: [triode, raw],
  notes: [
    'Each figure is the median of five times. On loopback: no distance is in them, but every step that a device takes. For pairs of NATs, with a tunnel and a message, see the table of `npm run lab` in `docs/guides/lab.md`.',
    'The far device runs all the time. `dht`: in a DHT of four nodes, entered anew each time. `tor`: in a private Tor network of six relays, with a tor that starts anew each time and remembers the network. `forward` includes the 1.5 s for which a device is tried by itself before others are asked.',
    'The raw contenders find nobody by name over TCP, prove no membership, and store nothing.',
  ],
}
