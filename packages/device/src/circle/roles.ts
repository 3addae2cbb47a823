/** Roles, removal, policies and approvals, as faces ask for them. */
import {
  ACTION,
  CallerFault,
  isPolicyKey,
  isRole,
  MAY,
  POLICIES,
  policyOf,
  ROLE,
  ROLES,
  type Entry,
  type Member,
  type Payload,
  type PendingAct,
  type PolicyKey,
  type Role,
} from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'
import { memberName } from './names.ts'
import { resolveCircle, resolveMember } from '../resolve.ts'
import { explained, withArticle, type Attempt } from './ruleFaults.ts'
import type * as service from '../service.ts'
import { requireActive } from './standing.ts'
import type { Unlocked } from '../unlocked.ts'

/** Ways up and down; ownership and keepers are never by the way. */
const LADDER: readonly Role[] = [ROLE.guest, ROLE.member, ROLE.admin]

/** What is done to a member as it is, as faults name it. */
const DOING = {
  suspend: 'suspending',
  restore: 'restoring',
  remove: 'removing',
  transfer: 'making an owner of',
} as const

interface Found {
  readonly circle: CircleRuntime
  readonly member: Member
}

export class Roles {
  private readonly unlocked: Unlocked

  constructor(unlocked: Unlocked) {
    this.unlocked = unlocked
  }

  promote(input: service.ChangeRoleInput): service.Acted {
    return this.changeRole(input, 1)
  }

  demote(input: service.ChangeRoleInput): service.Acted {
    return this.changeRole(input, -1)
  }

  suspend(input: service.OfMember): service.Acted {
    return actOn(this.find(input), 'suspend')
  }

  restore(input: service.OfMember): service.Acted {
    return actOn(this.find(input), 'restore')
  }

  remove(input: service.OfMember): service.Acted {
    const found = this.find(input)
    if (found.member.id === found.circle.member) throw useLeave()
    return actOn(found, 'remove')
  }

  transfer(input: service.OfMember): service.Acted {
    return actOn(this.find(input), 'transfer')
  }

  dissolve(reference: service.CircleRef): service.Acted {
    const circle = this.circle(reference)
    return act(circle, { type: 'dissolve' }, { action: ACTION.dissolve, doing: 'dissolving the circle' })
  }

  policies(reference: service.CircleRef): service.PolicyView[] {
    const { state } = resolveCircle(this.unlocked.circles, reference)
    return (Object.keys(POLICIES) as PolicyKey[]).map((key) => ({
      key,
      value: policyOf(state.policies, key),
      default: POLICIES[key].default,
      values: [...POLICIES[key].values],
      means: MEANS[key],
      setBy: ROLES.filter((role) => MAY[role].setPolicy !== undefined),
    }))
  }

  setPolicy({ circle: reference, key, value }: service.SetPolicyInput): service.Acted {
    const circle = this.circle(reference)
    if (!isPolicyKey(key)) throw unknownPolicy()
    if (!(POLICIES[key].values as readonly string[]).includes(value)) throw badValue(key)
    return act(
      circle,
      { type: 'policy', key, value },
      { action: ACTION.setPolicy, doing: 'setting policies' },
    )
  }

  pending(reference: service.CircleRef): service.PendingActView[] {
    const circle = resolveCircle(this.unlocked.circles, reference)
    return circle.openActs().map((one) => pendingView(circle, one))
  }

  approve(reference: service.CircleRef, id: string): service.Acted {
    const circle = this.circle(reference)
    const one = waitingAct(circle, id)
    const attempt = { action: ACTION.approve, doing: 'agreeing to that' }
    const before = act(circle, { type: 'approve', act: one.hash }, attempt)
    const still = circle.state.pending.find(({ hash }) => hash === one.hash)
    const target = one.target === undefined ? undefined : circle.state.members.get(one.target)
    return {
      ...before,
      done: still === undefined,
      ...aboutMember(target),
      ...(still !== undefined && { pending: pendingView(circle, still) }),
    }
  }

  withdraw(reference: service.CircleRef, id: string): service.Withdrawn {
    const circle = this.circle(reference)
    const one = waitingAct(circle, id)
    if (one.by !== circle.member) throw notYourAct()
    const attempt = { action: ACTION.leave, doing: 'withdrawing that' }
    act(circle, { type: 'withdraw', act: one.hash }, attempt)
    return { circle: circle.id, act: one.hash, withdrawn: true }
  }

  private changeRole(input: service.ChangeRoleInput, step: 1 | -1): service.Acted {
    const found = this.find(input)
    const role = roleAfter(found.member, input.role, step)
    const payload = { type: 'role', member: found.member.id, role } as const
    const name = memberName(found.member)
    const attempt = { action: ACTION.giveRole, target: found.member }
    return act(found.circle, payload, {
      ...attempt,
      doing: `making ${withArticle(role)} of ${name}, who is ${withArticle(found.member.role)}`,
    })
  }

  private circle(reference: service.CircleRef): CircleRuntime {
    const circle = resolveCircle(this.unlocked.circles, reference)
    requireActive(circle)
    return circle
  }

  private find({ member: reference, circle }: service.OfMember): Found {
    const { circles } = this.unlocked
    const within = circle === undefined ? circles : [resolveCircle(circles, circle)]
    const only = circle === undefined ? undefined : within[0]
    if (only !== undefined) requireActive(only)
    const found = resolveMember(within, reference, ['active', 'suspended'])
    requireActive(found.circle)
    return found
  }
}

