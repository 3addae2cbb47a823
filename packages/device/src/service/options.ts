/** What a device is opened with. */
import type { Clock, KeeperTerms } from '@triode/core'
import type { Kdf as VaultKdf } from '@triode/vault'

export interface DeviceOptions {
  /** The home folder, absolute. Made (mode 0700) when the vault is made, not before. */
  readonly home: string
  /** The channels to run by name ('lan', 'tcp', 'dht', 'tor'); [] is none: a purely local device. Default: all there are. */
  readonly channels?: readonly string[]
  /** Where the tcp channel listens; port 0 takes a free one. Default: the channel's own choice. */
  readonly listen?: readonly ListenAddress[]
  /** The local IP addresses whose interfaces the lan channel uses. Default: all that are up, without loopback. */
  readonly lanInterfaces?: readonly string[]
  /** What it takes for others in each circle in which it is a keeper; what is left out as in KEEPER_TERMS of the core. */
  readonly keeper?: Partial<KeeperTerms>
  /** Further settings for the program tor, as in its torrc: bridges, a proxy. */
  readonly torrc?: string
  /** Threads that seal, check and open files; 0: the device's own does it. Default: CHUNK_THREADS. */
  readonly fileThreads?: number
  /** What to say in `status.version`. */
  readonly version: string
  /** What time it is; tests hand in one that is wrong. Default: the machine's. */
  readonly clock?: Clock
  /** How new vaults stretch a passphrase, save with PBKDF2; tests hand in what takes no time. Default: the vault's own choice. */
  readonly kdf?: VaultKdf
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}
