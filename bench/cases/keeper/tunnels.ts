/** Real tunnels to one process: what each holds there, and needs of its processor. */
import { withOne, type Child } from '../../harness/child.ts'

/** How many tunnels there are at once, and how long they are watched doing nothing. */
export interface Crowd {
  readonly tunnels: number
  readonly idleMs: number
}

interface Usage {
  readonly tunnels: number
  readonly residentMiB: number
  readonly cpuMs: number
}

/** Before anything counts: code is compiled, and what every tunnel shares is there. */
const WARM_UP = 50
/** What the last handshake left behind goes in it. */
const SETTLE_MS = 3_000
const HOUR_MS = 3_600_000

export function holdTunnels({ tunnels, idleMs }: Crowd): Promise<Record<string, number>> {
  return withOne('./acceptor.child.ts', import.meta.url, (keeper) =>
    withOne('./dialer.child.ts', import.meta.url, async (devices) => {
      const port = await keeper.call<number>('listen')
      const dial = async (count: number): Promise<Usage> => {
        await devices.call('dial', { port, count })
        return settled(keeper)
      }
      const before = await dial(WARM_UP)
      const all = await dial(tunnels)
      if (all.tunnels !== WARM_UP + tunnels) throw new Error(`${String(all.tunnels)} tunnels are there`)
      const { cpuMs } = await settled(keeper, idleMs)
      return {
        'tunnels at once': tunnels,
        'a tunnel, resident': (all.residentMiB - before.residentMiB) / tunnels,
        'a tunnel, CPU to take it': (all.cpuMs - before.cpuMs) / tunnels,
        'a tunnel, CPU an idle hour': ((cpuMs - all.cpuMs) / all.tunnels) * (HOUR_MS / idleMs),
      }
    }),
  )
}

async function settled(keeper: Child, afterMs = SETTLE_MS): Promise<Usage> {
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  return keeper.call<Usage>('usage')
}
