/** A tunnel over TCP in a network namespace of its own, where all that is sent is its: counted with every header and acknowledgement. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { TcpChannel } from '@triode/channels'
import { acceptTunnel, dialTunnel, type Tunnel } from '@triode/tunnel'
import { answerCalls } from '../../harness/child.ts'
import { FASTER } from '../../harness/fastClock.ts'
import { makeIdentity } from '../../harness/identity.ts'

/** As in the device's tuning. */
const ROUND_TRIP_EVERY_MS = 600_000
/** What the loopback interface counts with each packet, and no network layer does. */
const ETHERNET_BYTES = 14
const SETTLED_MS = 2_000

export interface Idle {
  readonly bytes: number
  readonly packets: number
}

/** Sent by both ends together in so many minutes. */
async function idle(minutes: number): Promise<Idle> {
  const identity = await makeIdentity('hybrid')
  const called = new TcpChannel({ listen: ['127.0.0.1:0'] })
  const accepted = new Promise<Tunnel>((resolve, reject) => {
    void called.start((link) => {
      acceptTunnel(link.stream, { resolve: () => identity, authorize: () => true }).then(resolve, reject)
    })
  })
  while (called.addresses().length === 0) await sleep(10)
  const caller = new TcpChannel({ listen: [] })
  await caller.start((link) => link.stream.destroy())
  const link = await caller.dial(called.addresses()[0] ?? '')
  const tunnel = await dialTunnel(link.stream, identity, { knock: 'bench', authorize: () => true })
  for (const one of [tunnel, await accepted])
    setInterval(() => void one.ping().catch(() => undefined), ROUND_TRIP_EVERY_MS)
  await sleep(SETTLED_MS)
  const before = sent()
  await sleep((minutes * 60_000) / FASTER)
  const after = sent()
  return { bytes: after.bytes - before.bytes, packets: after.packets - before.packets }
}

function sent(): Idle {
  const line = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .find((each) => each.trim().startsWith('lo:'))
  const counts = (line ?? '').split(':')[1]?.trim().split(/\s+/).map(Number) ?? []
  const [bytes = NaN, packets = NaN] = counts.slice(8)
  return { bytes: bytes - packets * ETHERNET_BYTES, packets }
}

answerCalls({ idle })
