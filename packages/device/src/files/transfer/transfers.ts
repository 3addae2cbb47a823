/** Blobs on their way between this device and its peers, in both directions (spec §15.7). One for the whole device while it is unlocked. */
import type { Duplex } from 'node:stream'
import type { BlobId, CircleId, Clock, ConversationId, DeviceId } from '@triode/core'
import type { ChannelTraits } from '@triode/channels'
import type { PeerTunnel } from '../../peerTunnel.ts'
import type { TransferHost, TransferProgress, WantedBlob } from './transferHost.ts'

export interface TransfersOptions {
  readonly host: TransferHost
  readonly clock: Clock
  /** Of a channel by its name. */
  readonly traits: (channel: string) => ChannelTraits | undefined
}

export interface Transfers {
  // ---- for the network

  /** A tunnel came up, perhaps in place of another to the same device. The dialer's side opens what it serves on. */
  attach(peer: PeerTunnel): void
  /** The far side opened a stream of this path. @returns whether it is one of files; else it is for somebody else to handle */
  accept(peer: PeerTunnel, path: string, stream: Duplex): boolean

  // ---- for whoever keeps the files

  /**
   * Fetches what is missing of a blob until it is whole, from whoever has it, now and whenever somebody comes. Called again for the same blob,
   * it changes priority, what comes first, and which channels may be used.
   */
  want(wanted: WantedBlob): void
  /** Asks for nothing more of it. Resolves once nothing is being written to it any more. Idempotent. */
  drop(circle: CircleId, blob: BlobId): Promise<void>
  /** Undefined unless it is wanted; it is until drop(), also when it is complete. */
  progress(circle: CircleId, blob: BlobId): TransferProgress | undefined
  /** What is here of a blob, or whether a message names it, changed by other means than want(): tells those who asked for it. */
  changed(circle: CircleId, blob: BlobId): void
  /** Tells a device that this one has all of it. @returns false: there is no tunnel to it now */
  tellComplete(circle: CircleId, device: DeviceId, conversation: ConversationId, blob: BlobId): boolean
  /** Bytes a second by channel, each way; a channel that is not named has no limit. */
  setLimits(bytesPerSecond: Readonly<Record<string, number>>): void
  /** Ends everything; resolves once nothing is written any more. */
  stop(): Promise<void>
}

/** Streams of these paths are files' (spec §15.7). */
export const FILE_PATHS = {
  /** The dialer serves on it, the acceptor asks. */
  serve: '/files/serve',
  /** The dialer asks on it, the acceptor serves. */
  get: '/files/get',
} as const
