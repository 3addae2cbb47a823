/** The symmetric ratchet of a feed (spec §3.5): each entry has a key of its own, and keys only lead forward. */
import { LABEL, labelled } from './labels.ts'
import type { Suite } from './suite.ts'

/** Of a chain key and of a message key, in every suite: AES-256's key, 256 bits of strength. */
export const CHAIN_KEY_BYTES = 32

const NEXT = labelled(LABEL.chainNext)
const MESSAGE_KEY = labelled(LABEL.messageKey)
/** All zero is safe because a message key seals one message, ever (SP 800-38D §8: no nonce twice under one key). */
const NONCE = new Uint8Array(12)

/** The key of the entry at `chainKey` and the chain key after it. The caller erases `chainKey` when it moves on. */
export function nextKeys(
  suite: Suite,
  chainKey: Uint8Array,
): { messageKey: Uint8Array; nextChainKey: Uint8Array } {
  return {
    messageKey: suite.expand(chainKey, MESSAGE_KEY, CHAIN_KEY_BYTES),
    nextChainKey: suite.expand(chainKey, NEXT, CHAIN_KEY_BYTES),
  }
}

/** Ciphertext and its 16-byte tag. Call it once for a message key: a second plaintext under it would reveal both. */
export function sealWithMessageKey(
  suite: Suite,
  messageKey: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return suite.aeadSeal(messageKey, NONCE, aad, plaintext)
}

/** The plaintext, or undefined when it was not sealed with this key and aad. */
export function openWithMessageKey(
  suite: Suite,
  messageKey: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return suite.aeadOpen(messageKey, NONCE, aad, sealed)
}
