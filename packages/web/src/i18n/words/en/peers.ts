/** Of what others do or send: by the code of the fault, what happened and what to do. `other` is for all that breaks the protocol. */

const NO_HARM = 'Nothing is to be done: they were told nothing, and got no further.'
const NEW_ONE = 'If it was whom you invited, make a new invitation.'

export const PEERS = {
  other: [
    'The other device broke the protocol.',
    'Nothing of it was kept. If it goes on, ask whose device it is whether it runs the same version.',
  ],
  'clock-differs': [
    '{of, select, behind {{days, plural, one {A device that knows the circle {circle} calls with a clock # day ahead of this one’s.} other {A device that knows the circle {circle} calls with a clock # days ahead of this one’s.}}} other {{days, plural, one {A device that knows the circle {circle} calls with a clock # day behind this one’s.} other {A device that knows the circle {circle} calls with a clock # days behind this one’s.}}}}',
    'Set the clock that is wrong. More than a day apart, devices can’t find each other, and messages between them wait.',
  ],
  'clock-suspected': [
    'Whoever answers at an address of the circle {circle} does not know this device’s call.',
    'Check the clock of this computer: more than a day off, the others take it for a stranger.',
  ],
  'chunk-wrong': [
    'A device sent a part of a file that does not belong to it.',
    'Nothing of it was kept; the file comes from another device, or anew.',
  ],
  'member-share-used-up': [
    'A member sent more than one member may keep on this device.',
    'What is beyond that waits with its author. Make room, or ask them to send less.',
  ],
  'drop-wrong': [
    'What was left at a keeper in the name of a member is not what that member signed.',
    'Nothing of it was kept. Messages come from another keeper, or from the member itself.',
  ],
  'handshake-failed': ['Somebody called, or was called, and did not get through the handshake.', NO_HARM],
  'invitation-blocked': ['An invitation was tried wrongly too often.', NEW_ONE],
  'invitation-expired': ['Somebody came with an invitation that has expired.', NEW_ONE],
  'invitation-revoked': ['Somebody came with an invitation that was revoked.', NEW_ONE],
  'invitation-spent': ['Somebody came with an invitation that was used already.', NEW_ONE],
  'invitation-unknown': ['Somebody came with an invitation that is not known here.', NEW_ONE],
  'join-failed': ['Somebody who came with an invitation could not be let in.', NEW_ONE],
  'join-timeout': ['Somebody came with an invitation and did not go on.', NO_HARM],
  'knock-unknown': [
    'A name was called by that is not known there.',
    'Nothing was told. A clock that is more than a day off looks like this too.',
  ],
  'not-a-member': ['Whoever called is not in the circle, or not any more.', NO_HARM],
  'peer-not-authorized': ['Whoever called, or answered, is not who may.', NO_HARM],
  'proof-invalid': ['Somebody came with an invitation and could not prove to have it.', NO_HARM],
  'code-wrong': [
    'Somebody called with the number of a spoken code and without its words.',
    'A slip while typing, perhaps. If it was not whom you invited, make a new code.',
  ],
  'code-dead': [
    'A spoken code was tried too often without its words, and is not good any more.',
    'Make a new one. If it was not whom you invited, use a link or meet.',
  ],
} as const
