/**
 * A device without crypto, disk or network, for the tests of API and CLI: one vault in memory, one far member in each
 * circle joined. It keeps the promises of DeviceService as far as faces can see them.
 */
import { writeFile } from 'node:fs/promises'
import { base32, CallerFault, PeerFault, Unavailable } from '@triode/core'
import type {
  BlobId,
  CircleId,
  ConversationId,
  DeviceId,
  InvitationId,
  MemberId,
  MessageId,
} from '@triode/core'
import type * as api from '@triode/device'
import { doubleFiles, type FilePlay } from './fileDouble.ts'

export const SAFETY_WORDS = ['anchor', 'basil', 'copper', 'dune', 'ember', 'fjord']
export const GOOD_LINK = 'triode:join-family'
/** What the double shows of keys, and takes for the same. */
export const GOOD_SCAN = 'triode-keys:same'
/** The head of the audit log, which holds one record. */
const AUDIT_HEAD = { head: `1:${'a'.repeat(24)}`, words: ['anchor', 'basil'], key: 'abcdefghijklmnop' }
/** 2026-01-01T12:00:00Z, and a second later at each reading. */
const START = 1_767_268_800_000

interface Room {
  conversation: ConversationId
  circle: CircleId
  kind: api.ConversationKind
  name: string
  member?: MemberId
  members: MemberId[]
  messages: api.Message[]
  expiresAfterMs?: number
  draft?: api.Draft
  unsentEdit?: api.UnsentEdit
  missingFrom?: MemberId[]
  unread: number
  pinned: boolean
  mutedUntil?: api.MutedUntil
  archived: boolean
  markedUnread: boolean
}
interface Circle {
  circle: CircleId
  name: string
  suite: 'hybrid' | 'cnsa' | 'p384'
  me: MemberId
  members: api.Member[]
  invitations: api.Invitation[]
  ended?: api.StandingView
}

export interface Double extends api.DeviceService {
  /** Plays a further device of a member that was verified. */
  change(member: string): void
  /** Plays a member with two devices, of which one was scanned. */
  comparePartly(member: string): void
  /** Plays the far member: a message arrives. */
  arrive(where: string, text: string): api.Message
  /** Plays that messages of the far member are missing here. */
  lack(where: string): void
  /** Plays that a circle's open invitations are not found in a DHT, since there are too many. */
  crowd(circle: string): void
  emit(event: api.DeviceEvent): void
  readonly listeners: Set<(event: api.DeviceEvent) => void>
  /** Makes the next call of a method throw. */
  failNext(error: unknown): void
  /** Plays what becomes of files. */
  readonly play: FilePlay
  /** What became of backups: pieces that were taken of them, those that nobody holds any more, bytes that were restored. */
  readonly backups: { pieces: number; disposed: number; restored: number }
}

/** Of the backup of a double: more than what a connection holds on to. */
export const BACKUP_PIECES = 32
const PIECE_BYTES = 1_048_576

