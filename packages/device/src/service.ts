/**
 * What a running device offers to its faces: the one interface that the API serves and `openDevice` implements.
 *
 * Conventions, for every method:
 * - One home (a folder) holds one vault with any number of circles.
 * - Times are milliseconds since 1970-01-01 UTC, durations milliseconds, as their names say.
 * - An id is lower-case base32. Where a *reference* is taken (`CircleRef`, `MemberRef`, `Where`), an id or an
 *   unambiguous name will do; see `resolve` for the rules.
 * - Without a vault every method but `status`, `init`, `restore`, `subscribe` and `close` throws CallerFault 'no-vault';
 *   while locked, all but those and `unlock`, `lock`, `wipe` throw CallerFault 'locked'. `init` and `restore` on a home
 *   that has a vault throw CallerFault 'vault-exists'.
 * - What cannot be found throws CallerFault 'not-found', a name that fits several things CallerFault 'ambiguous' (its
 *   message lists the candidates with their ids), what a role does not allow CallerFault 'not-allowed'.
 * - A full disk throws Unavailable 'disk-full', a damaged database IntegrityFault 'vault-damaged'.
 * - A returned promise means the effect is durable. A thrown fault means nothing changed.
 */
import type {
  CircleId,
  ConversationId,
  DeviceId,
  InvitationId,
  MemberId,
  MessageId,
  SuiteName,
} from '@triode/core'

/** The id or the unambiguous name of a circle. */
export type CircleRef = string
/** The id or unambiguous name of a member, or the id of one of its devices; `CIRCLE/NAME` narrows a name to a circle. */
export type MemberRef = string
/** A circle, a room, a conversation or a member, by id or unambiguous name; `CIRCLE/NAME` narrows a name. */
export type Where = string

export interface DeviceOptions {
  /** The home folder, absolute. Made (mode 0700) when the vault is made, not before. */
  readonly home: string
  /** The channels to run by name ('lan', 'tcp'); [] is none: a purely local device. Default: all there are. */
  readonly channels?: readonly string[]
  /** Where the tcp channel listens; port 0 takes a free one. Default: the channel's own choice. */
  readonly listen?: readonly ListenAddress[]
  /** The local IP addresses whose interfaces the lan channel uses. Default: all that are up, without loopback. */
  readonly lanInterfaces?: readonly string[]
  /** What to say in `status.version`. */
  readonly version: string
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/**
 * Opens the device of a home without unlocking it: with no vault there the state is 'new', else 'locked'.
 * Channels start at unlock and stop at lock. A channel that the machine can't offer is reported in `status`; it never
 * fails the opening.
 * @throws CallerFault 'channel-unknown' | 'address-malformed'
 * @throws Unavailable 'home-in-use' when another process holds the home
 * @throws IntegrityFault 'vault-damaged'
 */
export type OpenDevice = (options: DeviceOptions) => Promise<DeviceService>

export interface DeviceService {
  // ---- the device
  status(): Promise<DeviceStatus>
  /** Makes the vault and leaves it unlocked. @throws CallerFault 'passphrase-weak' (empty) | 'name-invalid' */
  init(input: InitInput): Promise<void>
  /** Unlocked already: checks the passphrase all the same. @throws CallerFault 'wrong-passphrase', or
   * 'passphrase-delayed' when the growing delay after wrong tries has not passed (its remedy says how long) */
  unlock(passphrase: string): Promise<void>
  /** Evicts every key and closes every tunnel. Locked already: nothing. */
  lock(): Promise<void>
  /**
   * Locks by itself after so long without a call (`status` and events don't count, a call that takes its time does until its
   * end); null is never. @throws CallerFault 'duration-out-of-range' unless a whole number above 0
   */
  setIdleLock(afterMs: number | null): Promise<void>
  /** @throws CallerFault 'wrong-passphrase', 'passphrase-delayed' or 'passphrase-weak' */
  changePassphrase(current: string, next: string): Promise<void>
  /**
   * Writes one encrypted file, mode 0600, under `passphrase` or, without one, the vault's own.
   * @param file absolute @throws CallerFault 'file-exists' | 'file-refused' (no such folder, no permission)
   */
  backup(file: string, passphrase?: string): Promise<BackupResult>
  /**
   * Makes the vault of this home from a backup; its passphrase becomes the vault's, which is left unlocked.
   * @param file absolute @throws CallerFault 'wrong-passphrase' | 'backup-absent' | 'backup-unknown' | 'place-not-empty'
   * @throws IntegrityFault 'backup-damaged'
   */
  restore(file: string, passphrase: string): Promise<void>
  /** Erases the vault and all files that the device made in the home; the state is 'new' afterwards. `confirm` guards against accidents. */
  wipe(confirm: true): Promise<void>
  /** Stops channels, closes the vault; every later call throws Unavailable 'closed'. May be called twice. */
  close(): Promise<void>

