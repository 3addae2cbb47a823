/** What a person is told whom a rule of the membership log refuses (spec §5.5): what stands in the way, and what to do about it. */
import { CallerFault } from '../fault.ts'
import type { RuleName } from './rules.ts'

export interface RuleWords {
  readonly message: string
  readonly remedy: string
}

const SEE_MEMBERS = '`triode members CIRCLE` shows who is in it, and with which role.'
const STORED_TWICE = 'If this device was restored from a backup, revoke it and add it anew.'
const AGAIN = 'Try again once this device has heard from the others.'

/** One for each rule: none has only its name to show. */
export const RULE_WORDS: Readonly<Record<RuleName, RuleWords>> = {
  authorSequence: { message: 'This device signed two histories of the circle.', remedy: STORED_TWICE },
  circleStands: { message: 'The circle was dissolved.', remedy: '`triode circle leave` erases it.' },
  signerIsMember: {
    message: 'You are no longer a member of that circle.',
    remedy: 'Ask for a new invitation.',
  },
  signerDeviceStands: {
    message: 'This device was revoked in that circle.',
    remedy: 'Use another device of yours, or add this one anew.',
  },
  signerIsNotSuspended: {
    message: 'You are suspended in that circle.',
    remedy: 'Ask an owner or admin to restore you.',
  },
  roleMayDoThis: {
    message: 'Your role in that circle does not allow this.',
    remedy: 'Ask an owner of the circle.',
  },
  seatsAreOpen: { message: 'The seats of that room can\u2019t be read here.', remedy: AGAIN },
  targetIsMember: {
    message: 'Somebody whom this is about is not in the circle now, or has a role that keeps out of rooms.',
    remedy: SEE_MEMBERS,
  },
  targetIsAnother: { message: 'You can\u2019t do that to yourself.', remedy: 'Choose another member.' },
  targetIsSuspended: { message: 'That member is not suspended.', remedy: SEE_MEMBERS },
  transferIsUndisputed: {
    message: 'That member can\u2019t become owner: suspended, or about to be out.',
    remedy: 'Restore them first, or choose another member.',
  },
  invitationIsNew: { message: 'That very invitation was made before.', remedy: 'Make another one.' },
  invitationIsLive: {
    message: 'The invitation is not valid any more: it has expired or was revoked.',
    remedy: 'Make another one with `triode invite`.',
  },
  invitationSpentOnce: {
    message: 'The invitation was used already.',
    remedy: 'Make another one with `triode invite`.',
  },
  deviceIsNew: {
    message: 'That device was in the circle before.',
    remedy: 'Let it join anew, by another invitation: it then makes a new key.',
  },
  deviceIsOwn: {
    message: 'A device can be added by its own member only.',
    remedy: 'Let them add it from a device of theirs: `triode device add`.',
  },
  devicesAreFew: { message: 'You have as many devices as a member may have.', remedy: 'Revoke one first.' },
  deviceIsNotLast: {
    message: 'This is the only device of its member.',
    remedy: 'Use `triode circle leave`, or `triode member remove` for somebody else.',
  },
  roomIsKnown: { message: 'There is no such room here.', remedy: AGAIN },
  authorMayChangeRoom: {
    message: 'Only who sits in a room, and made it or is owner or admin, may change who is in it.',
    remedy: 'Ask whoever made the room.',
  },
  policyIsAllowed: {
    message: 'That policy has no such value.',
    remedy: '`triode circle policy CIRCLE` lists them.',
  },
  actIsKnown: {
    message: 'You can\u2019t agree to that: it is your own act, about you, or unknown here.',
    remedy: 'Somebody else has to agree.',
  },
  actIsOpen: {
    message: 'Nobody can agree to that any more: it was withdrawn, or proposed more than 30 days ago.',
    remedy: 'Have it proposed anew, or do so yourself.',
  },
  enoughAgree: {
    message: 'Too few owners and admins agree to that yet.',
    remedy: 'Others agree with `triode circle approve`.',
  },
  outranked: {
    message: 'Somebody senior did something at the same time that rules this out.',
    remedy: SEE_MEMBERS,
  },
}

/** Its code is the rule's name in kebab-case, such as 'role-may-do-this'. */
export function ruleFault(rule: RuleName): CallerFault {
  const code = rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return new CallerFault(code, RULE_WORDS[rule])
}
