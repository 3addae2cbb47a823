/** Asks by UPnP's Internet gateway, of version 1 or 2. */
import { randomInt } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { PeerFault } from '@triode/core'
import {
  callBody,
  readCallAnswer,
  readDescription,
  UPNP_ERROR,
  type CallAnswer,
  type GatewayService,
} from './igd.ts'
import {
  doubleNat,
  keepsForEver,
  offline,
  refused,
  silent,
  type Grant,
  type Method,
  type Wanted,
} from './mapping.ts'
import { isPublicAddress } from './publicAddress.ts'
import { callRouter } from './routerHttp.ts'
import { search } from './search.ts'
import { LEASE_S, PORT_TRIES } from './tuning.ts'

/** First of the ports that no service is assigned to (RFC 6335 §6). */
const FIRST_DYNAMIC_PORT = 49_152

export class UpnpMethod implements Method {
  readonly name = 'UPnP'
  private readonly searchPort: number | undefined
  private services: readonly GatewayService[] = []
  /** The one that mapped. */
  private service: GatewayService | undefined
  /** What it mapped: to renew, and to take back. */
  private mapped: number | undefined

  /** @param searchPort UDP port that the router is searched at; default: the protocol's, with its group */
  constructor(searchPort?: number) {
    this.searchPort = searchPort
  }

  async map(wanted: Wanted, signal: AbortSignal): Promise<Grant> {
    if (wanted.gateway.family !== 'IPv4') throw silent()
    if (this.services.length === 0) await this.find(wanted, signal)
    let fault: unknown = silent()
    for (const service of this.service === undefined ? this.services : [this.service]) {
      try {
        return await this.mapAt(service, wanted, signal)
      } catch (cause) {
        fault = cause
      }
    }
    throw fault
  }

  async unmap(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const { service, mapped } = this
    if (service === undefined || mapped === undefined) return
    const entry = { NewRemoteHost: '', NewExternalPort: mapped, NewProtocol: 'TCP' }
    const answer = await this.call(service, 'DeletePortMapping', entry, wanted, signal)
    this.mapped = undefined
    if ('error' in answer && answer.error !== UPNP_ERROR.noSuchEntry) throw refusedBy(answer.error)
  }

  private async find({ gateway, local }: Wanted, signal: AbortSignal): Promise<void> {
    const at = this.searchPort === undefined ? {} : { port: this.searchPort }
    const location = await search({ ...at, host: gateway.host, local, signal })
    const description = await callRouter({ url: location, local, signal })
    this.services = readDescription(description, location, gateway.host)
  }

  private async mapAt(service: GatewayService, wanted: Wanted, signal: AbortSignal): Promise<Grant> {
    const host = await this.address(service, wanted, signal)
    if (!isPublicAddress(host)) throw doubleNat(host)
    let external = this.mapped ?? wanted.external
    for (let turn = 1; ; turn++) {
      const entry = {
        NewRemoteHost: '',
        NewExternalPort: external,
        NewProtocol: 'TCP',
        NewInternalPort: wanted.port,
        NewInternalClient: wanted.local,
        NewEnabled: 1,
        // Whoever asks the router sees it: it names no program.
        NewPortMappingDescription: `TCP ${String(wanted.port)}`,
        NewLeaseDuration: LEASE_S,
      }
      // Once asked for it may be there, whether the answer comes or not.
      this.service = service
      this.mapped = external
      const answer = await this.call(service, 'AddPortMapping', entry, wanted, signal)
      if (!('error' in answer)) return { external: { host, port: external }, lifetimeS: LEASE_S }
      this.mapped = undefined
      if (answer.error !== UPNP_ERROR.conflict || turn === PORT_TRIES) throw refusedBy(answer.error)
      external = randomInt(FIRST_DYNAMIC_PORT, 65_536)
    }
  }

  private async address(service: GatewayService, wanted: Wanted, signal: AbortSignal): Promise<string> {
    const answer = await this.call(service, 'GetExternalIPAddress', {}, wanted, signal)
    if ('error' in answer) throw offline(`UPnP: error ${String(answer.error)}`)
    const host = answer.values.get('NewExternalIPAddress') ?? ''
    if (host === '' || host === '0.0.0.0') throw offline('UPnP: no external address')
    if (!isIPv4(host)) throw new PeerFault('malformed')
    return host
  }

  private async call(
    { type, control }: GatewayService,
    action: string,
    values: Readonly<Record<string, string | number>>,
    { local }: Wanted,
    signal: AbortSignal,
  ): Promise<CallAnswer> {
    const headers = { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"` }
    const post = { body: callBody(type, action, values), headers }
    return readCallAnswer(await callRouter({ url: control, local, post, signal }), action)
  }
}

function refusedBy(error: number): Error {
  if (error === UPNP_ERROR.onlyPermanent) return keepsForEver()
  const words: Readonly<Record<number, string>> = {
    [UPNP_ERROR.notAuthorized]: 'UPnP: not authorized',
    [UPNP_ERROR.conflict]: 'UPnP: all ports that were tried are taken',
  }
  return refused(words[error] ?? `UPnP: error ${String(error)}`)
}
