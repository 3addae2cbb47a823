/** Makes a router of the lab one that opens ports: Debian's miniupnpd, with PCP, NAT-PMP and UPnP, or some of them. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabHost } from './natLab.ts'
import { installed, run } from './needs.ts'

/** Which protocols a router speaks. */
export const SPEAKS = {
  pcp: 'PCP',
  natPmp: 'NAT-PMP',
  upnp: 'UPnP',
} as const
export type Speaks = (typeof SPEAKS)[keyof typeof SPEAKS]

/** false, or why there can be no such router here; said on stderr too. */
export function lacksMappingRouter(): string | false {
  if (installed('miniupnpd', 'miniupnpd-nftables') !== undefined) return false
  const why = 'the program miniupnpd (Debian: miniupnpd-nftables) is missing and could not be installed'
  process.stderr.write(`\n*** NOT TESTED: ${why}\n\n`)
  return why
}

/** Chains where the program puts what it opens. */
const CHAINS = ['miniupnpd', 'prerouting_miniupnpd', 'postrouting_miniupnpd'] as const
/** A packet of PCP to the router: the first byte after the UDP header is its version. */
const PCP_PACKET = 'udp dport 5351 @th,64,8 2'

export class MappingRouter {
  private readonly prefix: readonly string[]
  private readonly lan: string
  private readonly folder = mkdtempSync(join(tmpdir(), 'triode-router-'))
  private daemon: ChildProcess | undefined

  constructor(host: LabHost) {
    const { prefix, subnet } = host.router()
    this.prefix = prefix
    this.lan = `192.168.${String(subnet)}`
    this.rules(
      'table inet filter {',
      ...CHAINS.map((name) => ` chain ${name} { }`),
      ' chain no_pcp { type filter hook input priority -10; }',
      ' chain prerouting { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }',
      ' chain postrouting { type nat hook postrouting priority 90; jump postrouting_miniupnpd; }',
      '}',
      'add rule inet filter forward jump miniupnpd',
    )
    // A network of IPv6 alone has no address of IPv4, without which the program does not start.
    spawnSync(prefix[0] ?? '', [...prefix.slice(1), 'ip', 'addr', 'add', `${this.lan}.1/24`, 'dev', 'lan'])
  }

  /** Resolves when it answers. */
  async start(speaks: Speaks): Promise<void> {
    const yes = (is: boolean): string => (is ? 'yes' : 'no')
    const config = join(this.folder, 'miniupnpd.conf')
    writeFileSync(
      config,
      [
        'ext_ifname=wan',
        'ext_ifname6=wan',
        'listening_ip=lan',
        'port=0',
        `enable_natpmp=${yes(speaks !== SPEAKS.upnp)}`,
        `enable_upnp=${yes(speaks === SPEAKS.upnp)}`,
        'secure_mode=yes',
        'uuid=00000000-0000-4000-8000-000000000001',
        'upnp_table_name=filter',
        'upnp_nat_table_name=filter',
        'upnp_forward_chain=miniupnpd',
        'upnp_nat_chain=prerouting_miniupnpd',
        'upnp_nat_postrouting_chain=postrouting_miniupnpd',
        `allow 1024-65535 ${this.lan}.0/24 1024-65535`,
        'deny 0-65535 0.0.0.0/0 0-65535',
        '',
      ].join('\n'),
    )
    this.rules('flush chain inet filter no_pcp')
    // As a router answers that knows the older protocol alone, and not even of the newer. Of IPv6 the program speaks the newer whatever it is told.
    if (speaks !== SPEAKS.pcp) this.rules(`add rule inet filter no_pcp ${PCP_PACKET} reject`)
    const args = [...this.prefix.slice(1), 'miniupnpd', '-d', '-f', config, '-P', join(this.folder, 'pid')]
    const daemon = spawn(this.prefix[0] ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.daemon = daemon
    let said = ''
    await new Promise<void>((resolve, reject) => {
      daemon.once('exit', () => {
        reject(new Error(`miniupnpd ended: ${said}`))
      })
      daemon.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (/Listening for NAT-PMP|HTTP listening on port/.test(said)) resolve()
      })
    })
  }

  /** As when it loses power: what was open is forgotten. */
  async crash(): Promise<void> {
    const { daemon } = this
    this.daemon = undefined
    if (daemon?.exitCode === null && daemon.kill('SIGKILL')) await once(daemon, 'exit')
    for (const chain of CHAINS) this.rules(`flush chain inet filter ${chain}`)
  }

  /** How many ways in are open, of IPv4 and IPv6. */
  open(): number {
    const [command = '', ...rest] = this.prefix
    const [forward] = CHAINS
    const rules = run(command, ...rest, 'nft', 'list', 'chain', 'inet', 'filter', forward)
    return rules.split('\n').filter((line) => line.includes('accept')).length
  }

  async end(): Promise<void> {
    await this.crash()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private rules(...lines: readonly string[]): void {
    const [command = '', ...rest] = this.prefix
    const { status, stderr } = spawnSync(command, [...rest, 'nft', '-f', '-'], {
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`nft: ${stderr}`)
  }
}
