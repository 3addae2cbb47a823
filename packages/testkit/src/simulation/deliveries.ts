/** What authors know at rest: who has what they wrote, and who has read it. */
import type { ConversationId, TimelineMessage } from '@triode/core'
import { type Shown } from './checks.ts'
import { RULE } from './rule.ts'
import type { WrittenMessage } from './records.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { Finding, World } from './world.ts'

/** Who is said to have a message has it; and its author is told of all who do. */
export function deliveryFindings(
  world: World,
  active: readonly SimulatedDevice[],
  shown: ReadonlyMap<SimulatedDevice, Shown>,
): Finding[] {
  return active.flatMap((device) =>
    [...(shown.get(device) ?? [])]
      .filter(([conversation]) => reads(device, conversation))
      .flatMap(([, messages]) => messages)
      .filter((message) => message.device === device.self)
      .flatMap((message) => findingsOf(world, active, device, message)),
  )
}

function findingsOf(
  world: World,
  active: readonly SimulatedDevice[],
  device: SimulatedDevice,
  message: TimelineMessage,
): Finding[] {
  const record = world.records.of(message)
  if (record === undefined) return []
  const { delivered, read } = device.participant.delivery(record.conversation, message)
  const { have, haveRead, unknown } = whoHas(device, record, message, active)
  const about = `of message ${record.number} ${device.name} believes ${delivered.count} delivered and ${read.count} read`
  const untrue = delivered.count > have + unknown || read.count > haveRead + unknown
  const untold = !device.restored && (delivered.count < have || read.count < haveRead)
  return [
    ...(untrue ? [{ rule: RULE.deliveryTrue, what: `${about}, but ${have} and ${haveRead} are` }] : []),
    ...(untold ? [{ rule: RULE.deliveryTold, what: `${about}, while ${have} and ${haveRead} are` }] : []),
  ]
}

/** It still does: who left a room gets no more of it. */
export function reads(device: SimulatedDevice, conversation: ConversationId): boolean {
  return device.participant.conversations().includes(conversation)
}

/** Members, of those whom a message was sealed to and who still may read it; each has what one of its devices has. */
function whoHas(
  author: SimulatedDevice,
  record: WrittenMessage,
  { feed, seq }: TimelineMessage,
  active: readonly SimulatedDevice[],
): { have: number; haveRead: number; unknown: number } {
  const { conversation, sealedTo } = record
  const counts = { have: 0, haveRead: 0, unknown: 0 }
  for (const { member, devices } of author.participant.membership.recipients(conversation)) {
    if (member === author.member) continue
    const sealed = devices.filter((id) => sealedTo.has(id))
    const known = active.filter((device) => sealed.includes(device.self) && !device.restored)
    const holds = ({ participant }: SimulatedDevice): boolean =>
      (participant.feeds(conversation).get(feed)?.head.seq ?? 0) >= seq
    if (known.some(holds)) counts.have++
    if (known.some(({ participant }) => participant.readUpTo(conversation, feed) >= seq)) counts.haveRead++
    // Hostile ones say what they like, one that was set back or revoked said what was true then; and of who was a reader
    // before and is again it is not told apart that it was none in between.
    const first = devices.map(
      (id) => author.participant.feeds(conversation).epochs(feed).firstFor(id, 1)?.seq,
    )
    const again = sealed.length === 0 && first.some((at) => at !== undefined && at < seq)
    if (known.length < sealed.length || again) counts.unknown++
  }
  return counts
}
