/** What became of members and devices between two states of a circle, as faces get to hear it. */
import { VERIFICATION, type CircleState, type Device, type Member, type MemberId } from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'
import type { DeviceEvent, MembershipChange } from '../service.ts'
import { mustErase } from './standing.ts'

type MembershipEvent = Extract<DeviceEvent, { type: 'membership' }>
type Details = Partial<Pick<MembershipEvent, 'role' | 'device' | 'by' | 'act' | 'erased'>>

export function membershipEvents(circle: CircleRuntime, before: CircleState): MembershipEvent[] {
  const after = circle.state
  if (after === before) return []
  const events: MembershipEvent[] = []
  const tell = (change: MembershipChange, member: MemberId | undefined, details: Details = {}): void => {
    const name = member === undefined ? undefined : after.members.get(member)?.nickname
    const byName = details.by === undefined ? undefined : after.members.get(details.by)?.nickname
    events.push({
      type: 'membership',
      circle: circle.id,
      change,
      me: member === circle.member && (details.device === undefined || details.device === circle.self),
      ...(member !== undefined && { member }),
      ...(name !== undefined && { name }),
      ...details,
      ...(byName !== undefined && { byName }),
    })
  }
  if (after.dissolved !== undefined && before.dissolved === undefined)
    tell('dissolved', circle.member, { by: after.dissolved.by })
  for (const member of after.members.values()) {
    const known = before.members.get(member.id)
    if (known !== undefined) tellMember(circle, known, member, tell)
  }
  for (const device of after.devices.values()) tellDevice(circle, before, device, tell)
  for (const { hash, target, by } of circle.openActs()) {
    if (!before.pending.some((one) => one.hash === hash)) tell('pending', target, { act: hash, by })
  }
  for (const { hash, target, by } of before.pending) {
    if (after.refused.get(hash) === 'enoughAgree') tell('withdrawn', target, { act: hash, by })
  }
  return events
}

type Tell = (change: MembershipChange, member: MemberId | undefined, details?: Details) => void

function tellMember(circle: CircleRuntime, before: Member, after: Member, tell: Tell): void {
  const { state, id, ended, role } = after
  const by = ended === undefined ? {} : { by: ended.by }
  const erased = id === circle.member && mustErase(circle) ? { erased: true } : {}
  if (state !== before.state && state !== 'dissolved')
    tell(state === 'active' ? 'restored' : state, id, { ...by, ...erased })
  if (role !== before.role) tell('role', id, { role })
}

function tellDevice(circle: CircleRuntime, before: CircleState, device: Device, tell: Tell): void {
  const { id, member } = device
  const known = before.devices.get(id)
  if (known === undefined) {
    if (!before.members.has(member)) return
    tell('device-added', member, { device: id })
    if (circle.compared.verificationOf(member) === VERIFICATION.changed)
      tell('verification-changed', member, { device: id })
  } else if (known.revoked === undefined && device.revoked !== undefined) {
    const erased = id === circle.self && mustErase(circle) ? { erased: true } : {}
    tell('device-revoked', member, { device: id, by: device.revoked.by, ...erased })
  }
}
