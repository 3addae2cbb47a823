/**
 * A Tor network of one's own, on loopback unless it is told otherwise, of the system's `tor`: three directory authorities and three relays, all of which may be
 * anything in a circuit. It needs no root and reaches nothing outside of this machine.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installed, run } from './needs.ts'

export interface TorNetworkOptions {
  /** Of the machine or host that all of it runs on. */
  readonly address?: string
  /** To run a program on that host. */
  readonly prefix?: readonly string[]
}

export interface TorNetwork {
  /** TCP ports of all relays and authorities. */
  readonly ports: readonly number[]
  /** What a tor has to be given besides, to be in this network and in no other. */
  readonly settings: string
  end(): Promise<void>
}

const AUTHORITIES = 3
const RELAYS = 3
const PATIENCE_MS = 120_000

/** The shortest times between two pictures of the network that tor lets one choose. */
const COMMON = `TestingTorNetwork 1
PathsNeededToBuildCircuits 0.25
TestingServerDownloadInitialDelay 0
TestingClientDownloadInitialDelay 0
TestingServerConsensusDownloadInitialDelay 0
TestingClientConsensusDownloadInitialDelay 0
`
const RELAY = `ShutdownWaitLength 0
AssumeReachable 1
SocksPort 0
ExitPolicy reject *:*
TestingV3AuthInitialVotingInterval 5
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 10
V3AuthVoteDelay 2
V3AuthDistDelay 2
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
`

/** false, or why there can be no such network here; said on stderr too. */
export function lacksTor(): string | false {
  if (installed('tor', 'tor') !== undefined && installed('tor-gencert', 'tor') !== undefined) return false
  const why = 'the programs tor and tor-gencert (Debian: tor) are missing and could not be installed'
  process.stderr.write(`\n*** NOT TESTED: ${why}\n\n`)
  return why
}

/** Resolves when relays know of each other: clients that start earlier wait far longer. */
export async function torNetwork({
  address = '127.0.0.1',
  prefix = [],
}: TorNetworkOptions = {}): Promise<TorNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'triode-tor-network-'))
  const children: ChildProcess[] = []
  const end = async (): Promise<void> => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || !child.kill('SIGKILL')) return
        await once(child, 'exit')
      }),
    )
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const ports = await freePorts(2 * AUTHORITIES + RELAYS)
    const left = [...ports]
    const take = (): number => left.pop() ?? 0
    const authorities = Array.from({ length: AUTHORITIES }, (_, index) =>
      makeAuthority(folder, `authority${String(index)}`, address, [take(), take()]),
    )
    const settings = COMMON + authorities.map(({ line }) => line).join('')
    const relays = Array.from({ length: RELAYS }, (_, index) => ({
      name: `relay${String(index)}`,
      torrc: `OrPort ${String(take())}\n`,
    }))
    for (const { name, torrc } of [...authorities, ...relays]) {
      const data = join(folder, name)
      mkdirSync(data, { recursive: true, mode: 0o700 })
      const own = `DataDirectory ${data}\nNickname ${name}\nAddress ${address}\nLog notice file ${data}/log\n`
      writeFileSync(join(data, 'torrc'), settings + RELAY + own + torrc)
      const [command, ...args] = [...prefix, 'tor', '-f', join(data, 'torrc'), '--quiet']
      children.push(spawn(command, args, { stdio: 'ignore' }))
    }
    await untilConnected(join(folder, 'relay0', 'log'), children)
    return { settings, ports, end }
  } catch (cause) {
    await end()
    throw cause
  }
}

function makeAuthority(
  folder: string,
  name: string,
  address: string,
  [orPort, dirPort]: readonly [number, number],
): { name: string; torrc: string; line: string } {
  const data = join(folder, name)
  const keys = join(data, 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const secret = join(folder, 'passphrase')
  writeFileSync(secret, 'a network of an hour\n')
  const files = [
    ['-i', 'authority_identity_key'],
    ['-s', 'authority_signing_key'],
    ['-c', 'authority_certificate'],
  ].flatMap(([option = '', file = '']) => [option, join(keys, file)])
  const at = `${address}:${String(dirPort)}`
  const made = [
    'tor-gencert',
    '--create-identity-key',
    '--passphrase-fd',
    '0',
    ...files,
    '-m',
    '12',
    '-a',
    at,
  ]
  run('sh', '-c', 'exec "$@" < "$0"', secret, ...made)
  const v3 = /^fingerprint (\w+)$/m.exec(readFileSync(join(keys, 'authority_certificate'), 'utf8'))?.[1] ?? ''
  const nobody = `x orport=1 no-v2 v3ident=${'0'.repeat(40)} 127.0.0.1:1 ${'0'.repeat(40)}`
  const known = ['--DataDirectory', data, '--Nickname', name, '--ORPort', String(orPort)]
  const rest = ['--Address', address, '--DirAuthority', nobody, '--list-fingerprint', '--quiet']
  const said = run('tor', '--ignore-missing-torrc', '-f', '/dev/null', ...known, ...rest)
  const fingerprint = /^\S+ ((?:[0-9A-F]{4} ?){10})$/m.exec(said.trim())?.[1]?.replaceAll(' ', '') ?? ''
  const line = `DirAuthority ${name} orport=${String(orPort)} no-v2 v3ident=${v3} ${at} ${fingerprint}\n`
  const torrc =
    `OrPort ${String(orPort)}\nDirPort ${String(dirPort)}\n` +
    'AuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\nContactInfo lab@localhost\n'
  return { name, torrc, line }
}

async function untilConnected(log: string, children: readonly ChildProcess[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!read(log).includes('Bootstrapped 100%')) {
    if (children.some(({ exitCode }) => exitCode !== null)) throw new Error('a tor ended at once')
    if (performance.now() > deadline) throw new Error('the Tor network did not come up')
    await sleep(100)
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Ports of 127.0.0.1 that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(
    servers.map((server) => {
      server.close()
      return once(server, 'close')
    }),
  )
  return ports
}
