/** The rules of the membership log (spec §5.5) as sentences for people. */
import { CallerFault, ROLE, type Action, type Member } from '@triode/core'
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
    const words = wordsOf(fault.code, circle, attempt)
    if (words === undefined) throw fault
    const code = fault.code === 'role-may-do-this' ? 'not-allowed' : fault.code
    throw new CallerFault(code, { ...words, cause: fault })
  }
}

interface Words {
  readonly message: string
  readonly remedy: string
}

function wordsOf(code: string, circle: CircleRuntime, { doing, target }: Attempt): Words | undefined {
  const name = target === undefined ? 'That member' : memberName(target)
  switch (code) {
    case 'role-may-do-this':
      return {
        message: `Your role (${roleOf(circle)}) does not allow ${doing}.`,
        remedy: roleOf(circle) === ROLE.owner ? 'Nobody may do that here.' : 'Ask an owner of the circle.',
      }
    case 'target-is-member':
      return { message: `${name} is not in the circle now.`, remedy: SEE_MEMBERS }
    case 'target-is-another':
      return { message: 'You can\u2019t do that to yourself.', remedy: 'Choose another member.' }
    case 'target-is-suspended':
      return { message: `${name} is not suspended.`, remedy: SEE_MEMBERS }
    case 'transfer-is-undisputed':
      return {
        message: `${name} can\u2019t become owner: suspended, or about to be out.`,
        remedy: 'Restore them first, or choose another member.',
      }
    case 'device-is-not-last':
      return {
        message: 'This is the only device of its member.',
        remedy: 'Use `triode circle leave`, or `triode member remove` for somebody else.',
      }
    case 'devices-are-few':
      return { message: 'You have as many devices as a member may have.', remedy: 'Revoke one first.' }
    case 'policy-is-allowed':
      return {
        message: 'That policy has no such value.',
        remedy: '`triode circle policy CIRCLE` lists them.',
      }
    case 'act-is-known':
      return {
        message: 'You can\u2019t agree to that: it is your own act, about you, or unknown here.',
        remedy: 'Somebody else has to agree.',
      }
    case 'act-is-open':
      return {
        message: 'Nobody can agree to that any more: it was withdrawn, or proposed more than 30 days ago.',
        remedy: 'Have it proposed anew, or do so yourself.',
      }
    case 'circle-stands':
      return { message: 'The circle was dissolved.', remedy: '`triode circle leave` erases it.' }
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
