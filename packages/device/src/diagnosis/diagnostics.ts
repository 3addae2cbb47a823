/**
 * A report for whoever helps with a fault: what runs here, in which state, and what went wrong. It names nobody: no name, id,
 * address, path or content, and nothing that two reports of one circle's devices could be linked by but counts.
 */
import { arch, platform, release } from 'node:os'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { RecentFault } from './recentFaults.ts'
import type { ChannelStatus, DeviceStatus, StorageReport } from '../service.ts'
import { listedConversations } from '../circle/standing.ts'
import type { PeerTunnel } from '../network/peerTunnel.ts'

export interface Diagnosed {
  readonly status: DeviceStatus
  readonly now: number
  readonly faults: readonly RecentFault[]
  /** Known only while it is unlocked. */
  readonly unlocked?: {
    readonly circles: readonly CircleRuntime[]
    readonly peers: readonly PeerTunnel[]
    readonly storage: StorageReport
  }
}

export function diagnosticsText({ status, now, faults, unlocked }: Diagnosed): string {
  const { circles = [], peers = [], storage } = unlocked ?? {}
  return [
    `Triode ${status.version}, ${time(now)}`,
    `${platform()} ${kernel()} ${arch()}, Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
    `process: up ${String(Math.round(process.uptime()))} s, ${megabytes(process.memoryUsage().rss)}`,
    `device: ${status.state}${vaultWords(status)}`,
    ...(storage === undefined ? [] : [storageLine(storage)]),
    ...status.channels.map(
      ({ name, state, reason, addresses, tcp }) =>
        `channel ${name}: ${state}, ${String(addresses.length)} addresses${reason === undefined ? '' : ', not as asked'}${portWords(tcp)}`,
    ),
    ...circles.map((circle, index) => circleLine(circle, index + 1, peers)),
    ...peers.map((peer) => tunnelLine(peer, now)),
    ...(status.warnings ?? []).map(({ code }) => `warning: ${codeOf(code)}`),
    ...(faults.length === 0 ? ['faults: none'] : faults.map(faultLine)),
    '',
  ].join('\n')
}

/** What became of asking the router, without its addresses and words. */
function portWords(tcp: ChannelStatus['tcp']): string {
  if (tcp?.mapPort !== true) return ''
  const ports = tcp.ports.map(
    ({ family, state, by }) => `, ${family} at the router ${state}${by === undefined ? '' : ` by ${by}`}`,
  )
  return ports.join('')
}

/** Its numbers: whoever builds a kernel may give it a name. */
function kernel(): string {
  return /^[\d.]+/.exec(release())?.[0] ?? ''
}

function vaultWords({ vault }: DeviceStatus): string {
  if (vault === undefined) return ''
  const lock = vault.idleLockMs === undefined ? '' : `, idle lock ${vault.idleLockMs === null ? 'off' : 'on'}`
  return `, ${vault.kdf}${vault.restored ? ', restored' : ''}${vault.readOnly ? ', read-only' : ''}${lock}`
}

function storageLine({ vaultBytes, filesBytes, freeBytes, quotaBytes }: StorageReport): string {
  const quota = quotaBytes === null ? 'none' : megabytes(quotaBytes)
  return `storage: vault ${megabytes(vaultBytes)}, files ${megabytes(filesBytes)}, free ${megabytes(freeBytes)}, quota ${quota}`
}

function circleLine(circle: CircleRuntime, number: number, peers: readonly PeerTunnel[]): string {
  const { state, logSize, standing } = circle
  const devices = [...state.devices.values()].filter(({ active }) => active).length
  const tunnels = peers.filter((peer) => peer.circle === circle.id).length
  return (
    `circle ${String(number)}: ${state.suite}, ${standing.standing}, ${String(state.members.size)} members, ` +
    `${String(devices)} devices, ${String(tunnels)} tunnels, ${String(listedConversations(circle).length)} conversations, ` +
    `${String(logSize)} log entries`
  )
}

function tunnelLine({ channel, tunnel, dialed, roundTripMs, since }: PeerTunnel, now: number): string {
  const trip = roundTripMs === undefined ? 'not measured' : `${String(Math.round(roundTripMs))} ms`
  const age = String(Math.max(0, Math.round((now - since) / 1_000)))
  return `tunnel: ${channel}, ${dialed ? 'dialed' : 'accepted'}, ${tunnel.group}, ${tunnel.cipher}, ${trip}, up ${age} s`
}

function faultLine({ code, from, to, times }: RecentFault): string {
  const span = times === 1 ? time(from) : `${time(from)} to ${time(to)}, ${String(times)} times`
  return `fault: ${codeOf(code)}, ${span}`
}

/** A code is a word of the program's own: anything else would be a mistake that must not get out. */
function codeOf(code: string): string {
  return /^[a-z][a-z0-9-]{0,63}$/.test(code) ? code : 'unknown'
}

/** To the second, by this machine's clock; what no date can say is not said. */
function time(at: number): string {
  return Number.isNaN(new Date(at).getTime()) ? 'unknown time' : `${new Date(at).toISOString().slice(0, 19)}Z`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
