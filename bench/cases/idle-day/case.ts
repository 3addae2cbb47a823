import { spawnSync } from 'node:child_process'
import { startChild, withOne, type Child } from '../../harness/child.ts'
import { TRIODE, type Case, type Figures, type Metric, type Round } from '../../harness/case.ts'
import type { IdleCosts } from './circle.child.ts'
import type { Idle } from './tunnel.child.ts'

/** Fellow devices. */
const SIZES = [10, 100, 1_000] as const
const QUICK_SIZES = [10] as const
const WINDOW_MIN = 60
const QUICK_WINDOW_MIN = 10
const MINUTES_A_DAY = 1_440
/** What an X-Wing key is longer than the X25519 key of the simulation suite. */
const LONGER_KEY_BYTES = 1_184
const RENEWALS_A_DAY = 1 / 7
const FAST_CLOCK = ['--import', new URL('../../harness/fastClockNow.ts', import.meta.url).href]
/** A network namespace with nothing but loopback; as root, or where users may have namespaces. */
const APART = ['unshare', '--net', '--map-root-user', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"']

async function measure({ quick }: Round): Promise<Figures> {
  const figures: Record<string, number> = {}
  const tunnel = await idleTunnel(quick ? QUICK_WINDOW_MIN : WINDOW_MIN)
  // What one end sends the other receives.
  figures['a tunnel over TCP, bytes'] = tunnel.bytes
  figures['a tunnel over TCP, packets'] = tunnel.packets
  for (const fellows of quick ? QUICK_SIZES : SIZES) {
    const costs = await withOne('./circle.child.ts', import.meta.url, (child: Child) =>
      child.call<IdleCosts>('idle', fellows + 1),
    )
    const cardBytes = costs.cardBytes + costs.cardCopies * LONGER_KEY_BYTES
    const cards = 2 * cardBytes * (fellows + 1) * RENEWALS_A_DAY
    Object.assign(figures, {
      [nameOf('tunnels', fellows)]: costs.tunnels,
      [nameOf('sync', fellows)]: 2 * costs.dayBytes,
      [nameOf('tunnels over TCP', fellows)]: costs.tunnels * tunnel.bytes,
      [nameOf('a card is sent', fellows)]: costs.cardCopies,
      [nameOf('a card is told of', fellows)]: costs.cardNotices,
      [nameOf('a card reaches the last', fellows)]: costs.cardMs,
      [nameOf('cards', fellows)]: cards,
      [nameOf('a tunnel opens', fellows)]: costs.openBytes,
    })
  }
  return figures
}

async function idleTunnel(minutes: number): Promise<Idle> {
  const child = startChild('./tunnel.child.ts', import.meta.url, FAST_CLOCK, APART)
  try {
    const { bytes, packets } = await child.call<Idle>('idle', minutes)
    return { bytes: (bytes * MINUTES_A_DAY) / minutes, packets: (packets * MINUTES_A_DAY) / minutes }
  } finally {
    await child.end()
  }
}

const nameOf = (what: string, fellows: number): string => `${what}, ${String(fellows)} fellows`

const ROWS: readonly (readonly [string, string])[] = [
  ['tunnels', 'mean'],
  ['tunnels over TCP', 'bytes a day'],
  ['cards', 'bytes a day'],
  ['sync', 'bytes a day'],
  ['a card is sent', 'times a device'],
  ['a card is told of', 'times a device'],
  ['a card reaches the last', 'ms'],
  ['a tunnel opens', 'bytes of sync'],
]

const metrics: Metric[] = [
  { name: 'a tunnel over TCP, bytes', unit: 'a day', better: 'lower', targets: [] },
  { name: 'a tunnel over TCP, packets', unit: 'a day', better: 'lower', targets: [] },
  ...SIZES.flatMap((fellows) =>
    ROWS.map(([what, unit]): Metric => ({ name: nameOf(what, fellows), unit, better: 'lower', targets: [] })),
  ),
]

export const idleDay: Case = {
  name: 'idle-day',
  question:
    'What does a day on which nobody does anything cost a device with 10, 100 and 1,000 fellow devices, in bytes?',
  rounds: 1,
  metrics,
  contenders: [
    {
      name: TRIODE,
      setup:
        'circles of simulated devices, each of which dials twelve others and takes 32 tunnels at most, on a virtual clock; and one real tunnel over TCP, alone in a network namespace.',
      missing: () =>
        Promise.resolve(
          spawnSync(APART[0] ?? '', [...APART.slice(1), 'true'], { stdio: 'ignore' }).status === 0
            ? undefined
            : 'it takes unshare, ip and the right to make a network namespace',
        ),
      measure,
    },
  ],
  notes: [
    'No rival. Bytes are those that are sent and those that are received together; all devices are on all day, and have the same log, cards and entries.',
    'Tunnels over TCP: pings, with IP, TCP and TLS, acknowledgements included, counted by the kernel over an hour in a process whose clocks run 60 times faster. Their number is that of the simulation.',
    'Cards: each device renews its sealing key weekly (spec §5.9). It hands its own new card to all it has tunnels to; a device that took one tells those who may lack it, and gives it to who asks (spec §10.9). Those of the hybrid suite are 1,184 bytes longer than those of the simulation suite; that is added. `a card reaches the last`: until it is on its way to the last device, with 20 to 40 ms one way.',
    'Sync: frames that two devices with nothing new send each other. `a tunnel opens`: of sync alone, without TLS, where nothing was written; each feed with entries adds some 60 bytes each way.',
    'What a DHT costs is in the case `dht-cost`; all of it together in `docs/scale.md`. Tor is not in it: a private network of Tor fetches its directory each ten seconds, and would tell nothing.',
  ],
}