  // ---- circles and their members
  /** @throws CallerFault 'name-invalid' | 'suite-unknown' */
  createCircle(input: CreateCircleInput): Promise<CircleSummary>
  circles(): Promise<CircleSummary[]>
  circle(circle: CircleRef): Promise<CircleDetail>
  /** Tells the circle, then erases it from this device; cut short, that is finished at the next unlock. */
  leaveCircle(circle: CircleRef): Promise<void>
  /** @throws CallerFault 'expiry-out-of-range' | 'role-unknown' */
  invite(input: InviteInput): Promise<InvitationMade>
  /** Live ones first, then spent, revoked and expired ones. Never the secret. */
  invitations(circle: CircleRef): Promise<Invitation[]>
  /** @throws CallerFault 'invitation-spent' when someone has joined with it already */
  revokeInvitation(invitation: InvitationId | string): Promise<void>
  /**
   * Dials the inviter over any channel, proves the secret and is admitted.
   * Asked twice at a time for the same, it is done once. Cut short by whatever, it may be tried again with the same link.
   * @throws CallerFault 'link-malformed' | 'already-member' | 'invitation-expired' (by our own clock) | 'name-invalid' |
   *   'suite-unknown' | 'join-in-progress' (by another link)
   * @throws PeerFault 'invitation-refused' (spent, revoked, expired or unknown there) | 'fingerprint-mismatch'
   * @throws Unavailable 'inviter-unreachable' after `timeoutMs` (default 30,000) | 'link-broken' | 'timed-out'
   */
  join(input: JoinInput): Promise<Joined>
  members(circle: CircleRef): Promise<Member[]>
  member(member: MemberRef): Promise<Member>
  /** Remembers that a person compared the safety words (or takes it back); returns the member afterwards. */
  setVerified(member: MemberRef, verified: boolean): Promise<Member>
  /** Live tunnels, of one circle or of all. */
  peers(circle?: CircleRef): Promise<Peer[]>

  // ---- conversations and messages
  /**
   * What `where` means. In this order: the id of a conversation, circle, member or device; the exact name of a circle,
   * room or member; the same without regard to case; `CIRCLE/NAME` likewise inside one circle. A member is its direct
   * conversation, which need not exist yet; oneself, or the name `self`, is the self conversation (`CIRCLE/self`).
   * @throws CallerFault 'not-found' | 'ambiguous' (message lists the candidates)
   */
  resolve(where: Where): Promise<Resolved>
  conversations(circle?: CircleRef): Promise<Conversation[]>
  /** @throws CallerFault 'name-invalid' */
  createRoom(input: CreateRoomInput): Promise<Conversation>
  /**
   * @throws CallerFault 'text-too-long' | 'text-empty' | 'text-malformed' | 'too-many-mentions' | 'not-found' (also replyTo, and
   *   mentions of who does not read the conversation)
   */
  send(input: SendInput): Promise<Sent>
  /** The newest page, or the one before `before`; a page runs from old to new. @throws CallerFault 'limit-out-of-range' */
  messages(input: MessagesInput): Promise<MessagePage>
  /** Adds or takes back one's own reaction; repeating it changes nothing. @throws CallerFault 'emoji-invalid' */
  react(input: ReactInput): Promise<void>
  /** Own messages only. @throws CallerFault 'not-allowed', and as send() of a text */
  edit(id: MessageId | string, text: string): Promise<void>
  /** Own messages: erased everywhere. Others': only here. */
  deleteMessage(id: MessageId | string): Promise<void>
  /** Marks as read up to and including `upTo`, or all. */
  read(where: Where, upTo?: MessageId | string): Promise<void>
  /** Tells connected readers that one is typing; not stored. Good for some seconds, so repeat while it goes on. */
  typing(where: Where): Promise<void>
  /**
   * Sets, for everyone in the conversation, after how long new messages disappear; null is never.
   * @throws CallerFault 'timer-out-of-range' unless a second to five years
   */
  setExpiry(where: Where, afterMs: number | null): Promise<void>
  /** Full-text search, best matches first. @throws CallerFault 'limit-out-of-range' */
  search(input: SearchInput): Promise<SearchResult>
  draft(where: Where): Promise<Draft | undefined>
  /** undefined removes the draft. @throws CallerFault 'text-too-long' (65,536 bytes) */
  setDraft(where: Where, draft: Draft | undefined): Promise<void>

