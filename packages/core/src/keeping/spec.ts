/** Constants of spec §16. */

/** A drop's tag: what keepers know it by. */
export const DROP_TAG_BYTES = 16
export const DROP_SECRET_BYTES = 32
export const BOX_NONCE_BYTES = 12
/** Envelopes of the largest epoch take 11 frames, and the block one more. */
export const MAX_BOX_PARTS = 64
/** What identifies to whom the notices of a drop were sealed. */
export const NOTICES_DIGEST_BYTES = 8
/** Notices in one frame: 400 of the longest stay under the frame limit. */
export const MAX_NOTICES_PER_FRAME = 400
/** Devices that one drop may be for. */
export const MAX_NOTICES_PER_DROP = 4_096
/** Drops that a keeper holds of the devices of one member: a reader remembers sixteen times as many offers. */
export const MAX_DROPS_PER_MEMBER = 4_096
/** Blobs that are held with one drop. */
export const MAX_BLOBS_PER_DROP = 1_024
/** …and of the devices of one member. */
export const MAX_BLOBS_PER_MEMBER = 4_096
/** Of what is kept, of all and of each member, files take no more than this: so there is always room for messages. */
export const FILES_SHARE = 0.75
/** The padded length of the largest blob. */
export const MAX_KEPT_BLOB_BYTES = 2 ** 49
/** Acknowledgements that one slip brings… */
export const MAX_ACKS_PER_SLIP = 48
/** …and files of which it says that all came. */
export const MAX_COMPLETES_PER_SLIP = 16
/** Of the sealed content of a slip: both together under ML-DSA-87 are 310 kB. */
export const MAX_SLIP_BYTES = 393_216
/** Drops named in one frame. */
export const MAX_DROPS_PER_FRAME = 8_192