/** @param id the act's, or its first letters. @throws CallerFault 'not-found' */
function waitingAct({ state }: CircleRuntime, id: string): PendingAct {
  const fits = state.pending.filter((one) => id.length >= MIN_ID_LETTERS && one.hash.startsWith(id))
  const [one] = fits
  if (one === undefined || fits.length > 1) throw noAct()
  return one
}

/** Does to a member what needs nothing else to be said. */
function actOn({ circle, member }: Found, type: keyof typeof DOING): service.Acted {
  const attempt = {
    action: ACTION[type],
    target: member,
    doing: `${DOING[type]} ${withArticle(member.role)}`,
  }
  return act(circle, { type, member: member.id }, attempt)
}

/** Signs it, unless a rule forbids it; others hear of it. */
function act(circle: CircleRuntime, payload: Payload, attempt: Attempt): service.Acted {
  const entry: Entry = explained(circle, attempt, () => circle.append(payload))
  const waits = circle.state.pending.find(({ hash }) => hash === entry.hash)
  const target = attempt.target && circle.state.members.get(attempt.target.id)
  return {
    circle: circle.id,
    done: waits === undefined,
    ...aboutMember(target),
    ...(waits !== undefined && { pending: pendingView(circle, waits) }),
  }
}

function aboutMember(member: Member | undefined): Partial<service.Acted> {
  if (member === undefined) return {}
  const { id, role, nickname } = member
  return { member: id, role, ...(nickname !== undefined && { name: nickname }) }
}

/** @throws CallerFault 'role-unknown' | 'role-unchanged' */
function roleAfter({ role: before }: Member, wanted: string | undefined, step: 1 | -1): Role {
  if (wanted !== undefined && !isRole(wanted)) {
    throw new CallerFault('role-unknown', {
      message: 'There is no such role.',
      remedy: `Choose one of ${ROLES.join(', ')}.`,
    })
  }
  const at = LADDER.indexOf(before)
  const next = at < 0 ? (before === ROLE.owner && step < 0 ? ROLE.admin : undefined) : LADDER[at + step]
  const after = wanted ?? next
  const up = after === undefined ? 0 : ROLES.indexOf(before) - ROLES.indexOf(after)
  if (after !== undefined && up * step > 0) return after
  throw new CallerFault('role-unchanged', {
    details: { of: step > 0 ? 'promote' : 'demote', role: before },
    message: `That would not ${step > 0 ? 'promote' : 'demote'} ${withArticle(before)}.`,
    remedy:
      step > 0
        ? 'Name a higher role with --role, or use `triode circle transfer`.'
        : 'Name a lower role with --role, or use `triode member remove`.',
  })
}

export function pendingView(circle: CircleRuntime, one: PendingAct): service.PendingActView {
  const { members } = circle.state
  const payload = circle.entry(one.hash)?.payload
  const byName = members.get(one.by)?.nickname
  const name = one.target === undefined ? undefined : members.get(one.target)?.nickname
  return {
    id: one.hash,
    circle: circle.id,
    act: one.type,
    by: one.by,
    ...(byName !== undefined && { byName }),
    at: one.at,
    expires: one.expires,
    ...(one.target !== undefined && { member: one.target }),
    ...(name !== undefined && { name }),
    ...(payload?.type === 'policy' && { value: `${payload.key} ${payload.value}` }),
    agree: one.approvals.length,
    needed: one.needed,
    agreed: one.approvals.includes(circle.member),
  }
}

/** Letters of an act's id that may stand for it: 40 bits. */
const MIN_ID_LETTERS = 8

const MEANS: Readonly<Record<PolicyKey, string>> = {
  history: 'what of the past a device admitted later gets',
  approvals: 'how many owners and admins must agree to remove, transfer or dissolve',
  'removed-history': 'what a removed or revoked device does with what it has',
  notifications: 'whether notifications may say who wrote and what',
  links: 'to whom devices tell which links they have at the moment, and by which channel',
  'kept-files': 'whether files are left at keepers too, or messages alone',
  forwarding: 'whether devices hand on encrypted links of others that cannot reach each other',
  'port-mapping':
    'whether devices may have their router let calls in from the Internet, where their person chose that',
}

function useLeave(): CallerFault {
  return new CallerFault('target-is-another', {
    details: { of: 'leave' },
    message: 'This is you.',
    remedy: 'Use `triode circle leave`.',
  })
}

function unknownPolicy(): CallerFault {
  return new CallerFault('policy-unknown', {
    message: 'There is no such policy.',
    remedy: `Choose one of ${Object.keys(POLICIES).join(', ')}.`,
  })
}

function badValue(key: PolicyKey): CallerFault {
  return new CallerFault('policy-is-allowed', {
    details: { setting: key },
    message: `The policy ${key} has no such value.`,
    remedy: `Choose one of ${POLICIES[key].values.join(', ')}.`,
  })
}

function notYourAct(): CallerFault {
  return new CallerFault('act-is-known', {
    details: { of: 'withdraw' },
    message: 'Only who proposed it can withdraw it.',
    remedy:
      'If you don\u2019t agree to it, do nothing: without enough who agree it has no effect, and expires.',
  })
}

function noAct(): CallerFault {
  return new CallerFault('not-found', {
    details: { of: 'act' },
    message: 'No such act waits for approval.',
    remedy: '`triode circle pending CIRCLE` shows what does.',
  })
}
