/** Asks by NAT-PMP (RFC 6886). */
import { ask } from './ask.ts'
import { offline, refused, silent, type Grant, type Method, type Wanted } from './mapping.ts'
import {
  NAT_PMP_RESULT,
  natPmpAddressRequest,
  natPmpMapRequest,
  readNatPmpAnswer,
  type NatPmpAnswer,
} from './natPmp.ts'
import { LEASE_S } from './tuning.ts'

export class NatPmpMethod implements Method {
  readonly name = 'NAT-PMP'
  private readonly port: number | undefined

  /** @param port default: the protocol's */
  constructor(port?: number) {
    this.port = port
  }

  async map(wanted: Wanted, signal: AbortSignal): Promise<Grant> {
    if (wanted.gateway.family !== 'IPv4') throw silent()
    const { address } = await this.ask(
      wanted,
      natPmpAddressRequest(),
      ({ address }) => address !== undefined,
      signal,
    )
    const request = natPmpMapRequest(wanted.port, wanted.external, LEASE_S)
    const { map } = await this.ask(wanted, request, ({ map }) => map?.port === wanted.port, signal)
    if (address === undefined || map === undefined) throw silent()
    return { external: { host: address, port: map.externalPort }, lifetimeS: Math.max(1, map.lifetimeS) }
  }

  async unmap(wanted: Wanted, signal: AbortSignal): Promise<void> {
    await this.ask(
      wanted,
      natPmpMapRequest(wanted.port, 0, 0),
      ({ map }) => map?.port === wanted.port,
      signal,
    )
  }

  private async ask(
    { gateway, local }: Wanted,
    request: Uint8Array,
    isIt: (answer: NatPmpAnswer) => boolean,
    signal: AbortSignal,
  ): Promise<NatPmpAnswer> {
    const accept = (bytes: Uint8Array): NatPmpAnswer | undefined => {
      const answer = readNatPmpAnswer(bytes)
      return answer.result !== NAT_PMP_RESULT.success || isIt(answer) ? answer : undefined
    }
    const at = this.port === undefined ? {} : { port: this.port }
    const answer = await ask({ ...at, host: gateway.host, local, request, accept, signal })
    check(answer)
    return answer
  }
}

/** @throws Unavailable what the router says */
function check({ result }: NatPmpAnswer): void {
  if (result === NAT_PMP_RESULT.success) return
  if (result === NAT_PMP_RESULT.unsupportedVersion) throw silent()
  if (result === NAT_PMP_RESULT.networkFailure) throw offline('NAT-PMP: network failure')
  throw refused(
    result === NAT_PMP_RESULT.refused ? 'NAT-PMP: not authorized' : `NAT-PMP: result ${String(result)}`,
  )
}
