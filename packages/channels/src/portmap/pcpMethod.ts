/** Asks by PCP (RFC 6887). */
import { createHmac } from 'node:crypto'
import { equalBytes } from '@triode/core'
import { ask } from './ask.ts'
import { offline, refused, silent, type Grant, type Method, type Wanted } from './mapping.ts'
import { PCP_RESULT, pcpMapRequest, readPcpAnswer, type PcpAnswer } from './pcp.ts'
import { PCP_NONCE_BYTES, TCP } from './spec.ts'
import { LEASE_S } from './tuning.ts'

const DAY_MS = 86_400_000

export class PcpMethod implements Method {
  readonly name = 'PCP'
  private readonly nonceSecret: Uint8Array
  private readonly port: number | undefined
  private nonce: Uint8Array | undefined

  /**
   * @param nonceSecret of this device: who knows a mapping's nonce may renew it and take it back. After a crash the same is had again, or the
   * router would refuse this device as a stranger until the lease ends; in other networks and on other days it is another.
   * @param port default: the protocol's
   */
  constructor(nonceSecret: Uint8Array, port?: number) {
    this.nonceSecret = nonceSecret
    this.port = port
  }

  async map(wanted: Wanted, signal: AbortSignal): Promise<Grant> {
    const { lifetimeS, map } = await this.ask(wanted, LEASE_S, signal)
    if (map === undefined) throw silent()
    return { external: { host: map.externalHost, port: map.externalPort }, lifetimeS: Math.max(1, lifetimeS) }
  }

  async unmap(wanted: Wanted, signal: AbortSignal): Promise<void> {
    await this.ask({ ...wanted, external: 0 }, 0, signal)
  }

  private async ask(
    { gateway, local, port, external }: Wanted,
    lifetimeS: number,
    signal: AbortSignal,
  ): Promise<PcpAnswer> {
    const nonce = (this.nonce ??= this.newNonce(gateway.host, local, port))
    const request = pcpMapRequest({ nonce, client: local, port, externalPort: external, lifetimeS })
    const accept = (bytes: Uint8Array): PcpAnswer | undefined => {
      const answer = readPcpAnswer(bytes)
      const { map } = answer
      const isOurs =
        map === undefined || (equalBytes(map.nonce, nonce) && map.protocol === TCP && map.port === port)
      return isOurs ? answer : undefined
    }
    const at = this.port === undefined ? {} : { port: this.port }
    const answer = await ask({ ...at, host: gateway.host, local, request, accept, signal })
    check(answer)
    return answer
  }

  private newNonce(router: string, local: string, port: number): Uint8Array {
    const day = Math.floor(Date.now() / DAY_MS)
    const about = ['triode/v1/router/pcp-nonce', router, local, port, day].join('\n')
    return createHmac('sha256', this.nonceSecret).update(about).digest().subarray(0, PCP_NONCE_BYTES)
  }
}

/** @throws Unavailable what the router says */
function check({ result }: PcpAnswer): void {
  if (result === PCP_RESULT.success) return
  // It knows another version alone: NAT-PMP, which is tried next.
  if (result === PCP_RESULT.unsupportedVersion) throw silent()
  if (result === PCP_RESULT.networkFailure) throw offline('PCP: network failure')
  if (result === PCP_RESULT.notAuthorized) throw refused('PCP: not authorized')
  throw refused(`PCP: result ${String(result)}`)
}
