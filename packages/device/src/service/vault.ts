/** The device itself: its vault, its state, its channels. */
import type { FaultDetails } from '@triode/core'

/** The device and its vault. */
export interface VaultService {
  status(): Promise<DeviceStatus>
  /** Makes the vault and leaves it unlocked. @throws CallerFault 'passphrase-weak' (empty) | 'name-invalid' */
  init(input: InitInput): Promise<void>
  /** Unlocked already: checks the passphrase all the same. @throws CallerFault 'wrong-passphrase', or
   * 'passphrase-delayed' when the growing delay after wrong tries has not passed (its remedy says how long) */
  unlock(passphrase: string): Promise<void>
  /** What circles that are made or joined from now on call oneself, unless they are told otherwise; null is nothing. @throws CallerFault 'name-invalid' */
  setName(name: string | null): Promise<void>
  /** Evicts every key and closes every tunnel. Locked already: nothing. */
  lock(): Promise<void>
  /**
   * Locks by itself after so long without a call (`status`, events and `unattended` calls don't count, a call that takes its time does until
   * its end); null is never. @throws CallerFault 'duration-out-of-range' unless a whole number above 0
   */
  setIdleLock(afterMs: number | null): Promise<void>
  /**
   * Turns a channel on or off, now and at every start; a device that was opened without it has it off all the same.
   * @throws CallerFault 'channel-unknown', 'channel-untold' (its message is what the channel shows), 'channel-option', 'dht-node-malformed'
   */
  setChannel(input: SetChannelInput): Promise<ChannelStatus>
  /** @throws CallerFault 'wrong-passphrase', 'passphrase-delayed' or 'passphrase-weak' */
  changePassphrase(current: string, next: string): Promise<void>
  /**
   * Writes one encrypted file, mode 0600, under `passphrase` or, without one, the vault's own.
   * @param file absolute @throws CallerFault 'file-exists' | 'file-refused' (no such folder, no permission)
   */
  backup(file: string, passphrase?: string): Promise<BackupResult>
  /**
   * As `backup`, of what is stored now, for whoever takes its bytes; to be disposed of in any case.
   * @throws CallerFault 'passphrase-weak'
   */
  beginBackup(passphrase?: string): Promise<BackupBegun>
  /**
   * Makes the vault of this home from a backup; its passphrase becomes the vault's, which is left unlocked.
   * @param from an absolute path; or the bytes, which are read no faster than they are restored. What it throws, ends it
   * @throws CallerFault 'wrong-passphrase' | 'backup-absent' | 'backup-unknown' | 'place-not-empty'
   * @throws IntegrityFault 'backup-damaged'
   */
  restore(from: string | AsyncIterable<Uint8Array>, passphrase: string): Promise<void>
  /** Erases the vault and all files that the device made in the home; the state is 'new' afterwards. `confirm` guards against accidents. */
  wipe(confirm: true): Promise<void>
  /** Stops channels, closes the vault; every later call throws Unavailable 'closed'. May be called twice. */
  close(): Promise<void>
}

export const DEVICE_STATE = { new: 'new', locked: 'locked', unlocked: 'unlocked' } as const
export type DeviceState = (typeof DEVICE_STATE)[keyof typeof DEVICE_STATE]

export const KDF = { argon2id: 'argon2id', pbkdf2: 'pbkdf2' } as const
export type Kdf = (typeof KDF)[keyof typeof KDF]

export interface DeviceStatus {
  readonly state: DeviceState
  readonly version: string
  readonly home: string
  /** What new circles call oneself; known only when unlocked. */
  readonly name?: string
  /** 0 unless unlocked. */
  readonly circles: number
  readonly tunnels: number
  readonly channels: ChannelStatus[]
  /** This machine has no address in any network now: nobody is reached, whatever the channels are. Absent: it has one. */
  readonly offline?: true
  /** While nobody far away is reached: who was called in the last minutes. Absent: somebody is, or nobody was called. */
  readonly unreached?: UnreachedHosts
  /** Absent in state 'new'. */
  readonly vault?: VaultStatus
  /** What a person has to do something about and went wrong in the last minutes; also told as 'fault' events. Absent: nothing. */
  readonly warnings?: Warning[]
}

export interface UnreachedHosts {
  /** Hosts with public addresses; none answered. */
  readonly hosts: number
  /** Of these, such where the call was refused, by the host itself or on the way, and not passed over in silence. */
  readonly refused: number
}

