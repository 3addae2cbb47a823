/** Constants of spec §15: two implementations must agree on them. */

export const BLOB_ID_BYTES = 16
export const BLOB_SECRET_BYTES = 32
/** Bytes of a blob: 256 TiB, so that a chunk's number fits u32 and sizes are exact as doubles. */
export const MAX_BLOB_BYTES = 2 ** 48
/** Bytes of a chunk before it is sealed: small enough that a kill costs little, large enough that sealing and hashing cost no more than on whole files. */
export const CHUNK_BYTES = 262_144
/** A sealed chunk is longer by its tag. */
export const CHUNK_TAG_BYTES = 16
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + CHUNK_TAG_BYTES
/** Hashes of a page of the tree. */
export const PAGE_HASHES = 1_024
/** Attachments of a message: what fits its 15,360 bytes without a text, about. */
export const MAX_ATTACHMENTS = 16
/** UTF-8 bytes of a name: what file systems take. */
export const MAX_FILE_NAME_BYTES = 255
/** Characters of a media type (RFC 6838 §4.2). */
export const MAX_MEDIA_TYPE_LENGTH = 127
/** Latest time that every platform's calendar has: that of ECMAScript's Date. */
export const MAX_MODIFIED_MS = 8_640_000_000_000_000
/** Pixels of a side of a picture: u32. */
export const MAX_PIXELS = 4_294_967_295
/** Entries of a folder, its files among them: their list is in memory where it is written to a disk. */
export const MAX_FOLDER_ENTRIES = 1_000_000
/** Names of all paths and targets of a folder together: an entry in 64 folders costs its reader as much as 64 others. */
export const MAX_FOLDER_NAMES = 8_000_000
/** Bytes of a folder's index: 268 for each of a million entries. */
export const MAX_INDEX_BYTES = 268_435_456
/** Bits of an attachment or entry: u16. */
export const MAX_FLAGS = 65_535
/** Bytes of a preview: a picture of 320 pixels has a tenth to a half of that. */
export const MAX_PREVIEW_BYTES = 65_536
/** Names of a path within a folder. */
export const MAX_PATH_NAMES = 64
/** Of a link's target: as many up as there are folders, and then as many down. */
export const MAX_TARGET_NAMES = 128
/** Entries of a page of a folder's index. */
export const INDEX_PAGE_ENTRIES = 512
/** Bytes of such a page: entries of 512 bytes on average are 262,144; long paths need more. */
export const MAX_INDEX_PAGE_BYTES = 1_048_576
