/** The ports of a channel: a way to get bytes to another device. It knows nothing of circles (spec §8). */
import type { Duplex } from 'node:stream'

/** One open byte stream. It is ordered, reliable, back-pressured and can be half-closed; it is not secret. */
export interface Link {
  /** Destroy it to end it in both directions at once. Whoever holds the link listens for its 'error'. */
  readonly stream: Duplex
  /** Name of the channel that gave it. */
  readonly channel: string
  /** The far end, in the channel's own notation; for people and for limits, not an identity. */
  readonly remote: string
  /** The IP address of this machine that it ends at, where the channel knows it: without that address it is gone. */
  readonly local?: string
  /** The service of this device that was called, where the channel has `Services`: no other of its circles may answer. */
  readonly service?: string
}

export interface ChannelTraits {
  /** What a mebibyte costs the person, in an arbitrary unit in which home and office networks cost 0. */
  readonly costPerMiB: number
  readonly typicalBytesPerSecond: number
  /** Milliseconds that a dial and the handshake after it may take, where they take longer than usual. */
  readonly dialMs?: number
  /** Lower is tried first. */
  readonly rank: number
}

export interface ChannelStatus {
  readonly state: 'on' | 'off' | 'unavailable'
  /** Why it is not on, or not wholly: a word for programs (spec §8.9), which stands where `reason` does. */
  readonly code?: string
  /** What the sentences name, for those that are written in other languages. */
  readonly values?: Values
  /** The same as one sentence. */
  readonly reason?: string
  /** What the person can do about it. */
  readonly remedy?: string
}

export type Values = Readonly<Record<string, string | number>>

export interface Channel {
  /** Also the scheme of its addresses, before the first colon. */
  readonly name: string
  readonly traits: ChannelTraits
  /**
   * Begins to give links that others open. What the machine does not offer shows in `status`; it is not thrown.
   * May be called again after `stop`.
   * @throws CallerFault 'channel-started' when it runs already
   */
  start(onLink: (link: Link) => void): Promise<void>
  /** Closes listeners and links, given and dialed. Resolves when they are gone. Idempotent. */
  stop(): Promise<void>
  status(): ChannelStatus
  /** How others may dial this device now. */
  addresses(): string[]
  /**
   * @param visit of use to channels that have `Services`; others pass it over
   * @throws Unavailable 'unreachable', 'aborted', 'channel-off', 'too-many-links'; CallerFault 'address-malformed'
   */
  dial(address: string, signal?: AbortSignal, visit?: Visit): Promise<Link>
  /**
   * The machine may be in another network now, or slept: makes itself known and asks anew without waiting for its turn.
   * @param isCut whatever was connected before hardly is: an address is gone, there was no network, or the sleep was long
   */
  moved?(isCut: boolean): void
}

/** Finding devices by names that only those who know them recognise (spec §8.2, §8.3). */
export interface Discovery {
  /**
   * Replaces the names under which this device can be found. Opaque labels: 26 letters of base32.
   * @throws CallerFault 'name-malformed', 'too-many-names'
   */
  announce(names: readonly string[]): void
  /** `listener` gets each name that is seen and where, over and over. Returns the end of it. */
  watch(listener: (name: string, address: string) => void): () => void
  /** Asks around now. */
  look(): void
}

/** Finding devices far away by such names: nobody is heard of who is not asked for (spec §8.3). */
export interface Rendezvous extends Discovery {
  /**
   * Replaces the names that are asked for, now and ever less often. `watch` tells what is found.
   * @throws CallerFault 'name-malformed', 'too-many-names'
   */
  seek(names: readonly string[]): void
}

/** Something to call at, with an address of its own that nothing links to others of the same device (spec §8.4). */
export interface Service {
  /** Opaque; `Link.service` names it. */
  readonly id: string
  /** 32 random bytes, from which its key and its address follow: a secret. */
  readonly seed: Uint8Array
  /** Keys of 32 bytes, one at least: who has none of them does not even find out whether it is there. */
  readonly visitors: readonly Uint8Array[]
}

/** What it takes to call at a service of another device. */
export interface Visit {
  /** Opaque: calls of two realms share nothing by which they could be told to come from one device. */
  readonly realm: string
  /** One of `Service.visitors`, in the order to try. */
  readonly keys: readonly Uint8Array[]
}

/** What a channel has that gives no address of the machine, but one to each service. */
export interface Services {
  /**
   * Replaces the services that this device offers.
   * @throws CallerFault 'too-many-services', 'service-malformed'
   */
  serve(services: readonly Service[]): void
  /** How others may dial the service now; undefined while the channel is off. */
  addressOf(id: string): string | undefined
  /** The address of the service with this seed, on whatever device. */
  addressFrom(seed: Uint8Array): string
}
