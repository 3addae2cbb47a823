/** Asks by UPnP to let calls of IPv6 through the router's firewall (WANIPv6FirewallControl 1, of gateways of version 2). */
import { isIPv6 } from 'node:net'
import { PeerFault } from '@triode/core'
import {
  callBody,
  PINHOLE_ERROR,
  readCallAnswer,
  readDescription,
  UPNP_ERROR,
  type CallAnswer,
  type GatewayService,
} from './igd.ts'
import { refused, silent, type Grant, type Method, type Wanted } from './mapping.ts'
import { callRouter } from './routerHttp.ts'
import { search } from './search.ts'
import { PINHOLES, TCP } from './spec.ts'
import { LEASE_S } from './tuning.ts'

const UNIQUE_ID = /^\d{1,5}$/

export class PinholeMethod implements Method {
  readonly name = 'UPnP'
  private readonly searchPort: number | undefined
  private service: GatewayService | undefined
  /** What the router calls the pinhole: to take it back. */
  private id: string | undefined

  /** @param searchPort UDP port that the router is searched at; default: the protocol's, with its group */
  constructor(searchPort?: number) {
    this.searchPort = searchPort
  }

  async map(wanted: Wanted, signal: AbortSignal): Promise<Grant> {
    if (wanted.gateway.family !== 'IPv6' || !isIPv6(wanted.local)) throw silent()
    const service = (this.service ??= await this.find(wanted, signal))
    const pinhole = {
      // Of anybody, from any port.
      RemoteHost: '',
      RemotePort: 0,
      InternalClient: wanted.local,
      InternalPort: wanted.port,
      Protocol: TCP,
      LeaseTime: LEASE_S,
    }
    const answer = await this.call(service, 'AddPinhole', pinhole, wanted, signal)
    const grant = { external: { host: wanted.local, port: wanted.port }, lifetimeS: LEASE_S }
    if ('error' in answer) {
      // There is nothing to get through.
      if (answer.error === PINHOLE_ERROR.firewallDisabled) return grant
      throw refusedBy(answer.error)
    }
    const id = answer.values.get('UniqueID') ?? ''
    if (!UNIQUE_ID.test(id)) throw new PeerFault('malformed')
    this.id = id
    return grant
  }

  async unmap(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const { service, id } = this
    if (service === undefined || id === undefined) return
    const answer = await this.call(service, 'DeletePinhole', { UniqueID: id }, wanted, signal)
    this.id = undefined
    if ('error' in answer && answer.error !== PINHOLE_ERROR.noSuchEntry) throw refusedBy(answer.error)
  }

  private async find({ gateway, local }: Wanted, signal: AbortSignal): Promise<GatewayService> {
    const { host } = gateway
    const at = this.searchPort === undefined ? {} : { port: this.searchPort }
    const location = await search({ ...at, host, local, signal })
    const description = await callRouter({ url: location, to: host, local, signal })
    const [service] = readDescription(description, location, host, [PINHOLES])
    if (service === undefined) throw silent()
    return service
  }

  private async call(
    { type, control }: GatewayService,
    action: string,
    values: Readonly<Record<string, string | number>>,
    { gateway, local }: Wanted,
    signal: AbortSignal,
  ): Promise<CallAnswer> {
    const headers = { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"` }
    const post = { body: callBody(type, action, values), headers }
    return readCallAnswer(await callRouter({ url: control, to: gateway.host, local, post, signal }), action)
  }
}

function refusedBy(error: number): Error {
  const words: Readonly<Record<number, string>> = {
    [UPNP_ERROR.notAuthorized]: 'UPnP: not authorized',
    [PINHOLE_ERROR.full]: 'UPnP: its firewall has no room for another opening',
    [PINHOLE_ERROR.notAllowed]: 'UPnP: its firewall allows no openings',
  }
  return refused(words[error] ?? `UPnP: error ${String(error)}`)
}
