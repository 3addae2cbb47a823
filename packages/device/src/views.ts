/** The state of circles and conversations in the shapes that faces get. */
import {
  isMuted,
  ROLE,
  VERIFICATION,
  type ConversationId,
  type Member as CircleMember,
  type MemberId,
  type SuiteName,
  type Timeline,
  type TimelineMessage,
} from '@triode/core'
import { DhtChannel, TcpChannel, type Channel } from '@triode/channels'
import type { CircleRuntime } from './circle/circleRuntime.ts'
import { fileSummaries } from './files/views.ts'
import { circleName } from './circle/names.ts'
import type { PeerTunnel } from './network/peerTunnel.ts'
import { MAPPING_REVEALS, revealsOf } from './network/reveals.ts'
import { resolved, type FoundConversation } from './resolve.ts'
import { standingView } from './circle/standing.ts'
import type {
  ChannelStatus,
  CircleDetail,
  CircleSummary,
  Conversation,
  DeviceEvent,
  KeeperView,
  Member,
  Message,
  Peer,
} from './service.ts'

export function circleSummary(circle: CircleRuntime): CircleSummary {
  const { state, participant } = circle
  const unread = participant
    .conversations()
    .reduce((sum, conversation) => sum + participant.timeline(conversation).unread(), 0)
  return {
    circle: circle.id,
    name: circleName(state),
    suite: state.suite as SuiteName,
    members: activeMembers(circle).length,
    unread,
  }
}

export function circleDetail(circle: CircleRuntime, tunnels: number): CircleDetail {
  const { state, participant } = circle
  const feed = participant.ownFeed(state.conversations.circle)
  const devices = [...state.devices.values()].filter((device) => device.active).length
  const standing = standingView(circle)
  return {
    ...circleSummary(circle),
    me: circle.member,
    device: circle.self,
    role: state.members.get(circle.member)?.role ?? '',
    devices,
    tunnels,
    createdAt: state.createdAt,
    ...(feed !== undefined &&
      feed.epoch > 0 && {
        epoch: { number: feed.epoch, startedAt: feed.epochStartedAt, entries: feed.epochEntries },
      }),
    logEntries: circle.logSize,
    pending: circle.openActs().length,
    keepers: keeperViews(circle),
    ...(standing !== undefined && { standing }),
  }
}

function keeperViews({ state, participant, lastSeen }: CircleRuntime): KeeperView[] {
  const { keepers } = participant.sync
  return [...state.devices.values()].flatMap(({ id, member, active }) => {
    const { role, nickname } = state.members.get(member) ?? {}
    if (!active || role !== ROLE.keeper) return []
    const terms = keepers.termsOf(id)
    const held = keepers.heldBy(id)
    const seenAt = terms === undefined ? lastSeen.of(id) : undefined
    return [
      {
        device: id,
        member,
        ...(nickname !== undefined && { name: nickname }),
        ...(terms && { terms }),
        ...(held && { held }),
        ...(keepers.isFull(id) && { full: true as const }),
        ...(seenAt !== undefined && { seenAt }),
      },
    ]
  })
}

export function activeMembers(circle: CircleRuntime): CircleMember[] {
  return [...circle.state.members.values()].filter((member) => member.state === 'active')
}

/** Who is in the circle, suspended ones too; of a dissolved one, who was. */
export function listedMembers(circle: CircleRuntime): CircleMember[] {
  return [...circle.state.members.values()].filter(
    ({ state }) => state === 'active' || state === 'suspended' || state === 'dissolved',
  )
}

export function memberView(
  circle: CircleRuntime,
  member: CircleMember,
  online: (device: string) => boolean,
): Member {
  const me = member.id === circle.member
  const ids = member.devices.filter((device) => circle.state.devices.get(device)?.revoked === undefined)
  const devices = ids.map((device) => {
    const verified = circle.compared.isVerified(device)
    const shown = !me && !verified && ids.length > 1
    const isOnline = device === circle.self || online(device)
    const lastSeenAt = isOnline ? undefined : circle.lastSeen.of(device)
    return {
      device,
      verified,
      online: isOnline,
      ...(lastSeenAt !== undefined && { lastSeenAt }),
      ...(shown && { safetyWords: circle.compared.safetyWordsWith(device) }),
    }
  })
  const verification = circle.compared.verificationOf(member.id)
  const [first] = ids
  return {
    member: member.id,
    circle: circle.id,
    ...(member.nickname !== undefined && { name: member.nickname }),
    role: member.role,
    devices,
    state: member.state,
    changed: verification === VERIFICATION.changed,
    partly: verification === VERIFICATION.partly,
    verified: !me && devices.length > 0 && devices.every((device) => device.verified),
    me,
    safetyWords: me || first === undefined ? [] : circle.compared.safetyWordsWith(first),
  }
}

export function peerView(circle: CircleRuntime, peer: PeerTunnel): Peer {
  const member = circle.state.devices.get(peer.device)?.member ?? (peer.device as never)
  const name = circle.state.members.get(member)?.nickname
  return {
    device: peer.device,
    member,
    ...(name !== undefined && { name }),
    circle: circle.id,
    channel: peer.channel,
    remote: peer.remote,
    group: peer.tunnel.group,
    cipher: peer.tunnel.cipher,
    ...(peer.roundTripMs !== undefined && { roundTripMs: peer.roundTripMs }),
    since: peer.since,
    direction: peer.dialed ? 'dialed' : 'accepted',
  }
}

