/** What a rule of the membership log (spec §5.5) refused, said of whom and what was tried. */
import {
  ACTION,
  CallerFault,
  MEMBER_STATE,
  ROLE,
  type Action,
  type FaultDetails,
  type Member,
  type RuleWords,
} from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'
import { memberName } from './names.ts'

/** What was tried, for the sentence. */
export interface Attempt {
  /** As in "does not allow removing an admin". */
  readonly doing: string
  readonly action: Action
  readonly target?: Member
}

/** Runs `work`; a broken rule gets words, and what a role does not allow the code that faces know. @throws CallerFault */
export function explained<T>(circle: CircleRuntime, attempt: Attempt, work: () => T): T {
  try {
    return work()
  } catch (fault) {
    if (!(fault instanceof CallerFault)) throw fault
    // A keeper lacks the key for good: what stands in the way is its role.
    const isKeepers = fault.code === 'names-key-missing' && roleOf(circle) === ROLE.keeper
    const rule = isKeepers ? 'role-may-do-this' : fault.code
    const words = wordsOf(rule, circle, attempt)
    if (words === undefined) throw fault
    const code = rule === 'role-may-do-this' ? 'not-allowed' : rule
    throw new CallerFault(code, { ...words, cause: fault })
  }
}

/** Where a name, or what was tried, says more than the core's own sentence (ruleWords.ts). */
function wordsOf(
  code: string,
  circle: CircleRuntime,
  { doing, action, target }: Attempt,
): (RuleWords & { readonly details: FaultDetails }) | undefined {
  const name = target && memberName(target)
  switch (code) {
    case 'role-may-do-this':
      return {
        details: { of: 'role', role: roleOf(circle) },
        message: `Your role (${roleOf(circle)}) does not allow ${doing}.`,
        remedy: roleOf(circle) === ROLE.owner ? 'Nobody may do that here.' : 'Ask an owner of the circle.',
      }
    case 'target-is-member':
      if (target === undefined) return undefined
      return (action === ACTION.createRoom || action === ACTION.changeOthersRoom) &&
        target.state === MEMBER_STATE.active
        ? {
            details: { of: 'room', name: memberName(target), role: target.role },
            message: `${memberName(target)} is ${withArticle(target.role)} and can\u2019t be in a room.`,
            remedy: 'Do it without them, or give them another role first: `triode member promote`.',
          }
        : {
            details: { of: 'named', name: memberName(target) },
            message: `${memberName(target)} is not in the circle now.`,
            remedy: SEE_MEMBERS,
          }
    case 'target-is-suspended':
      return name === undefined
        ? undefined
        : { details: { of: 'named', name }, message: `${name} is not suspended.`, remedy: SEE_MEMBERS }
    case 'transfer-is-undisputed':
      return name === undefined
        ? undefined
        : {
            details: { of: 'named', name },
            message: `${name} can\u2019t become owner: suspended, or about to be out.`,
            remedy: 'Restore them first, or choose another member.',
          }
    default:
      return undefined
  }
}

const SEE_MEMBERS = '`triode members CIRCLE` shows who is.'

function roleOf(circle: CircleRuntime): string {
  return circle.state.members.get(circle.member)?.role ?? ''
}

export function withArticle(role: string): string {
  return /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`
}
