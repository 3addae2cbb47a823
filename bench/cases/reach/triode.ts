/** Two daemons in one circle, of which one turns its channel off and on again: until there is a tunnel, and a message that waited is there. */
import { join } from 'node:path'
import { formCircle, startDaemon, until, type Daemon } from '../../harness/daemon.ts'
import { median, monotonicMs } from '../../harness/statistics.ts'
import type { Setting } from './ways.ts'

export interface Reached {
  readonly tunnelMs: number
  readonly messageMs: number
}

interface Scene {
  readonly setting: Setting
  readonly alice: Daemon
  readonly bob: Daemon
  /** By Alice's account. */
  readonly bobsName: string
}

/** Medians of `times` times. */
export async function reachDaemons(setting: Setting, scratch: string, times: number): Promise<Reached> {
  const daemons: Daemon[] = []
  const start = async (name: string, args: readonly string[]): Promise<Daemon> => {
    const daemon = await startDaemon(join(scratch, name), [], args)
    daemons.push(daemon)
    await turnOn(daemon, setting)
    return daemon
  }
  try {
    const middle = setting.middle === undefined ? undefined : await start('middle', setting.middle)
    const alice = await start('alice', setting.alice)
    const bob = await start('bob', setting.bob)
    await (middle === undefined ? formCircle(alice, [bob]) : formCircle(middle, [alice, bob]))
    const bobsName = middle === undefined ? 'member0' : 'member1'
    const scene = { setting, alice, bob, bobsName }
    await until('the first tunnel', () => haveTunnel(scene))
    const all: Reached[] = []
    for (let time = 0; time < times; time++) all.push(await once(scene, time))
    return {
      tunnelMs: median(all.map(({ tunnelMs }) => tunnelMs)),
      messageMs: median(all.map(({ messageMs }) => messageMs)),
    }
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.end()))
  }
}

/** tcp and lan are on from the start; the others only when somebody was told what they show. */
async function turnOn({ client }: Daemon, { channel, nodes }: Setting): Promise<void> {
  await client.setChannel({
    name: channel,
    on: true,
    told: true,
    ...(nodes !== undefined && { dht: { nodes: [...nodes], publicNodes: false } }),
  })
}

async function haveTunnel({ alice, bob, setting }: Scene): Promise<boolean> {
  for (const { client } of [alice, bob]) {
    const { peers } = await client.peers({})
    if (!peers.some(({ channel }) => channel === setting.over)) return false
  }
  return true
}

async function once(scene: Scene, time: number): Promise<Reached> {
  const { alice, bob, setting, bobsName } = scene
  const text = `number ${String(time)}`
  const events = await bob.client.events()
  await bob.client.setChannel({ name: setting.channel, on: false })
  await until('the end of the tunnel', async () => !(await hasTunnelTo(alice, setting.over)))
  await alice.client.send({ where: bobsName, text })
  const started = monotonicMs()
  const reached = watch(events, setting.over, text, started)
  await turnOn(bob, setting)
  return await reached
}

async function hasTunnelTo({ client }: Daemon, over: string): Promise<boolean> {
  return (await client.peers({})).peers.some(({ channel }) => channel === over)
}

type Events = Awaited<ReturnType<Daemon['client']['events']>>

async function watch(events: Events, over: string, text: string, started: number): Promise<Reached> {
  let tunnelMs: number | undefined
  for (;;) {
    const next = await events.next()
    if (next.done === true) throw new Error('the event stream ended')
    const event = next.value
    if (event.type === 'peer-up' && event.peer.channel === over) tunnelMs ??= monotonicMs() - started
    if (event.type !== 'message' || event.message.text !== text) continue
    await events.return(undefined)
    const messageMs = monotonicMs() - started
    return { tunnelMs: tunnelMs ?? messageMs, messageMs }
  }
}