export function messageView(
  circle: CircleRuntime,
  conversation: ConversationId,
  message: TimelineMessage,
): Message {
  const delivery = circle.participant.delivery(conversation, message)
  const from = circle.state.members.get(message.member)
  return {
    id: message.id,
    conversation,
    circle: circle.id,
    kind: message.kind === 'text' ? 'text' : 'system',
    from: message.member,
    ...(from?.nickname !== undefined && { fromName: from.nickname }),
    device: message.device,
    at: message.at,
    ...(message.atSuspect && { atSuspect: true as const }),
    receivedAt: message.receivedAt,
    text: message.kind === 'text' ? message.text : settingText(message),
    files: fileSummaries(message.attachments),
    state: delivery.state,
    delivered: delivery.delivered,
    read: delivery.read,
    ...(message.replyTo !== undefined && { replyTo: message.replyTo }),
    ...(message.editedAt !== undefined && { editedAt: message.editedAt }),
    deleted: message.deleted,
    reactions: message.reactions.map(({ emoji, members }) => ({ emoji, members: [...members] })),
    mentions: [...message.mentions],
    ...(message.expiresAt !== undefined && { expiresAt: message.expiresAt }),
    ...(message.handedOverBy !== undefined && { handedOverBy: message.handedOverBy }),
    ...(circle.compared.isUnverified(message) && { unverified: true as const }),
  }
}

function settingText(message: TimelineMessage): string {
  if (message.kind === 'room-name') return `named the room "${message.name ?? ''}"`
  const seconds = (message.timerMs ?? 0) / 1_000
  return seconds === 0
    ? 'turned disappearing messages off'
    : `set messages to disappear after ${duration(seconds)}`
}

function duration(seconds: number): string {
  const units: readonly [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ]
  const [size, name] = units.find(([size]) => seconds % size === 0) ?? [1, 'second']
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

export function conversationView(found: FoundConversation): Conversation {
  const { circle, conversation } = found
  const timeline = circle.participant.timeline(conversation.id)
  const last = timeline.lastMessage()
  const expiresAfterMs = timeline.timer()
  const draft = timeline.draft()
  const edit = timeline.unsentEdit()
  const missingFrom = missingFromIn(found)
  return {
    ...resolved(found),
    // Who is out can't mark it as read: a number that never goes says nothing.
    unread: circle.standing.standing === 'active' ? timeline.unread() : 0,
    ...(last !== undefined && { lastMessage: messageView(circle, conversation.id, last) }),
    ...(expiresAfterMs !== undefined && { expiresAfterMs }),
    ...(draft !== undefined && { draft }),
    ...(missingFrom.length > 0 && { missingFrom }),
    ...(edit !== undefined && { unsentEdit: { id: edit.message, text: edit.text } }),
    ...preferencesView(timeline, circle.participant.clock.now()),
    members: [...conversation.members],
  }
}

/** Members of whose messages some are missing here, as far as it is known. */
export function missingFromIn({ circle, conversation }: FoundConversation): MemberId[] {
  const devices = circle.participant.sync.keepers.missingIn(conversation.id)
  return [...new Set(devices.flatMap((device) => circle.state.devices.get(device)?.member ?? []))]
}

function preferencesView(timeline: Timeline, now: number) {
  const preferences = timeline.preferences()
  const { pinned, mutedUntil, markedUnread } = preferences
  return {
    pinned,
    ...(mutedUntil !== null && isMuted(preferences, now) && { mutedUntil }),
    archived: timeline.isArchived(now),
    markedUnread,
  }
}

/** Events about the messages of one's own feed that another device now has. */
export function deliveryEvents(
  circle: CircleRuntime,
  conversation: ConversationId,
  messages: readonly TimelineMessage[],
): DeviceEvent[] {
  return messages.map((message) => {
    const { state, delivered, read } = circle.participant.delivery(conversation, message)
    return { type: 'delivery', id: message.id, conversation, state: state, delivered, read }
  })
}

export function channelView(channel: Channel): ChannelStatus {
  const { state, code, values, reason, remedy } = channel.status()
  return {
    name: channel.name,
    state: state === 'unavailable' ? 'failed' : state,
    ...(code !== undefined && { code }),
    ...(values !== undefined && { values }),
    ...(reason !== undefined && { reason }),
    ...(remedy !== undefined && { remedy }),
    addresses:
      state === 'on' ? channel.addresses().map((address) => address.replace(`${channel.name}:`, '')) : [],
    reveals: revealsOf(channel.name),
    costly: channel.traits.costPerMiB > 0,
    ...(channel instanceof DhtChannel && { dht: { ...channel.chosen, nodes: [...channel.chosen.nodes] } }),
    ...(channel instanceof TcpChannel && {
      tcp: { mapPort: channel.mapsPort, reveals: MAPPING_REVEALS, ports: channel.mappingStatus() },
    }),
  }
}
