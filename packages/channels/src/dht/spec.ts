/** Constants of the DHT channel that two devices must share (spec §8.3). */
import { createHash } from 'node:crypto'

/** A DHT key: Ed25519, in lower-case hexadecimal. */
export const KEY_BYTES = 32
export const ADDRESS = /^dht:([0-9a-f]{64})$/

/** Names under which devices are found: 16 bytes in base32, as on a LAN. */
export const NAME = /^[a-z2-7]{26}$/

/** Scheme of where a DHT can be entered: `dht-node:192.0.2.1:49737`, IPv4 alone, as the DHT's own messages are. */
export const NODE_SCHEME = 'dht-node'

/**
 * Nodes that a device which serves as the way in runs, at consecutive UDP ports from the one it names: how a NAT maps is
 * told from what three nodes or more see of it.
 */
export const SERVED_NODES = 4

/** Where in the DHT a name is announced: 32 bytes. */
export function topicOf(name: string): Buffer {
  return createHash('sha256').update(`triode/v1/dht/topic ${name}`).digest()
}
