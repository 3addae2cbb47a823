/** Devices, links and tunnels for the stories in this folder. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { equalBytes } from '@triode/core'
import {
  acceptTunnel,
  createCertificate,
  dialTunnel,
  type AcceptOptions,
  type DialOptions,
  type Tunnel,
  type TunnelIdentity,
} from '../src/index.ts'

export const SUITES = ['hybrid', 'cnsa', 'p384'] as const
export const KNOCK = 'knockknock234567'

export interface Device extends TunnelIdentity {
  readonly spki: Uint8Array
}

function keyPair(suite: string): { privateKey: KeyObject; publicKey: KeyObject } {
  if (suite === 'cnsa') return generateKeyPairSync('ml-dsa-87')
  if (suite === 'p384') return generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return generateKeyPairSync('ed25519')
}

export async function makeDevice(suite = 'hybrid'): Promise<Device> {
  const { privateKey, publicKey } = keyPair(suite)
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  return { suite, pkcs8, spki, certificate: await createCertificate(suite, pkcs8, spki) }
}

/** Both ends of a TCP connection on loopback. */
export async function tcpPair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [there] = (await once(server, 'connection')) as [Socket]
  server.close()
  return [here, there]
}

export interface Meeting {
  readonly alice: Device
  readonly bob: Device
  readonly links: readonly [Duplex, Duplex]
  readonly dial?: Partial<DialOptions>
  readonly accept?: Partial<AcceptOptions>
}

/** Alice dials and waits to be accepted, Bob accepts; each trusts the other alone. Both outcomes are given, faults included. */
export function meet({ alice, bob, links, dial, accept }: Meeting) {
  return Promise.allSettled([
    dialTunnel(links[0], alice, {
      knock: KNOCK,
      authorize: (key) => equalBytes(key, bob.spki),
      ...dial,
    }).then(async (tunnel) => {
      await tunnel.accepted
      return tunnel
    }),
    acceptTunnel(links[1], {
      resolve: (knock) => (knock === KNOCK ? bob : undefined),
      authorize: (key) => equalBytes(key, alice.spki),
      ...accept,
    }),
  ])
}

/** A tunnel's two ends, over TCP unless `links` says otherwise. */
export async function tunnelPair(
  suite = 'hybrid',
  links?: readonly [Duplex, Duplex],
): Promise<[Tunnel, Tunnel]> {
  const [alice, bob] = await Promise.all([makeDevice(suite), makeDevice(suite)])
  const [dialed, accepted] = await meet({ alice, bob, links: links ?? (await tcpPair()) })
  if (dialed.status === 'rejected') throw dialed.reason
  if (accepted.status === 'rejected') throw accepted.reason
  return [dialed.value, accepted.value]
}

export async function text(stream: Duplex): Promise<string> {
  let out = ''
  for await (const chunk of stream) out += String(chunk)
  return out
}

/** Resolves once `holds`, however busy the machine is. @throws Error after half a minute */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await sleep(5)
  }
}

/** Resolves once the far side has answered that it has `stream`. */
export async function reached(stream: Duplex): Promise<void> {
  await once(stream, 'response')
}

/** Ends both sides and waits for it. */
export async function part(...tunnels: readonly Tunnel[]): Promise<void> {
  for (const tunnel of tunnels) tunnel.destroy()
  await Promise.all(tunnels.map((tunnel) => tunnel.closed))
}
