/** What two devices with the same entries must agree on. */
import type { CircleState } from '@triode/core'

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

function sortedMap(map: ReadonlyMap<string, unknown>): unknown[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}