export function doubleDevice(options: api.DeviceOptions): Double {
  let ids = 0
  let time = START
  let passphrase: string | undefined
  let locked = true
  let name: string | undefined
  let idleLockMs: number | null = null
  let failure: { error: unknown } | undefined
  let closed = false
  const channelsOff = new Set<string>()
  let approvals = '1'
  let deviceName: string | undefined
  const acts: api.PendingActView[] = []
  let circles: Circle[] = []
  let rooms: Room[] = []
  const backups = { pieces: 0, disposed: 0, restored: 0 }
  const listeners = new Set<(event: api.DeviceEvent) => void>()
  const emit = (event: api.DeviceEvent) => {
    for (const listener of listeners) listener(event)
  }
  // The caller names the brand.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  const id = <T extends string>(kind: string): T => {
    const text = `${kind}-${(ids += 1)}`
    return base32(new TextEncoder().encode(text)) as T
  }
  const now = () => (time += 1000)

  const use = (): void => {
    if (closed) throw new Unavailable('closed')
    if (failure) {
      const { error } = failure
      failure = undefined
      throw error
    }
  }
  const unlocked = (): void => {
    use()
    if (passphrase === undefined) {
      throw new CallerFault('no-vault', {
        message: 'This home has no vault',
        remedy: 'Make one with `triode init`',
      })
    }
    if (locked)
      throw new CallerFault('locked', { message: 'The device is locked', remedy: 'Run `triode unlock`' })
  }
  const check = (given: string): void => {
    if (given === passphrase) return
    throw new CallerFault('wrong-passphrase', { message: 'The passphrase is wrong', remedy: 'Try again' })
  }
  const one = <T>(found: T[], what: string, label: (item: T) => string): T => {
    const [first] = found
    if (first === undefined) throw new CallerFault('not-found', { message: `There is no ${what}` })
    if (found.length === 1) return first
    const candidates = found.map(label).join(', ')
    throw new CallerFault('ambiguous', { message: `${what} may be ${candidates}`, remedy: 'Use the id' })
  }
  const circleOf = (ref: string): Circle =>
    one(
      circles.filter(({ circle, name }) => [circle as string, name].includes(ref)),
      `circle '${ref}'`,
      (c) => c.circle,
    )
  const memberOf = (ref: string): api.Member => {
    const everyone = circles.flatMap(({ members }) => members)
    return one(
      everyone.filter((m) => [m.member as string, m.name].includes(ref)),
      `member '${ref}'`,
      (m) => m.member,
    )
  }
  const roomOf = (where: string): Room => {
    const fits = rooms.filter((r) => [r.conversation, r.circle, r.member, r.name].includes(where as never))
    const exact = fits.filter((r) => r.kind === 'circle' || r.circle !== where)
    return one(exact, `circle, room or member '${where}'`, (r) => `${r.kind} ${r.name} (${r.conversation})`)
  }
  const messageOf = (ref: string): { room: Room; at: number; message: api.Message } => {
    for (const room of rooms) {
      const at = room.messages.findIndex((message) => message.id === ref)
      const message = room.messages[at]
      if (message) return { room, at, message }
    }
    throw new CallerFault('not-found', { message: 'There is no such message' })
  }
  const change = (ref: string, to: (message: api.Message) => Partial<api.Message>): void => {
    const { room, at, message } = messageOf(ref)
    room.messages[at] = { ...message, ...to(message) }
    emit({ type: 'message-changed', message: room.messages[at] })
  }
  const meIn = (circle: CircleId): MemberId => circleOf(circle).me
  const shown = (room: Room): api.Conversation => {
    const { messages, ...rest } = room
    const lastMessage = messages.at(-1)
    return { ...rest, ...(lastMessage && { lastMessage }) }
  }
  const summary = ({ circle, name, suite, members }: Circle): api.CircleSummary => ({
    circle,
    name,
    suite,
    members: members.length,
    unread: rooms.filter((r) => r.circle === circle).reduce((sum, r) => sum + r.unread, 0),
  })
  const addMember = (circle: Circle, nick: string | undefined, me: boolean): api.Member => {
    const member: api.Member = {
      member: id<MemberId>('member'),
      circle: circle.circle,
      ...(nick !== undefined && { name: nick }),
      role: circle.members.length === 0 ? 'owner' : 'member',
      devices: [{ device: id<DeviceId>('device'), verified: false, online: true }],
      verified: false,
      changed: false,
      partly: false,
      state: 'active',
      me,
      safetyWords: me ? [] : SAFETY_WORDS,
    }
    circle.members.push(member)
    return member
  }
  const addRoom = (circle: CircleId, kind: api.ConversationKind, nick: string, members: MemberId[]): Room => {
    const room: Room = {
      conversation: id<ConversationId>('talk'),
      circle,
      kind,
      name: nick,
      members,
      messages: [],
      unread: 0,
      pinned: false,
      archived: false,
      markedUnread: false,
    }
    rooms.push(room)
    return room
  }
  const addCircle = (circleName: string, suite: Circle['suite'] = 'hybrid'): Circle => {
    const circle: Circle = {
      circle: id<CircleId>('circle'),
      name: circleName,
      suite,
      me: '' as MemberId,
      members: [],
      invitations: [],
    }
    circles.push(circle)
    circle.me = addMember(circle, name, true).member
    addRoom(circle.circle, 'circle', circleName, [circle.me])
    return circle
  }
  const write = (room: Room, from: api.Member, text: string, more: Partial<api.Message>): api.Message => {
    const at = now()
    const message: api.Message = {
      id: id<MessageId>('message'),
      conversation: room.conversation,
      circle: room.circle,
      kind: 'text',
      from: from.member,
      ...(from.name !== undefined && { fromName: from.name }),
      device: from.devices[0]?.device as DeviceId,
      at,
      receivedAt: at,
      text,
      files: [],
      state: from.me ? 'queued' : 'received',
      delivered: { count: 0, of: from.me ? room.members.length - 1 : 0 },
      read: { count: 0, of: from.me ? room.members.length - 1 : 0 },
      deleted: false,
      reactions: [],
      mentions: [],
      ...(room.expiresAfterMs !== undefined && { expiresAt: at + room.expiresAfterMs }),
      ...more,
    }
    room.messages.push(message)
    if (!from.me) room.unread += 1
    emit({ type: 'message', message })
    emit({ type: 'conversation', conversation: shown(room) })
    return message
  }
  const page = (all: api.Message[], limit: number) => ({
    messages: all.slice(-limit),
    more: all.length > limit,
  })

  const memberIn = ({ member, circle }: api.OfMember): api.Member => {
    unlocked()
    const found = memberOf(member)
    if (circle !== undefined && circleOf(circle).circle !== found.circle)
      throw new CallerFault('not-found', { message: `There is no member '${member}' there` })
    return found
  }
  const acted = (input: api.OfMember, to: Partial<api.Member>): api.Acted => {
    const found = memberIn(input)
    if (found.me && to.state !== undefined)
      throw new CallerFault('target-is-another', { message: 'This is you.', remedy: 'Choose another.' })
    const { members } = circleOf(found.circle)
    const changed = { ...found, ...to }
    members[members.indexOf(found)] = changed
    const { circle, member, name: nick, role } = changed
    return { circle, done: true, member, ...(nick !== undefined && { name: nick }), role }
  }
  const ownDeviceOf = (ref: string): Circle =>
    one(
      circles.filter((circle) => ref === deviceName || ownDevice(circle).device === ref),
      `device '${ref}'`,
      (circle) => circle.name,
    )
  const ownDevice = ({ circle, name: circleName, members }: Circle): api.OwnDevice => ({
    device: members.find(({ me }) => me)?.devices[0]?.device as DeviceId,
    circle,
    circleName,
    ...(deviceName !== undefined && { name: deviceName }),
    current: true,
    online: true,
    addedAt: START,
    revoked: false,
  })

  const farIn = (ref: CircleId): api.Member => {
    const far = circleOf(ref).members.find((member) => !member.me)
    if (!far) throw new Error('nobody else is in that circle')
    return far
  }
  const files = doubleFiles({
    unlocked,
    emit,
    now,
    newId: () => id<BlobId>('file'),
    conversationOf: (where) => {
      const { conversation, circle } = roomOf(where)
      return { conversation, circle }
    },
    me: (circle) => memberOf(meIn(circle)),
    far: farIn,
    write: (where, from, { text, replyTo, ...more }) => {
      const reply = replyTo === undefined ? {} : { replyTo: messageOf(replyTo).message.id }
      return write(roomOf(where), from, text, { ...more, ...reply })
    },
    readers: (where) => roomOf(where).members.length - 1,
  })

  /** Every method rejects where a plain function would throw. */
  const service: api.DeviceService = {
    ...files,
    status: async () => {
      use()
      const state = passphrase === undefined ? 'new' : locked ? 'locked' : 'unlocked'
      const on = state === 'unlocked'
      const names = options.channels ?? ['lan', 'tcp']
      const channels = names.map((channel, index) => ({
        name: channel,
        state: on && !channelsOff.has(channel) ? ('on' as const) : ('off' as const),
        addresses: on && !channelsOff.has(channel) ? [`127.0.0.1:${5000 + index}`] : [],
        reveals: `Who sees ${channel}.`,
        costly: channel === 'tcp',
      }))
      return {
        state,
        version: options.version,
        home: options.home,
        ...(on && name !== undefined && { name }),
        circles: on ? circles.length : 0,
        tunnels: on ? circles.flatMap(({ members }) => members.filter(({ me }) => !me)).length : 0,
        channels,
        ...(state !== 'new' && {
          vault: { kdf: 'argon2id' as const, restored: false, readOnly: false, ...(on && { idleLockMs }) },
        }),
      }
    },
    storage: async () => {
      unlocked()
      const [first] = rooms
      const share = first && { conversation: first.conversation, circle: first.circle, name: first.name }
      return {
        vaultBytes: 1_200_000,
        filesBytes: 34_000_000,
        freeBytes: 5_600_000_000,
        quotaBytes: null,
        conversations: share === undefined ? [] : [{ ...share, bytes: 34_000_000, files: 2 }],
      }
    },
    keeping: async () => ({
      state: 'unlocked',
      keeperIn: 0,
      otherCircles: circles.length,
      tunnels: 0,
      drops: 0,
      boxes: 0,
      bytes: 0,
      blobs: 0,
      wholeBlobs: 0,
      blobBytes: 0,
      slips: 0,
      fileBytes: 0,
      taken: 0,
      refused: 0,
      handedOver: 0,
      capacityBytes: 1,
      memberBytes: 1,
      holdHours: 1,
      warnings: [],
    }),
    doctor: async () => {
      unlocked()
      const works = ['lan', 'tcp'].map((channel) => ({
        works: true,
        code: 'channel-works',
        values: { channel },
        what: `${channel} works.`,
      }))
      const apart = {
        works: false,
        code: 'circle-unreached',
        values: { circle: 'c', name: 'Family', others: 1, reached: 0, dht: 'other' },
        what: 'Family: none of 1 other devices is reached.',
        remedy: 'They may be away. `triode channel on dht` may help.',
      }
      const off = {
        works: false,
        code: 'channel-off',
        values: { channel: 'dht' },
        what: 'dht is turned off.',
        remedy: '`triode channel on dht` turns it on.',
      }
      return [...works, off, apart]
    },
    diagnostics: async () => {
      use()
      return 'Triode test\nfaults: none\n'
    },
    setChannel: async ({ name: channel, on }) => {
      unlocked()
      if (channel !== 'lan' && channel !== 'tcp')
        throw new CallerFault('channel-unknown', { message: 'There is no such channel', remedy: 'Choose.' })
      if (on) channelsOff.delete(channel)
      else channelsOff.add(channel)
      const state = on ? ('on' as const) : ('off' as const)
      return {
        name: channel,
        state,
        addresses: [],
        reveals: `Who sees ${channel}.`,
        costly: channel === 'tcp',
      }
    },
    init: async (input) => {
      use()
      if (passphrase !== undefined) {
        throw new CallerFault('vault-exists', {
          message: 'This home has a vault already',
          remedy: 'Use another home',
        })
      }
      passphrase = input.passphrase
      name = input.name
      locked = false
      emit({ type: 'unlock' })
    },
    unlock: async (given) => {
      use()
      if (passphrase === undefined)
        throw new CallerFault('no-vault', { remedy: 'Make one with `triode init`' })
      check(given)
      locked = false
      emit({ type: 'unlock' })
    },
    lock: async () => {
      use()
      locked = true
      emit({ type: 'lock' })
    },
    setName: async (given) => {
      unlocked()
      name = given ?? undefined
    },
    setIdleLock: async (afterMs) => {
      unlocked()
      idleLockMs = afterMs
    },
    changePassphrase: async (current, next) => {
      unlocked()
      check(current)
      passphrase = next
    },
    backup: async (file, other) => {
      unlocked()
      const text = `backup under ${other === undefined ? 'the vault passphrase' : 'another'}`
      try {
        await writeFile(file, text, { flag: 'wx', mode: 0o600 })
      } catch {
        throw new CallerFault('file-exists', {
          message: 'The file exists already',
          remedy: 'Choose another name',
        })
      }
      return { file, bytes: text.length }
    },
    beginBackup: async (other) => {
      unlocked()
      if (other === 'weak') throw new CallerFault('passphrase-weak')
      return {
        writeTo: async (take) => {
          unlocked()
          for (let piece = 0; piece < BACKUP_PIECES; piece++) {
            await take(new Uint8Array(PIECE_BYTES).fill(piece))
            backups.pieces++
          }
        },
        [Symbol.dispose]: () => {
          backups.disposed++
        },
      }
    },
    restore: async (from, given) => {
      use()
      if (typeof from !== 'string') {
        if (given === 'wrong') throw new CallerFault('wrong-passphrase')
        for await (const piece of from) backups.restored += piece.length
      }
      if (passphrase !== undefined) throw new CallerFault('vault-exists')
      passphrase = given
      locked = false
    },
    wipe: async () => {
      use()
      passphrase = undefined
      locked = true
      circles = []
      rooms = []
    },
    close: async () => {
      closed = true
      listeners.clear()
    },

    createCircle: async (input) => {
      unlocked()
      return summary(addCircle(input.name, input.suite))
    },
    circles: async () => {
      unlocked()
      return circles.map(summary)
    },
    circle: async (ref) => {
      unlocked()
      const circle = circleOf(ref)
      const me = circle.members.find((member) => member.me)
      return {
        ...summary(circle),
        me: circle.me,
        device: me?.devices[0]?.device as DeviceId,
        role: me?.role ?? 'member',
        devices: circle.members.length,
        tunnels: circle.members.length - 1,
        createdAt: START,
        epoch: { number: 0, startedAt: START, entries: 3 },
        logEntries: circle.members.length,
        keepers: [],
        pending: 0,
        ...(circle.ended && { standing: circle.ended }),
      }
    },
    network: async (ref) => {
      unlocked()
      const { circle, members } = circleOf(ref)
      const devices = members.flatMap(({ member, name: nick, role, me, devices: theirs }) =>
        theirs.map(({ device }) => ({
          device,
          member,
          ...(nick !== undefined && { name: nick }),
          role,
          self: me,
          own: me,
          waiting: me ? 0 : 3,
          tells: false,
          ...(!me && { seenAt: START - 7_200_000 }),
        })),
      )
      return { circle, known: 'told-links' as const, group: 'X25519MLKEM768', devices, links: [] }
    },
    renameCircle: async ({ circle: ref, name: nick }) => {
      unlocked()
      return summary(Object.assign(circleOf(ref), { name: nick }))
    },
    setNickname: async ({ circle: ref, nickname }) => {
      unlocked()
      const { members, me } = circleOf(ref)
      const at = members.findIndex(({ member }) => member === me)
      const { name: _, ...before } = members[at] as api.Member
      return (members[at] = { ...before, ...(nickname !== null && { name: nickname }) })
    },
    leaveCircle: async (ref, { force = false } = {}) => {
      unlocked()
      const left = circleOf(ref)
      const [owner, ...others] = left.members.filter(({ role }) => role === 'owner')
      if (!force && left.members.length > 1 && owner?.me && others.length === 0)
        throw new CallerFault('last-owner', { message: 'You are the only owner.', remedy: 'Use --force.' })
      circles = circles.filter((circle) => circle !== left)
      rooms = rooms.filter(({ circle }) => circle !== left.circle)
      emit({ type: 'roster', circle: left.circle, left: true })
    },
    invite: async ({ circle: ref, expiresMs = 86_400_000, role = 'member' }) => {
      unlocked()
      const { circle, invitations } = circleOf(ref)
      const created = now()
      const invitation = id<InvitationId>('invitation')
      const expires = created + expiresMs
      invitations.push({ invitation, circle, state: 'live', role, created, expires })
      return { invitation, circle, link: `triode:${invitation}`, expires }
    },
    inviteSpoken: async ({ circle: ref, expiresMs = 600_000, role = 'member' }) => {
      unlocked()
      const { circle, invitations } = circleOf(ref)
      const created = now()
      const invitation = id<InvitationId>('invitation')
      const expires = created + expiresMs
      invitations.push({ invitation, circle, state: 'live', role, created, expires, triesLeft: 3 })
      return { invitation, circle, code: '4821-crucial-clown', expires, tries: 3 }
    },
    invitations: async (ref) => {
      unlocked()
      return circleOf(ref).invitations
    },
    revokeInvitation: async (ref) => {
      unlocked()
      for (const { invitations } of circles) {
        const at = invitations.findIndex(({ invitation }) => invitation === ref)
        const found = invitations[at]
        if (!found) continue
        invitations[at] = { ...found, state: 'revoked' }
        return
      }
      throw new CallerFault('not-found', { message: 'There is no such invitation' })
    },
    join: async ({ link, name: nick }) => {
      unlocked()
      if (!link.startsWith('triode:'))
        throw new CallerFault('link-malformed', { message: 'This is not a link' })
      if (link === 'triode:far-away') {
        throw new Unavailable('inviter-unreachable', {
          message: 'The inviter does not answer',
          remedy: 'Try later',
        })
      }
      if (link !== GOOD_LINK) {
        throw new PeerFault('invitation-refused', {
          message: 'The invitation was refused',
          remedy: 'Ask for another',
        })
      }
      name = nick ?? name
      const circle = addCircle('Family')
      const bob = addMember(circle, 'Bob', false)
      const talk = addRoom(circle.circle, 'direct', 'Bob', [circle.me, bob.member])
      talk.member = bob.member
      rooms.find((r) => r.circle === circle.circle && r.kind === 'circle')?.members.push(bob.member)
      return {
        circle: circle.circle,
        name: circle.name,
        suite: circle.suite,
        met: { member: bob.member, device: bob.devices[0]?.device as DeviceId, name: 'Bob' },
        safetyWords: SAFETY_WORDS,
        channel: 'lan',
        group: 'X25519MLKEM768',
        cipher: 'TLS_AES_256_GCM_SHA384',
        as: 'member',
      }
    },
    members: async (ref) => {
      unlocked()
      return circleOf(ref).members
    },
    member: async (ref) => {
      unlocked()
      return memberOf(ref)
    },
    setVerified: async (ref, verified) => {
      unlocked()
      const found = memberOf(ref)
      const { members } = circleOf(found.circle)
      const changed = { ...found, verified }
      members[members.indexOf(found)] = changed
      emit({ type: 'roster', circle: found.circle })
      return changed
    },
    shownKeys: async (ref) => {
      unlocked()
      const { member, circle } = memberOf(ref)
      return { member, circle, text: GOOD_SCAN }
    },
    verifyScanned: async (ref, text) => {
      unlocked()
      const { member } = memberOf(ref)
      if (text === GOOD_SCAN) return service.setVerified(member, true)
      if (!text.startsWith('triode-keys:'))
        throw new CallerFault('scan-malformed', { message: 'This is not a code.', remedy: 'Scan again.' })
      throw new CallerFault('keys-differ', { message: 'The keys differ.', remedy: 'Trust nothing.' })
    },
    promote: async (input) => acted(input, { role: input.role ?? 'admin' }),
    demote: async (input) => acted(input, { role: input.role ?? 'guest' }),
    suspend: async (input) => acted(input, { state: 'suspended' }),
    restoreMember: async (input) => acted(input, { state: 'active' }),
    remove: async (input) => {
      const found = memberIn(input)
      const at = now()
      const pending: api.PendingActView = {
        id: id('act'),
        circle: found.circle,
        act: 'remove',
        by: meIn(found.circle),
        at,
        expires: at + 2_592_000_000,
        member: found.member,
        ...(found.name !== undefined && { name: found.name }),
        agree: 1,
        needed: 2,
        agreed: true,
      }
      if (approvals !== '2') return acted(input, { state: 'removed' })
      acts.push(pending)
      return { ...acted(input, {}), done: false, pending }
    },
    transfer: async (input) => acted(input, { role: 'owner' }),
    dissolve: async (ref) => {
      unlocked()
      const dissolved = circleOf(ref)
      dissolved.ended = { state: 'dissolved', by: dissolved.me, at: now(), erased: false }
      return { circle: dissolved.circle, done: true }
    },
    policies: async (ref) => {
      unlocked()
      circleOf(ref)
      return [
        {
          key: 'approvals',
          value: approvals,
          default: '1',
          values: ['2', '1'],
          means: 'how many must agree',
          setBy: ['owner', 'admin'],
        },
      ]
    },
    setPolicy: async ({ circle, key, value }) => {
      unlocked()
      if (key !== 'approvals') throw new CallerFault('policy-unknown', { message: 'No such policy.' })
      approvals = value
      return { circle: circleOf(circle).circle, done: true }
    },
    pending: async (ref) => {
      unlocked()
      const { circle } = circleOf(ref)
      return acts.filter((act) => act.circle === circle)
    },
    approve: async (ref, act) => {
      unlocked()
      const { circle } = circleOf(ref)
      const at = acts.findIndex((one) => one.id === act)
      if (at < 0) throw new CallerFault('not-found', { message: 'No such act waits for approval.' })
      acts.splice(at, 1)
      return { circle, done: true }
    },
    withdraw: async (ref, act) => {
      unlocked()
      const { circle } = circleOf(ref)
      const at = acts.findIndex((one) => one.id === act)
      const [found] = at < 0 ? [] : acts.splice(at, 1)
      if (found === undefined)
        throw new CallerFault('not-found', { message: 'No such act waits for approval.' })
      return { circle, act: found.id, withdrawn: true }
    },
    addDevice: async ({ circle: ref, expiresMs = 86_400_000 }) => {
      unlocked()
      const { circle } = circleOf(ref)
      const invitation = id<InvitationId>('invitation')
      return { invitation, circle, link: `triode:${invitation}`, expires: now() + expiresMs }
    },
    addDeviceSpoken: async (input) => {
      const { link: _, ...made } = await service.addDevice({ expiresMs: 600_000, ...input })
      return { ...made, code: '4821-crucial-clown', tries: 3 }
    },
    devices: async (ref) => {
      unlocked()
      return (ref === undefined ? circles : [circleOf(ref)]).map(ownDevice)
    },
    renameDevice: async (ref, nick) => {
      unlocked()
      deviceName = nick
      return ownDevice(ownDeviceOf(ref))
    },
    revokeDevice: async (ref) => {
      unlocked()
      return { ...ownDevice(ownDeviceOf(ref)), revoked: true }
    },
    peers: async (ref) => {
      unlocked()
      const among = ref === undefined ? circles : [circleOf(ref)]
      return among.flatMap(({ circle, members }) =>
        members
          .filter(({ me }) => !me)
          .map(({ member, name: nick, devices }) => ({
            device: devices[0]?.device as DeviceId,
            member,
            ...(nick !== undefined && { name: nick }),
            circle,
            channel: 'lan',
            remote: '127.0.0.1:6000',
            group: 'X25519MLKEM768',
            cipher: 'TLS_AES_256_GCM_SHA384',
            roundTripMs: 1.5,
            since: START,
            direction: 'dialed' as const,
          })),
      )
    },
    resolve: async (where) => {
      unlocked()
      const { conversation, circle, kind, name: nick, member } = roomOf(where)
      return { conversation, circle, kind, name: nick, ...(member && { member }) }
    },
    conversations: async (ref) => {
      unlocked()
      const circle = ref === undefined ? undefined : circleOf(ref).circle
      return rooms.filter((room) => circle === undefined || room.circle === circle).map(shown)
    },
    createRoom: async ({ circle: ref, name: nick, members }) => {
      unlocked()
      const { circle, me } = circleOf(ref)
      return shown(addRoom(circle, 'room', nick, [me, ...members.map((member) => memberOf(member).member)]))
    },
    renameRoom: async ({ where, name: nick }) => {
      unlocked()
      return shown(Object.assign(roomOf(where), { name: nick }))
    },
    changeRoomMembers: async ({ where, add = [], remove = [] }) => {
      unlocked()
      const room = roomOf(where)
      const [comes, goes] = [add, remove].map((refs) => refs.map((ref) => memberOf(ref).member))
      room.members = [...room.members, ...(comes ?? [])].filter((one) => goes?.includes(one) !== true)
      return shown(room)
    },
    leaveRoom: async (where) => {
      unlocked()
      const room = roomOf(where)
      rooms = rooms.filter((one) => one !== room)
    },
    send: async ({ where, text, replyTo, mentions = [] }) => {
      unlocked()
      const room = roomOf(where)
      if (circleOf(room.circle).ended)
        throw new CallerFault('dissolved', { message: 'It was dissolved.', remedy: 'Leave it.' })
      const me = memberOf(meIn(room.circle))
      const changed = room.member !== undefined && memberOf(room.member).changed
      const {
        id: sent,
        at,
        state,
      } = write(room, me, text, {
        ...(replyTo !== undefined && { replyTo: messageOf(replyTo).message.id }),
        mentions: mentions.map((member) => memberOf(member).member),
      })
      const warning = { code: 'verification-changed', message: 'Bob has a new device.', remedy: 'Verify.' }
      return { id: sent, conversation: room.conversation, at, state, ...(changed && { warning }) }
    },
    messages: async ({ where, before, after, around, at, limit }) => {
      unlocked()
      const { conversation, messages } = roomOf(where)
      const place = (ref: string) => messageOf(ref).at
      const first =
        after !== undefined
          ? place(after) + 1
          : around !== undefined
            ? place(around) - Math.floor(limit / 2)
            : at !== undefined
              ? messages.filter((message) => message.at < at).length
              : (before === undefined ? messages.length : place(before)) - limit
      const [from, to] = [Math.max(0, first), Math.max(0, first + limit)]
      return {
        conversation,
        messages: messages.slice(from, to),
        more: from > 0,
        moreAfter: to < messages.length,
      }
    },
    message: async (ref) => {
      unlocked()
      return messageOf(ref).message
    },
    delivery: async (ref) => {
      unlocked()
      const { room, message } = messageOf(ref)
      if (message.state === 'received')
        throw new CallerFault('not-allowed', {
          message: 'Somebody else wrote that.',
          remedy: 'Choose another.',
        })
      const others = room.members.filter((one) => one !== message.from).map((one) => memberOf(one))
      return {
        id: message.id,
        conversation: room.conversation,
        state: message.state,
        delivered: message.delivered,
        read: message.read,
        recipients: others.map(({ member, name: nick, devices }) => ({
          member,
          ...(nick !== undefined && { name: nick }),
          state: 'waiting' as const,
          devices: devices.map(({ device }) => ({
            device,
            state: 'waiting' as const,
            online: false,
            seenAt: START - 7_200_000,
            why: 'away' as const,
          })),
        })),
        files: [],
        holders: [
          {
            device: id<DeviceId>('device'),
            state: 'delivered' as const,
            deliveredAt: message.at + 60_000,
            online: true,
            name: 'Kim',
            role: 'keeper',
            own: false,
          },
        ],
      }
    },
    react: async ({ id: ref, emoji, remove = false }) => {
      unlocked()
      const me = meIn(messageOf(ref).room.circle)
      change(ref, () => ({ reactions: remove ? [] : [{ emoji, members: [me] }] }))
    },
    edit: async (ref, text) => {
      unlocked()
      if (messageOf(ref).message.state === 'received') {
        throw new CallerFault('not-allowed', { message: 'Only its author can edit a message' })
      }
      change(ref, () => ({ text, editedAt: now() }))
    },
    setUnsentEdit: async (ref, text) => {
      unlocked()
      const { room, message } = messageOf(ref)
      if (text !== undefined) room.unsentEdit = { id: message.id, text }
      else if (room.unsentEdit?.id === message.id) delete room.unsentEdit
    },
    deleteMessage: async (ref) => {
      unlocked()
      change(ref, () => ({ text: '', files: [], deleted: true }))
    },
    read: async (where) => {
      unlocked()
      Object.assign(roomOf(where), { unread: 0, markedUnread: false })
    },
    typing: async (where) => {
      unlocked()
      roomOf(where)
    },
    setExpiry: async (where, afterMs) => {
      unlocked()
      const room = roomOf(where)
      if (afterMs === null) delete room.expiresAfterMs
      else room.expiresAfterMs = afterMs
    },
    setPreferences: async ({ where, mutedUntil, ...changes }) => {
      unlocked()
      const room = Object.assign(roomOf(where), changes)
      if (mutedUntil === null) delete room.mutedUntil
      else if (mutedUntil !== undefined) room.mutedUntil = mutedUntil
      emit({ type: 'conversation', conversation: shown(room) })
      return shown(room)
    },
    search: async ({ text, where, limit }) => {
      unlocked()
      const among = where === undefined ? rooms : [roomOf(where)]
      const found = among.flatMap(({ messages }) => messages).filter((message) => message.text.includes(text))
      return page(found, limit)
    },
    draft: async (where) => {
      unlocked()
      return roomOf(where).draft
    },
    audit: async () => {
      unlocked()
      const record = {
        seq: 1,
        at: START,
        event: 'vault-made',
        means: 'the vault was made',
        outcome: 'done',
      } as const
      return {
        records: [{ ...record, fields: { key: 'abcdefghijklmnopqrstuvwxyz', reason: 'knock-unknown' } }],
        more: false,
        ...AUDIT_HEAD,
      }
    },
    verifyAudit: async ({ file }) => {
      if (file === undefined) unlocked()
      return { from: 1, redacted: 0, ...AUDIT_HEAD }
    },
    exportAudit: async ({ file }) => {
      unlocked()
      return { file, ...AUDIT_HEAD }
    },
    setDraft: async (where, draft) => {
      unlocked()
      const room = roomOf(where)
      if (draft) room.draft = draft
      else delete room.draft
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    ...service,
    change(ref) {
      const found = memberOf(ref)
      const { members } = circleOf(found.circle)
      members[members.indexOf(found)] = { ...found, verified: false, changed: true, partly: false }
    },
    comparePartly(ref) {
      const found = memberOf(ref)
      const { members } = circleOf(found.circle)
      const scanned = found.devices.map((device) => ({ ...device, verified: true }))
      const other = {
        device: id<DeviceId>('device'),
        verified: false,
        online: false,
        safetyWords: SAFETY_WORDS,
      }
      members[members.indexOf(found)] = { ...found, devices: [...scanned, other], partly: true }
    },
    emit,
    listeners,
    play: files,
    backups,
    failNext(error) {
      failure = { error }
    },
    arrive(where, text) {
      const room = roomOf(where)
      const far = farIn(room.circle)
      const unverified = far.changed ? { unverified: true as const } : {}
      return write(room, far, text, unverified)
    },
    lack(where) {
      const room = roomOf(where)
      room.missingFrom = [farIn(room.circle).member]
    },
    crowd(ref) {
      const { invitations } = circleOf(ref)
      for (const [at, one] of invitations.entries())
        if (one.state === 'live') invitations[at] = { ...one, leftOutOf: ['dht'] }
    },
  }
}
