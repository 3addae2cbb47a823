/** Two hosts with one cable between them: network namespaces made here and removed again, the cable listened on. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabPlace } from './hostDevice.ts'
import { run } from './needs.ts'

/** Of the range for benchmarks between networks (RFC 2544): nobody's. */
export const ADDRESSES = ['198.18.77.1', '198.18.77.2'] as const

/** That the first host gets later. */
const OTHER_ADDRESS = '198.18.77.11'

export interface TwoHosts {
  /** Where a device runs that listens at ADDRESSES[host]. */
  place(host: 0 | 1): LabPlace
  /** Everything that was on the cable so far. */
  capture(): Promise<Capture>
  /** Gives the first host another address, as DHCP does. */
  readdress(): void
  /** Pulls the cable, or plugs it in. */
  cable(plugged: boolean): void
  end(): Promise<void>
}

export interface Capture {
  readonly bytes: Buffer
  /** Destination addresses of all IP packets. */
  readonly destinations: readonly string[]
  readonly packets: number
  /** Each IP packet as tcpdump shows it, from the first on. */
  readonly lines: readonly string[]
}

let count = 0

/** @param folder for the capture's file */
export async function twoHosts(folder: string): Promise<TwoHosts> {
  const id = `${String(process.pid)}-${String(count++)}`
  const names = [`triode-${id}-a`, `triode-${id}-b`] as const
  const cards = [`ta${id}`.slice(0, 15), `tb${id}`.slice(0, 15)] as const
  for (const name of names) run('ip', 'netns', 'add', name)
  run(
    'ip',
    'link',
    'add',
    cards[0],
    'netns',
    names[0],
    'type',
    'veth',
    'peer',
    'name',
    cards[1],
    'netns',
    names[1],
  )
  for (const host of [0, 1] as const) {
    const inside = ['netns', 'exec', names[host], 'ip']
    run('ip', ...inside, 'addr', 'add', `${ADDRESSES[host]}/24`, 'dev', cards[host])
    run('ip', ...inside, 'link', 'set', 'lo', 'up')
    run('ip', ...inside, 'link', 'set', cards[host], 'up')
    // What is meant for anywhere else goes over the cable as well, and is seen there.
    run('ip', ...inside, 'route', 'add', 'default', 'via', ADDRESSES[1 - host] ?? '')
  }
  const file = join(folder, `capture-${id}.pcap`)
  const tcpdump = await listen(names[0], cards[0], file)
  return {
    place: (host) => ({
      prefix: ['ip', 'netns', 'exec', names[host]],
      args: ['--listen', `${ADDRESSES[host]}:4711`],
    }),
    capture: async () => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      return read(file)
    },
    readdress: () => {
      const inside = ['netns', 'exec', names[0], 'ip']
      run('ip', ...inside, 'addr', 'add', `${OTHER_ADDRESS}/24`, 'dev', cards[0])
      run('ip', ...inside, 'addr', 'del', `${ADDRESSES[0]}/24`, 'dev', cards[0])
      spawnSync('ip', [...inside, 'addr', 'add', `${OTHER_ADDRESS}/24`, 'dev', cards[0]])
      run('ip', ...inside, 'route', 'replace', 'default', 'via', ADDRESSES[1])
    },
    cable: (plugged) => {
      run('ip', 'netns', 'exec', names[0], 'ip', 'link', 'set', cards[0], plugged ? 'up' : 'down')
      if (plugged) {
        spawnSync('ip', ['netns', 'exec', names[0], 'ip', 'route', 'add', 'default', 'via', ADDRESSES[1]])
      }
    },
    end: async () => {
      tcpdump.kill('SIGTERM')
      if (tcpdump.exitCode === null) await once(tcpdump, 'exit')
      for (const name of names) spawnSync('ip', ['netns', 'del', name])
    },
  }
}

async function listen(namespace: string, card: string, file: string): Promise<ChildProcess> {
  const args = ['netns', 'exec', namespace, 'tcpdump', '-i', card, '-U', '-s', '0', '-Z', 'root', '-w', file]
  const tcpdump = spawn('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  // Its first line says that it listens.
  await once(tcpdump.stderr, 'data')
  tcpdump.stderr.resume()
  return tcpdump
}

function read(file: string): Capture {
  const text = run('tcpdump', '-n', '-r', file)
  const destinations = new Set<string>()
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const match = /^\S+ (?:IP|IP6) \S+ > (\S+):\s/.exec(line)
    if (match?.[1] === undefined) continue
    lines.push(line)
    destinations.add(
      match[1].includes(':') ? match[1].replace(/\.\d+$/, '') : match[1].split('.').slice(0, 4).join('.'),
    )
  }
  return { bytes: readFileSync(file), destinations: [...destinations], packets: lines.length, lines }
}