  // ---- events
  /** From now on; the listener must not throw and gets events in order. @returns the cancellation, idempotent */
  subscribe(listener: (event: DeviceEvent) => void): () => void
}

// ---------------------------------------------------------------- the device

export const DEVICE_STATE = { new: 'new', locked: 'locked', unlocked: 'unlocked' } as const
export type DeviceState = (typeof DEVICE_STATE)[keyof typeof DEVICE_STATE]

export const KDF = { argon2id: 'argon2id', pbkdf2: 'pbkdf2' } as const
export type Kdf = (typeof KDF)[keyof typeof KDF]

export interface DeviceStatus {
  readonly state: DeviceState
  readonly version: string
  readonly home: string
  /** The nickname given at init; known only when unlocked. */
  readonly name?: string
  /** 0 unless unlocked. */
  readonly circles: number
  readonly tunnels: number
  readonly channels: ChannelStatus[]
  /** Absent in state 'new'. */
  readonly vault?: VaultStatus
}

export interface VaultStatus {
  readonly kdf: Kdf
  /** Made from a backup. */
  readonly restored: boolean
  /** Set when the vault no longer takes writes, for instance after 'disk-full'. */
  readonly readOnly: boolean
  /** null is never; known only when unlocked. */
  readonly idleLockMs?: number | null
}

export const CHANNEL_STATE = { off: 'off', starting: 'starting', on: 'on', failed: 'failed' } as const
export type ChannelState = (typeof CHANNEL_STATE)[keyof typeof CHANNEL_STATE]

export interface ChannelStatus {
  readonly name: string
  readonly state: ChannelState
  /** Why it failed or is off: one sentence. */
  readonly reason?: string
  readonly remedy?: string
  /** Where it listens, as `HOST:PORT` or `[IPV6]:PORT`. */
  readonly addresses: string[]
}

export interface InitInput {
  readonly passphrase: string
  /** Nickname to offer to circles; optional by promise 2. */
  readonly name?: string
  /** Default: argon2id. */
  readonly kdf?: Kdf
}

export interface BackupResult {
  readonly file: string
  readonly bytes: number
}

// ---------------------------------------------------------------- circles

export interface CreateCircleInput {
  /** 1 to 64 characters. */
  readonly name: string
  /** Default: hybrid. */
  readonly suite?: SuiteName
}

export interface CircleSummary {
  readonly circle: CircleId
  readonly name: string
  readonly suite: SuiteName
  /** How many members. */
  readonly members: number
  readonly unread: number
}

export interface CircleDetail extends CircleSummary {
  /** My member, device and role in this circle. */
  readonly me: MemberId
  readonly device: DeviceId
  readonly role: string
  /** How many devices all members have together, and how many tunnels are open to them now. */
  readonly devices: number
  readonly tunnels: number
  readonly createdAt: number
  /** The key epoch of my feed in the circle's conversation; absent before the first message. */
  readonly epoch?: EpochInfo
  /** Entries of the membership log. */
  readonly logEntries: number
}

export interface EpochInfo {
  /** Counts from 0. */
  readonly number: number
  readonly startedAt: number
  /** Entries sealed under it so far. */
  readonly entries: number
}

export interface InviteInput {
  readonly circle: CircleRef
  /** Default: 24 hours. */
  readonly expiresMs?: number
  /** Default: member. */
  readonly role?: string
}

export interface InvitationMade {
  readonly invitation: InvitationId
  readonly circle: CircleId
  /** `triode:...`; holds the one-time secret. */
  readonly link: string
  readonly expires: number
}

export const INVITATION_STATE = {
  live: 'live',
  spent: 'spent',
  revoked: 'revoked',
  expired: 'expired',
} as const
export type InvitationState = (typeof INVITATION_STATE)[keyof typeof INVITATION_STATE]

export interface Invitation {
  readonly invitation: InvitationId
  readonly circle: CircleId
  readonly state: InvitationState
  readonly role: string
  readonly created: number
  readonly expires: number
  /** Who joined with it. */
  readonly joined?: MemberId
}

export interface JoinInput {
  readonly link: string
  /** Nickname in this circle; default: the one given at init. */
  readonly name?: string
  readonly timeoutMs?: number
}

export interface Joined {
  readonly circle: CircleId
  readonly name: string
  readonly suite: SuiteName
  readonly met: { readonly member: MemberId; readonly device: DeviceId; readonly name?: string }
  readonly safetyWords: string[]
  readonly channel: string
  /** As TLS names them, e.g. X25519MLKEM768 and TLS_AES_256_GCM_SHA384. */
  readonly group: string
  readonly cipher: string
}

export interface Member {
  readonly member: MemberId
  readonly circle: CircleId
  readonly name?: string
  readonly role: string
  readonly devices: MemberDevice[]
  readonly verified: boolean
  /** This is oneself. */
  readonly me: boolean
  /** To compare with that person; the same on both sides. Empty for oneself. */
  readonly safetyWords: string[]
}

export interface MemberDevice {
  readonly device: DeviceId
  readonly verified: boolean
  /** A tunnel to it is open, or it is this device. */
  readonly online: boolean
  readonly lastSeenAt?: number
}

export const DIRECTION = { dialed: 'dialed', accepted: 'accepted' } as const
export type Direction = (typeof DIRECTION)[keyof typeof DIRECTION]

export interface Peer {
  readonly device: DeviceId
  readonly member: MemberId
  readonly name?: string
  readonly circle: CircleId
  readonly channel: string
  /** The far address as the channel names it. */
  readonly remote: string
  readonly group: string
  readonly cipher: string
  /** Absent until measured. */
  readonly roundTripMs?: number
  readonly since: number
  readonly direction: Direction
}

// ---------------------------------------------------------------- conversations

export const CONVERSATION_KIND = { circle: 'circle', room: 'room', direct: 'direct', self: 'self' } as const
export type ConversationKind = (typeof CONVERSATION_KIND)[keyof typeof CONVERSATION_KIND]

export interface Resolved {
  readonly conversation: ConversationId
  readonly circle: CircleId
  readonly kind: ConversationKind
  /** Of the circle, the room or the other member; a short id where there is no nickname. */
  readonly name: string
  /** The other one, of a direct conversation. */
  readonly member?: MemberId
}

export interface Conversation extends Resolved {
  readonly unread: number
  readonly lastMessage?: Message
  readonly expiresAfterMs?: number
  readonly draft?: Draft
  /** Who can read it, oneself included. */
  readonly members: MemberId[]
}

export interface Draft {
  readonly text: string
  readonly replyTo?: string
}

export interface CreateRoomInput {
  readonly circle: CircleRef
  readonly name: string
  /** Besides oneself; names are looked up in that circle. */
  readonly members: readonly MemberRef[]
}

/** Own messages go from queued to read; a message of someone else's is 'received'. */
export const MESSAGE_STATE = {
  /** Durable here, and nowhere else yet. */
  queued: 'queued',
  /** On a keeper or on a device of another member that is not its reader. */
  held: 'held',
  /** On a device of every recipient. */
  delivered: 'delivered',
  /** Every recipient has read it. */
  read: 'read',
  received: 'received',
} as const
export type MessageState = (typeof MESSAGE_STATE)[keyof typeof MESSAGE_STATE]

export interface SendInput {
  readonly where: Where
  /** 1 character to 12,000 bytes of UTF-8 (spec §11.1). */
  readonly text: string
  readonly replyTo?: string
  /** At most 64 members of the conversation. */
  readonly mentions?: readonly MemberRef[]
}

export interface Sent {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly at: number
  readonly state: MessageState
}

export interface Message {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly circle: CircleId
  readonly kind: 'text' | 'system'
  readonly from: MemberId
  readonly fromName?: string
  readonly device: DeviceId
  /** By the sender's clock. */
  readonly at: number
  /** By our clock: when it became durable here. */
  readonly receivedAt: number
  /** Empty when deleted. */
  readonly text: string
  readonly state: MessageState
  /** Recipients (members, without the sender). For messages of others: 0 of 0. */
  readonly delivered: Tally
  readonly read: Tally
  readonly replyTo?: MessageId
  /** When it was last edited. */
  readonly editedAt?: number
  readonly deleted: boolean
  readonly reactions: Reaction[]
  readonly mentions: MemberId[]
  /** When it disappears. */
  readonly expiresAt?: number
}

export interface Tally {
  readonly count: number
  readonly of: number
}

export interface Reaction {
  readonly emoji: string
  readonly members: MemberId[]
}

export interface MessagesInput {
  readonly where: Where
  /** Only older ones than this. */
  readonly before?: string
  /** 1 to 500. */
  readonly limit: number
}

export interface MessagePage {
  readonly conversation: ConversationId
  readonly messages: Message[]
  /** There are older ones. */
  readonly more: boolean
}

export interface ReactInput {
  readonly id: string
  /** One emoji: 1 to 32 UTF-16 units (spec §11.1). */
  readonly emoji: string
  readonly remove?: boolean
}

export interface SearchInput {
  readonly text: string
  readonly where?: Where
  /** 1 to 500. */
  readonly limit: number
}

export interface SearchResult {
  readonly messages: Message[]
  readonly more: boolean
}

// ---------------------------------------------------------------- events

export type DeviceEvent =
  | { readonly type: 'message'; readonly message: Message }
  /** Edited, deleted, expired, or its reactions changed. */
  | { readonly type: 'message-changed'; readonly message: Message }
  | {
      readonly type: 'delivery'
      readonly id: MessageId
      readonly conversation: ConversationId
      readonly state: MessageState
      readonly delivered: Tally
      readonly read: Tally
    }
  | {
      readonly type: 'typing'
      readonly conversation: ConversationId
      readonly member: MemberId
      readonly name?: string
      /** Take it as over at this time unless it is repeated. */
      readonly until: number
    }
  /** New, or its name, readers, expiry, draft or unread count changed. */
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  /** Someone joined, left, was renamed or verified; `left` when oneself left the circle. */
  | { readonly type: 'roster'; readonly circle: CircleId; readonly left?: boolean }
  | { readonly type: 'peer-up'; readonly peer: Peer }
  | { readonly type: 'peer-down'; readonly peer: Peer; readonly reason?: string }
  | { readonly type: 'lock' }
  | { readonly type: 'unlock' }
  | { readonly type: 'channel'; readonly channel: ChannelStatus }
  /** Something went wrong that nobody asked about; a peer that broke the protocol is named. */
  | {
      readonly type: 'fault'
      readonly code: string
      readonly message: string
      readonly remedy?: string
      readonly circle?: CircleId
      readonly member?: MemberId
      readonly device?: DeviceId
      readonly channel?: string
      readonly remote?: string
    }

export type DeviceEventType = DeviceEvent['type']
