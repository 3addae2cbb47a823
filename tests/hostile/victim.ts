/** Alice, who is attacked, and Bob, an honest member beside her: real processes, over TCP on loopback. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { ApiEvent } from '@triode/api'
import { circleOfTwo, eventually, type CircleOfTwo, type DeviceProcess } from '../e2e/circleOfTwo.ts'
import { watchMachine } from './machine.ts'

export { eventually }
export type Fault = Extract<ApiEvent, { type: 'fault' }>

/** The API answers within this also while the device is attacked: on two busy cores the worst of them takes 0.6 s. */
const API_WITHIN_MS = 2_500
/** And where the machine is busy: within so many times what that holds up a thread which nobody attacks. */
const API_WITHIN_ROUNDS = 10
/** What an attack may make the device's memory grow by: an inbox, an outbox and a few windows, and what Node takes back late. */
export const MAX_GROWTH_BYTES = 160 * 1_048_576

export interface Attacked {
  readonly two: CircleOfTwo
  readonly alice: DeviceProcess
  readonly bob: DeviceProcess
  readonly circle: string
  readonly host: string
  readonly port: number
  /** Every event of Alice's since the beginning. */
  readonly events: readonly ApiEvent[]
}

export async function attacked(): Promise<Attacked> {
  const two = await circleOfTwo({ args: () => ['--channels', 'tcp', '--listen', '127.0.0.1:0'] })
  const [address = ''] = two.alice.listening
  const port = Number(address.split(':').at(-1))
  const events = await two.alice.listen()
  const { alice, bob, circle } = two
  return { two, alice, bob, circle, host: '127.0.0.1', port, events }
}

/**
 * Runs `attack` and shows that Alice stood it: her API answered in time all along, her memory stayed within bounds, and
 * she and Bob exchange messages as before.
 */
export async function stands(on: Attacked, attack: () => Promise<void>): Promise<void> {
  const before = residentBytes(on.alice)
  const probe = probeApi(on.alice)
  const machine = watchMachine()
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(on.alice))
  }, 50)
  try {
    await attack()
  } finally {
    clearInterval(watch)
  }
  const slowest = await probe.stop()
  const round = await machine.stop()
  const growth = Math.round((most - before) / 1_048_576)
  process.stdout.write(
    `  slowest API answer ${String(Math.round(slowest))} ms, the machine’s worst round ${String(Math.round(round))} ms, memory +${String(growth)} MiB\n`,
  )
  const withinMs = Math.max(API_WITHIN_MS, API_WITHIN_ROUNDS * round)
  assert.ok(slowest < withinMs, `the API took ${String(slowest)} ms, of ${String(withinMs)}`)
  assert.ok(most - before < MAX_GROWTH_BYTES, `memory grew by ${String(growth)} MiB`)
  await talks(on)
}

/** Alice and Bob hear each other. */
export async function talks({ alice, bob, circle }: Attacked): Promise<void> {
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const { id } = await from.client.send({ where: circle, text: `still here, says ${from.name}` })
    await eventually(`${to.name} to hear ${from.name}`, async () => {
      const { messages } = await to.client.messages({ where: circle, limit: 20 })
      return messages.find((message) => message.id === id)
    })
  }
}

/** A fault that Alice told of after `since` events, with one of these codes. */
export function fault(on: Attacked, since: number, codes: readonly string[]): Promise<Fault> {
  return eventually(`a fault: ${codes.join(' or ')}; heard: ${faults(on, since).join(' ')}`, () =>
    on.events
      .slice(since)
      .find((event): event is Fault => event.type === 'fault' && codes.includes(event.code)),
  )
}

export function faults(on: Attacked, since = 0): string[] {
  return on.events.slice(since).flatMap((event) => (event.type === 'fault' ? [event.code] : []))
}

export function residentBytes({ pid }: DeviceProcess): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024
}

function probeApi(device: DeviceProcess): { stop(): Promise<number> } {
  let slowest = 0
  const over = new AbortController()
  const run = (async () => {
    while (!over.signal.aborted) {
      const began = performance.now()
      await device.client.circles()
      slowest = Math.max(slowest, performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    stop: async () => {
      over.abort()
      await run
      return slowest
    },
  }
}

/** A TCP connection to Alice; its errors are the attacker's own. */
export async function call({ host, port }: Attacked, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host, port, localAddress: from })
  socket.on('error', () => undefined)
  await new Promise((resolve) => {
    socket.once('connect', resolve)
    socket.once('close', resolve)
  })
  return socket
}

/** Resolves to what came, when the connection has ended; or after `timeoutMs`. */
export function ended(socket: Socket, timeoutMs = 30_000): Promise<{ bytes: number; closed: boolean }> {
  return new Promise((resolve) => {
    let bytes = 0
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    const timer = setTimeout(() => {
      resolve({ bytes, closed: false })
    }, timeoutMs)
    const done = (): void => {
      clearTimeout(timer)
      resolve({ bytes, closed: true })
    }
    if (socket.destroyed) done()
    else socket.once('close', done)
  })
}
