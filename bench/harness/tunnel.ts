/** Triode's tunnel over TCP on loopback. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { acceptTunnel, dialTunnel, type Tunnel, type TunnelIdentity } from '@triode/tunnel'
import { listenTcp } from './tcp.ts'

/** The bench is about speed: who may call is tested elsewhere, and costs one comparison. */
const KNOCK = 'bench'

/** @returns the port on which `serve` gets every tunnel */
export function listenForTunnels(identity: TunnelIdentity, serve: (tunnel: Tunnel) => void): Promise<number> {
  return listenTcp((socket) => {
    void acceptTunnel(socket, { resolve: () => identity, authorize: () => true }).then(serve)
  })
}

export async function dialTcpTunnel(identity: TunnelIdentity, port: number): Promise<Tunnel> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return await dialTunnel(socket, identity, { knock: KNOCK, authorize: () => true })
}
