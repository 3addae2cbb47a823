/** Branded identifiers (spec §2). All are lower-case base32 of hash bytes, the same in code, API and CLI. */

type Brand<Name extends string> = string & { readonly __brand: Name }

/** Hash of a circle's first log entry, 32 bytes. */
export type CircleId = Brand<'CircleId'>
/** Hash of a device's public signing key (SPKI DER), 32 bytes. */
export type DeviceId = Brand<'DeviceId'>
/** The first 10 bytes of a device's id, for telling apart those of one circle. */
export type ShortDeviceId = Brand<'ShortDeviceId'>
/** The id of the device with which the member was admitted, 32 bytes. */
export type MemberId = Brand<'MemberId'>
/** 16 bytes; derived for circle, direct and self, random for rooms. */
export type ConversationId = Brand<'ConversationId'>
/** Hash of (conversation, device, incarnation), 16 bytes. */
export type FeedId = Brand<'FeedId'>
/** Feed id (16 bytes) and sequence number (4 bytes, big-endian): 32 letters. */
export type MessageId = Brand<'MessageId'>
/** Hash of a membership-log entry, full length of the suite's hash. */
export type EntryHash = Brand<'EntryHash'>
/** Derived from an invitation's secret, 16 bytes. */
export type InvitationId = Brand<'InvitationId'>
/** Follows from a blob's secret, size and root, 16 bytes (spec §15.1). */
export type BlobId = Brand<'BlobId'>
/** Follows from a drop's author and its handle, 16 bytes: what keepers and readers know it by (spec §16.2). */
export type DropTag = Brand<'DropTag'>
/** Follows from a drop's secret, 16 bytes: what its author calls it at keepers (spec §16.2). */
export type DropHandle = Brand<'DropHandle'>
