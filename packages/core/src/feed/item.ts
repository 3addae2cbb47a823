/** One entry as it travels and is stored (spec §9.2): everything else about it follows from its place in the chain. */
import type { Value } from '../codec/cbor.ts'
import { Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import { MAX_ENTRY_BYTES } from './spec.ts'

export const ITEM = { data: 0, epoch: 1 } as const

export type Item =
  | { readonly kind: 'data'; readonly body: Uint8Array }
  /** Content gone (expired, deleted): the hash keeps the chain whole. */
  | { readonly kind: 'erased'; readonly bodyHash: Uint8Array }
  | { readonly kind: 'epoch'; readonly body: Uint8Array }

/** data: the bytes themselves; erased: [0, hash]; epoch start: [1, body]. */
export function itemValue(item: Item): Value {
  if (item.kind === 'data') return item.body
  return item.kind === 'erased' ? [0, item.bodyHash] : [1, item.body]
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function readItem(value: Value, hashBytes: number): Item {
  if (value instanceof Uint8Array) {
    if (value.length > MAX_ENTRY_BYTES) throw new PeerFault('oversize')
    return { kind: 'data', body: value }
  }
  const reader = new Reader(value)
  const item: Item =
    reader.int(0, 1) === 0
      ? { kind: 'erased', bodyHash: reader.bytes(hashBytes) }
      : { kind: 'epoch', body: reader.bytes(1, MAX_ENTRY_BYTES) }
  reader.end()
  return item
}
