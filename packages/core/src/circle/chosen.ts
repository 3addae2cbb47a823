/** What the state says where several entries with an effect say something of one thing (spec §5.6). */
import type { Node } from './graph.ts'
import { isPolicyKey, strictest } from './policy.ts'
import { smallestHash, type Register } from './register.ts'
import { leastOf } from './role.ts'
import type { Equivocation, Invitation } from './state.ts'

/** Of two ends of a membership, the one to be told: earlier in depth, then of the smaller hash. */
export function firstOf(known: Node | undefined, node: Node): Node {
  if (known === undefined || node.depth < known.depth) return node
  return node.depth === known.depth ? smallestHash([known, node]) : known
}

export function nameIn(register: Register): string | undefined {
  if (register.holding.length === 0) return undefined
  const { payload } = smallestHash(register.holding).entry
  return payload.type === 'create' || payload.type === 'rename' ? payload.name : undefined
}

export function nicknameIn(register: Register): string | undefined {
  const { payload } = smallestHash(register.holding).entry
  return payload.type === 'create' || payload.type === 'admit' || payload.type === 'nickname'
    ? payload.nickname
    : undefined
}

/** The strictest of concurrent values; of a key that only a later version knows, that of the smallest hash. */
export function policyIn(key: string, register: Register): string {
  const value = ({ entry: { payload } }: Node): string => (payload.type === 'policy' ? payload.value : '')
  return isPolicyKey(key)
    ? strictest(key, register.holding.map(value))
    : value(smallestHash(register.holding))
}

/** An equivocating device can make one invitation twice, with different terms; both for members, or for devices. */
export function stricter(invitation: Invitation, known: Invitation): Invitation {
  const roles = [invitation.role, known.role].filter((role) => role !== undefined)
  return {
    ...known,
    role: roles.length === 0 ? undefined : leastOf(roles),
    createdAt: Math.min(invitation.createdAt, known.createdAt),
    expires: Math.min(invitation.expires, known.expires),
  }
}

export function equivocationOf(twins: readonly Node[]): Equivocation {
  const { entry } = smallestHash(twins)
  return {
    device: entry.author,
    sequence: entry.sequence,
    entries: twins.map((twin) => twin.entry.hash).sort(),
  }
}