export interface Warning {
  /** 'disk-full', 'disk-refused', 'vault-damaged', 'clock-differs' or 'clock-suspected' */
  readonly code: string
  readonly message: string
  readonly remedy?: string
  /** What its words leave open. */
  readonly details?: FaultDetails
}

/** Asked for, by itself after so long without use, or since something failed. */
export const LOCK_REASON = { asked: 'asked', idle: 'idle', failed: 'failed' } as const
export type LockReason = (typeof LOCK_REASON)[keyof typeof LOCK_REASON]

export interface VaultStatus {
  readonly kdf: Kdf
  /** Made from a backup. */
  readonly restored: boolean
  /** Set when the vault no longer takes writes, for instance after 'disk-full'. */
  readonly readOnly: boolean
  /** null is never; known only when unlocked. */
  readonly idleLockMs?: number | null
  /** While locked since this process had it unlocked: why. */
  readonly lockedBy?: LockReason
}

export const CHANNEL_STATE = { off: 'off', starting: 'starting', on: 'on', failed: 'failed' } as const
export type ChannelState = (typeof CHANNEL_STATE)[keyof typeof CHANNEL_STATE]

export interface ChannelStatus {
  readonly name: string
  readonly state: ChannelState
  /** Why it failed, or does not work wholly or yet: a word for programs (spec §8.9), and what the sentences name. */
  readonly code?: string
  readonly values?: Readonly<Record<string, string | number>>
  /** The same as one sentence. */
  readonly reason?: string
  readonly remedy?: string
  /** Where it listens, as `HOST:PORT` or `[IPV6]:PORT`. */
  readonly addresses: string[]
  /** What its use shows to whom: one sentence. */
  readonly reveals: string
  /** What goes over it may cost money. */
  readonly costly: boolean
  /** Of the channel dht: how it enters the DHT. */
  readonly dht?: DhtSettings
  /** Of the channel tcp: whether the router is asked to let calls in, and what became of it. */
  readonly tcp?: TcpSettings & {
    /** What that shows to whom: one sentence or two. */
    readonly reveals: string
    /** One for each kind of IP that is listened on; none while it is not asked. */
    readonly ports: PortStatus[]
  }
}

export interface TcpSettings {
  /** Have the router let calls in, by PCP, NAT-PMP or UPnP. */
  readonly mapPort: boolean
}

export interface PortStatus {
  readonly family: 'IPv4' | 'IPv6'
  /** 'needless': this machine has a public address itself. */
  readonly state: 'asking' | 'open' | 'needless' | 'failed'
  /** 'PCP', 'NAT-PMP' or 'UPnP' */
  readonly by?: string
  /** Where others come in, `HOST:PORT` or `[IPV6]:PORT`. */
  readonly address?: string
  /** Why it failed: a word for programs (spec §8.9), and the same as one sentence. */
  readonly code?: string
  readonly reason?: string
  readonly remedy?: string
}

export interface DhtSettings {
  /** Where to begin, `IPV4:PORT` each. */
  readonly nodes: string[]
  /** Begin at the nodes that anybody uses, too. */
  readonly publicNodes: boolean
  /** This device's public `IPV4:PORT`, at which others may begin; the three UDP ports after it are used as well. */
  readonly serve?: string
}

export interface SetChannelInput {
  readonly name: string
  readonly on: boolean
  /** The person was told what it shows (`ChannelStatus.reveals`): needed to turn on 'dht'. */
  readonly told?: boolean
  /** Of 'dht' only; absent: as before. */
  readonly dht?: DhtSettings
  /** Of 'tcp' only; absent: as before. To have the router asked needs `told` (`ChannelStatus.tcp.reveals`). */
  readonly tcp?: TcpSettings
}

export interface InitInput {
  readonly passphrase: string
  /** Nickname to offer to circles; optional by promise 2. */
  readonly name?: string
  /** Default: argon2id. */
  readonly kdf?: Kdf
}

/** A backup whose bytes are still to be taken. */
export interface BackupBegun extends Disposable {
  /** Once. Each call of `take` comes when the one before has resolved. @throws CallerFault 'locked'; what `take` throws */
  writeTo(take: (bytes: Uint8Array) => Promise<void>): Promise<void>
}

export interface BackupResult {
  readonly file: string
  readonly bytes: number
}
