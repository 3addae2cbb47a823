/**
 * Makes a router of the lab a captive portal (RFC 8952): names lead to it, pages are sent to its own, all else is refused, until somebody signs in. What
 * hosts ask of it is counted: a device has no business there.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { LabHost } from './natLab.ts'

/** Runs on the router. Every question of DNS is answered with its address, every page leads to its own; each is said in a line. */
const SERVER = `
const own = process.argv[1]
const dns = require('node:dgram').createSocket('udp4')
dns.on('message', (question, from) => {
  console.log('dns')
  const answer = Buffer.concat([question, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...own.split('.').map(Number)])])
  answer.writeUInt16BE(0x8180, 2)
  answer.writeUInt16BE(1, 6)
  dns.send(answer, from.port, from.address)
})
dns.bind(5300, own)
require('node:http').createServer((request, response) => {
  console.log('http')
  response.writeHead(302, { location: 'http://' + own + '/sign-in' }).end()
}).listen(8080, own, () => console.log('ready'))
`

export class CaptivePortal {
  private readonly prefix: readonly string[]
  private readonly subnet: string
  private server: ChildProcess | undefined
  private said = ''

  constructor(host: LabHost) {
    const { prefix, subnet } = host.router()
    this.prefix = prefix
    this.subnet = `192.168.${String(subnet)}`
  }

  get address(): string {
    return `${this.subnet}.1`
  }

  /** From now on nothing passes. Resolves when the portal answers. */
  async shut(): Promise<void> {
    const [command = '', ...rest] = this.prefix
    const server = spawn(command, [...rest, process.execPath, '-e', SERVER, this.address], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.server = server
    server.stdout.on('data', (chunk: Buffer) => (this.said += chunk.toString()))
    await once(server.stdout, 'data')
    this.rules(
      'table inet portal {',
      ' chain pages { type nat hook prerouting priority -110',
      '  iifname "lan" tcp dport 80 redirect to :8080',
      '  iifname "lan" udp dport 53 redirect to :5300',
      ' }',
      ' chain gate { type filter hook forward priority -10',
      '  meta l4proto tcp reject with tcp reset',
      '  reject with icmpx admin-prohibited',
      ' }',
      '}',
    )
  }

  /** Somebody signs in. */
  open(): void {
    this.rules('delete table inet portal')
  }

  /** Names and pages that were asked for. */
  async asked(): Promise<number> {
    // What it said is on its way here.
    await new Promise((resolve) => setTimeout(resolve, 300))
    return this.said.split('\n').filter((line) => line === 'dns' || line === 'http').length
  }

  async end(): Promise<void> {
    const { server } = this
    this.server = undefined
    if (server?.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit')
  }

  private rules(...lines: readonly string[]): void {
    const [command = '', ...rest] = this.prefix
    const input = `${lines.join('\n')}\n`
    const { status, stderr } = spawnSync(command, [...rest, 'nft', '-f', '-'], { input, encoding: 'utf8' })
    if (status !== 0) throw new Error(`nft: ${stderr}`)
  }
}
