/** What the tcp channel has its router open: one port of each kind of IP that it listens on. */
import type { Family } from '../portmap/gateway.ts'
import { PortMapper, type MappingStatus, type RouterAccess } from '../portmap/portMapper.ts'
import { isWildcard, type Endpoint } from './endpoint.ts'

const FAMILIES: readonly Family[] = ['IPv6', 'IPv4']

export class TcpMappings {
  private readonly router: RouterAccess | undefined
  private readonly watchers = new Set<() => void>()
  private wanted: { readonly endpoints: readonly Endpoint[]; readonly nonceSecret: Uint8Array } | undefined
  private mappers: PortMapper[] = []
  private isPermitted = true
  /** Those that are ending. */
  private ending: Promise<unknown> = Promise.resolve()

  constructor(router?: RouterAccess) {
    this.router = router
  }

  /** @param endpoints that are listened on */
  start(endpoints: readonly Endpoint[], nonceSecret: Uint8Array): void {
    this.wanted = { endpoints, nonceSecret }
    this.begin()
  }

  /** Resolves when what was open is taken back, or the router does not answer. */
  async stop(): Promise<void> {
    this.wanted = undefined
    this.end()
    await this.ending
  }

  permit(isPermitted: boolean): void {
    if (isPermitted === this.isPermitted) return
    this.isPermitted = isPermitted
    if (isPermitted) this.begin()
    else this.end()
    if (this.wanted !== undefined) this.tell()
  }

  status(): MappingStatus[] {
    if (this.wanted === undefined) return []
    return this.isPermitted ? this.mappers.map((mapper) => mapper.status()) : [FORBIDDEN]
  }

  /** Where others come in. */
  addresses(): Endpoint[] {
    return this.mappers.flatMap((mapper) => mapper.address() ?? [])
  }

  /** Asks anew now. */
  moved(): void {
    for (const mapper of this.mappers) mapper.again()
  }

  watch(listener: () => void): () => void {
    this.watchers.add(listener)
    return () => this.watchers.delete(listener)
  }

  private begin(): void {
    const { wanted, router } = this
    if (wanted === undefined || !this.isPermitted) return
    for (const family of FAMILIES) {
      const endpoint = wanted.endpoints.find((one) => isOpenable(one, family))
      if (endpoint === undefined) continue
      const { host, port } = endpoint
      this.mappers.push(
        new PortMapper({
          family,
          port,
          nonceSecret: wanted.nonceSecret,
          after: this.ending,
          changed: () => {
            this.tell()
          },
          ...(!isWildcard(host) && { local: host }),
          ...(router !== undefined && { router }),
        }),
      )
    }
  }

  private end(): void {
    const mappers = this.mappers
    this.mappers = []
    this.ending = Promise.all([this.ending, ...mappers.map((mapper) => mapper.stop())])
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher()
  }
}

/** A router leads to no loopback or link-local address. */
function isOpenable({ host }: Endpoint, family: Family): boolean {
  if (host.includes(':') !== (family === 'IPv6')) return false
  return isWildcard(host) || !/^(127\.|::1$|fe80:)/i.test(host)
}

const FORBIDDEN: MappingStatus = {
  family: 'IPv4',
  state: 'failed',
  code: 'port-mapping-forbidden',
  reason: 'A circle of this device forbids to have the router let calls in.',
  remedy: 'Its admins decide on that, by the policy port-mapping. Devices are reached by other channels.',
}
