/** What two devices with the same entries must agree on. */
import type { CircleState, MembershipLog } from '@triode/core'

/** A state without the order in which a device came to know of things. */
export function canonical(state: CircleState): Readonly<Record<string, unknown>> {
  return {
    ...canonicalRoster(state),
    refused: sortedMap(state.refused),
    equivocations: state.equivocations.map((twins) => JSON.stringify(twins)).sort(),
    heads: [...state.heads].sort(),
  }
}

/** Only what entries with an effect, and pending ones, amount to. */
export function canonicalRoster(state: CircleState): Readonly<Record<string, unknown>> {
  return {
    name: state.name,
    members: sortedMap(state.members),
    devices: sortedMap(state.devices),
    rooms: sortedMap(state.rooms),
    invitations: sortedMap(state.invitations),
    policies: sortedMap(state.policies),
    pending: state.pending,
    dissolved: state.dissolved,
  }
}

/** What two devices with the same entries agree on, also when one of them has no names key (spec §5.13). */
export function canonicalUnnamed(log: MembershipLog): Readonly<Record<string, unknown>> {
  const state = log.state()
  const { name: _, rooms: __, members: ___, ...roster } = canonicalRoster(state)
  const unnamed = [...state.members].map(([id, { nickname: ____, ...member }]) => [id, member] as const)
  const refused = [...state.refused].filter(([hash]) => !isOfRoom(log.get(hash)?.payload.type ?? ''))
  return {
    ...roster,
    members: sortedMap(new Map(unnamed)),
    suite: state.suite,
    createdAt: state.createdAt,
    refused: sortedMap(new Map(refused)),
    equivocations: state.equivocations.map((twins) => JSON.stringify(twins)).sort(),
    heads: [...state.heads].sort(),
    effects: log
      .entries()
      .flatMap(({ hash, payload }) => {
        return isOfRoom(payload.type) ? [] : [`${hash} ${String(log.verdict(hash))}`]
      })
      .sort(),
  }
}

function isOfRoom(type: string): boolean {
  return ['room', 'room-members', 'sealed-room', 'sealed-room-members'].includes(type)
}

function sortedMap(map: ReadonlyMap<string, unknown>): unknown[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}
